"""Reading exact numbers as people write them: 1/2, 0.5, .5, 50 %, 1½, 1,000 and 1 000.

Nothing is evaluated and nothing is a float; a text of a hundred characters is the most that callers pass, which
bounds size and time. Of the world's digits only 0 to 9 and their full-width forms are read.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

LONGEST = 100
# Degrees: keyboards have these two beside the real one, and nobody sees the difference.
LOOK_ALIKES = (
    dict.fromkeys("‐‑‒–−﹣－", "-") | dict.fromkeys("⁄∕／", "/") | dict.fromkeys("º˚", "°")
)
PERCENT_KEYS = frozenset({"%", "percent"})

# 1 to 3 digits not starting with 0, then groups of exactly three, one kind of separator throughout.
COMMA_GROUPS = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])"
BLANK_GROUPS = r"[1-9][0-9]{0,2}(?:\ [0-9]{3})+(?![0-9])"
DIGITS = r"[0-9]+(?![0-9])"
PLAIN_WHOLE = rf"(?:{COMMA_GROUPS}|{DIGITS})"
WHOLE = rf"(?:{COMMA_GROUPS}|{BLANK_GROUPS}|{DIGITS})"
END = r"(?![.,]?[0-9])"  # no number ends where digits go on: 7.0.0 and 25,00,000 are none
FRACTION = rf"{PLAIN_WHOLE}\ ?/\ ?{PLAIN_WHOLE}{END}"
DECIMAL = rf"(?:{WHOLE}(?:\.[0-9]*)?|\.[0-9]+)"
# The longest form comes first, so that 1 1/2 is not read as 1 with something after it.
UNSIGNED = rf"(?:(?:{WHOLE}\ )?{FRACTION}|{DECIMAL}{END})"
_NUMBER = re.compile(rf"(?P<sign>[+-]?)\ ?(?P<number>{UNSIGNED})")
# A blank that may group thousands or stand before the part of a mixed number.
_TWO_WAYS = re.compile(
    r"[1-9][0-9]{0,2}(?:\ [0-9]{3})*\ (?P<over>[0-9]{3})\ ?/\ ?(?P<under>[0-9]+)"
)


def plain(text: str) -> str:
    """Return tidied text with signs, bars, full-width characters and ½ written as on a plain keyboard.

    ½ stands apart, as " 1/2 ", so that 1½ becomes 1 1/2 and never 11/2. Raised digits stay raised.
    """
    return " ".join("".join(map(_plain_character, text)).split())


def read_prefix(text: str) -> tuple[Fraction | None, str]:
    """Read the number at the start of plain text; return it and what follows. None: there is no number there."""
    match = _NUMBER.match(text)
    if match is None or _reads_two_ways(match["number"]):
        return None, text
    value = _value(match["number"])
    if value is not None and match["sign"] == "-":
        value = -value
    return value, text[match.end() :].strip()


def read_number(text: str) -> Fraction | None:
    """Return the number that a text is, certainly and as a whole; None for anything else, 1/0 too."""
    if len(text) > LONGEST:
        return None
    value, rest = read_prefix(undecorated(plain(text)))
    if value is not None and rest and unit_key(rest) in PERCENT_KEYS:
        return value / 100
    return None if rest else value


def undecorated(text: str) -> str:
    """Return plain text without one leading = and one closing full stop."""
    return text.removeprefix("=").removesuffix(".").strip()


def unit_key(text: str) -> str:
    """Return what units are compared by: cm², cm2, CM^2 and "cm 2" are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s^]", "", folded).removesuffix(".")


def show_number(value: Fraction) -> str:
    """Write a number for people: as a decimal where that is short and exact, else as a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return f"{value.numerator}/{value.denominator}"


def _reads_two_ways(number: str) -> bool:
    """Whether it may be a mixed number or a fraction of thousands: 1 500/2, but not 1 105/108, whose part is proper."""
    match = _TWO_WAYS.match(number)
    if match is None:
        return False
    return match["over"].startswith("0") or int(match["over"]) >= int(match["under"])


def _value(number: str) -> Fraction | None:
    """Return the value of a matched number; None: it divides by nought."""
    front, bar, under = number.partition("/")
    if not bar:
        return read_decimal(front)
    whole, _, over = front.strip().rpartition(" ")
    below = read_decimal(under.strip())
    return read_decimal(whole or "0") + read_decimal(over) / below if below else None


def read_decimal(digits: str) -> Fraction:
    """Return the value of matched digits with grouping and a point; 5. too."""
    return Fraction(re.sub(r"[ ,]", "", digits).removesuffix("."))


def _plain_character(c: str) -> str:
    if c.isascii():
        return c
    if c in LOOK_ALIKES:
        return LOOK_ALIKES[c]
    how = unicodedata.decomposition(c)
    folded = unicodedata.normalize("NFKC", c)
    if how.startswith("<fraction>"):
        return f" {folded.replace('⁄', '/')} "
    if how.startswith(("<super>", "<sub>")):
        return c
    is_digit = unicodedata.category(c).startswith("N") or folded[0].isdigit()
    return c if is_digit and not how.startswith("<wide>") else folded
