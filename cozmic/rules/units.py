"""The usual units of a school: how each may be written, and which measure the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cozmic.rules.numbers import unit_key


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: what it measures, how many of the measure's base unit it is, and the keys it is written by."""

    measure: str
    size: Fraction
    keys: frozenset[str]


def _units(measure: str, **lines: str) -> list[Unit]:
    """Read lines of "size symbols; names"; a name stands for its plural in s too."""
    found = []
    for line in lines.values():
        size, _, words = line.partition(" ")
        symbols, _, names = words.partition(";")
        spelled = [name.strip() for name in names.split(",") if name.strip()]
        written = [*symbols.split(), *spelled, *(f"{name}s" for name in spelled)]
        found.append(Unit(measure, Fraction(size), frozenset(map(unit_key, written))))
    return found


def _powers(measure: str, power: int, **lengths: str) -> list[Unit]:
    """Return areas or volumes made of lengths: cm², square centimetre, sq cm, centimetre squared."""
    before = {2: ("square", "sq"), 3: ("cubic", "cu")}[power]
    after = {2: "squared", 3: "cubed"}[power]
    found = []
    for length in _units("length", **lengths):
        symbols = {f"{key}{power}" for key in length.keys}
        symbols |= {f"{word}{key}" for word in before for key in length.keys}
        symbols |= {f"{key}{after}" for key in length.keys}
        found.append(Unit(measure, length.size**power, frozenset(symbols)))
    return found


LENGTHS = {
    "mm": "1/1000 mm; millimetre, millimeter",
    "cm": "1/100 cm; centimetre, centimeter",
    "dm": "1/10 dm; decimetre, decimeter",
    "m": "1 m; metre, meter",
    "km": "1000 km; kilometre, kilometer",
    "in": "127/5000 in inches; inch",
    "ft": "381/1250 ft feet; foot",
    "yd": "1143/1250 yd; yard",
    "mi": "201168/125 mi; mile",
}

UNITS: tuple[Unit, ...] = (
    *_units("length", **LENGTHS),
    *_powers("area", 2, **LENGTHS),
    *_units("area", ha="10000 ha; hectare"),
    *_powers("volume", 3, **LENGTHS),
    *_units(
        "volume",
        ml="1/1000000 ml; millilitre, milliliter",
        cl="1/100000 cl; centilitre, centiliter",
        l="1/1000 l; litre, liter",
    ),
    *_units(
        "mass",
        mg="1/1000000 mg; milligram, milligramme",
        g="1/1000 g; gram, gramme",
        kg="1 kg; kilogram, kilogramme, kilo",
        t="1000 t; tonne",
    ),
    *_units("pounds", lb="1 lb lbs; pound", oz="1/16 oz; ounce"),
    *_units(
        "time",
        s="1 s sec secs; second",
        min="60 min mins; minute",
        h="3600 h hr hrs; hour",
        d="86400 d; day",
        week="604800 wk; week",
    ),
    *_units("calendar", month="1 mth; month", year="12 yr yrs; year"),
    *_units("sterling", pound="1 £ gbp; pound", penny="1/100 p pence pennies; penny"),
    *_units("dollars", dollar="1 $ usd; dollar", cent="1/100 ¢ c; cent"),
    *_units("euros", euro="1 € eur; euro", cent="1/100 ¢ c; cent"),
    *_units("share", percent="1 % percent; per cent"),
    *_units("angle", degree="1 ° deg; degree"),
    *_units("celsius", c="1 °c degc degreesc celsius degreecelsius degreescelsius"),
    *_units("fahrenheit", f="1 °f degf degreesf fahrenheit degreefahrenheit degreesfahrenheit"),
    *_units("km/h", kmh="1 km/h kmh kph kmperhour kilometresperhour kilometersperhour"),
    *_units("m/s", ms="1 m/s mpersecond metrespersecond meterspersecond"),
    *_units("mph", mph="1 mph milesperhour"),
)


def unit_spellings(unit: str) -> frozenset[str]:
    """Return the keys of every way in which a unit may be written; any word may be a unit."""
    key = unit_key(unit)
    return frozenset({key}).union(*(known.keys for known in _named(key)))


def convert(value: Fraction, given: str, wanted: str) -> Fraction | None:
    """Return a quantity in another unit of the same measure; None where the two do not measure the same thing.

    Both units come as keys.
    """
    for one in _named(given):
        for other in _named(wanted):
            if one.measure == other.measure:
                return value * one.size / other.size
    return None


def _named(key: str) -> list[Unit]:
    return [unit for unit in UNITS if key in unit.keys]
