"""A number, compared by value.

Body: {"answer", "tolerance", "unit"}, exact numbers as text; an answer is what was typed.
"""

from __future__ import annotations

from fractions import Fraction

from cozmic.errors import Invalid
from cozmic.rules.enums import Outcome
from cozmic.rules.kinds.verdict import (
    CORRECT,
    WRONG,
    Body,
    Verdict,
    clean_line,
    expect_fields,
    expect_line,
    expect_plain,
    read_line,
    show_text,
)
from cozmic.rules.numbers import (
    LONGEST,
    PERCENT_KEYS,
    plain,
    read_number,
    read_prefix,
    show_number,
    undecorated,
    unit_key,
)
from cozmic.rules.rough_numbers import Rough, find_rough
from cozmic.rules.units import convert, unit_spellings

LONGEST_KEY = 40
LONGEST_UNIT = 20
CURRENCIES = frozenset("£$€¥")
CLINGING = frozenset("%°")
"""Written without a space behind the number."""
EXAMPLES = "such as 12, 0.5, 3/4 or 1 1/2"


def check_body(body: Body) -> None:
    """Raise Invalid unless answer and tolerance are exact numbers and the unit, if any, is a word or a sign."""
    expect_fields(body, "answer", "tolerance", "unit")
    answer = _checked_number("answer", body["answer"], "the right answer")
    tolerance = _checked_number("tolerance", body["tolerance"], "the tolerance")
    if tolerance < 0:
        raise Invalid("tolerance", "The tolerance is 0 or more: it counts both ways.")
    unit = body["unit"]
    if not isinstance(unit, str) or len(unit) > LONGEST_UNIT:
        raise Invalid("unit", f"A unit has at most {LONGEST_UNIT} characters, such as cm.")
    expect_plain("unit", unit)
    if unit != unit.strip() or unit[:1].isdigit() or unit[:1] in {"+", "-", ".", ",", "/"}:
        raise Invalid("unit", "A unit is a word or a sign, such as cm, °C or apples.")
    if unit and grade(body, f"{show_number(answer)} {unit}").outcome is not Outcome.CORRECT:
        raise Invalid("unit", "That unit could not be told from the number. Use a word.")


def grade(body: Body, answer: object) -> Verdict:
    """Compare by value; what only a person could read as right is doubtful."""
    line = read_line(answer, LONGEST)
    if isinstance(line, Verdict):
        return line
    unit = str(body["unit"])
    text = undecorated(_sign_first(plain(line)))
    value = _read(text, unit)
    if value is not None and _is_right(body, value):
        return CORRECT
    rough = find_rough(text)
    return _doubt(body, rough, unit_key(unit)) if rough else WRONG


def clean_answer(body: Body, raw: object) -> str | None:
    """Return what was typed, on one line; None: blank."""
    return clean_line(raw)


def public_body(body: Body) -> dict[str, object]:
    """Return the unit."""
    return {"unit": body["unit"]}


def show_answer(body: Body, answer: object) -> str:
    """Return what was typed."""
    return show_text(answer)


def show_key(body: Body) -> str:
    """Return the number with its unit, and how far an answer may be from it."""
    unit, gap = str(body["unit"]), "" if body["unit"] in CLINGING else " "
    is_sign = unit_key(unit) in CURRENCIES
    answer = f"{unit}{body['answer']}" if is_sign else f"{body['answer']}{gap}{unit}".strip()
    if not _number(body["tolerance"]):
        return answer
    return f"{answer}, or up to {body['tolerance']} either way"


def _checked_number(field: str, value: object, what: str) -> Fraction:
    text = expect_line(field, value, longest=LONGEST_KEY, what=f"{what} as a number")
    number = read_number(text)
    if number is None:
        raise Invalid(field, f"“{text}” cannot be read as a number. Write {what} {EXAMPLES}.")
    return number


def _number(value: object) -> Fraction:
    number = read_number(str(value))
    if number is None:
        raise ValueError(f"{value!r} has not passed check_body")
    return number


def _sign_first(text: str) -> str:
    """Put a sign behind the currency that follows it: -£3 is £-3."""
    if text[:1] in {"+", "-"} and text[1:].lstrip()[:1] in CURRENCIES:
        rest = text[1:].lstrip()
        return rest[0] + text[0] + rest[1:]
    return text


def _read(text: str, unit: str) -> Fraction | None:
    """Return the value that the text certainly has: a number, alone or with its own unit."""
    spellings = unit_spellings(unit)
    if text[:1] in CURRENCIES & spellings:
        text = text[1:].strip()
    value, rest = read_prefix(text)
    if value is None or not rest:
        return value
    if not unit:
        return value / 100 if unit_key(rest) in PERCENT_KEYS else None
    return value if unit_key(rest) in spellings else None


def _is_right(body: Body, value: Fraction) -> bool:
    return abs(value - _number(body["answer"])) <= _number(body["tolerance"])


def _doubt(body: Body, rough: Rough, unit: str) -> Verdict:
    """Say what a person would have to overlook in order to read the answer as right; WRONG where nothing helps."""
    if _is_right(body, rough.value):
        return Verdict(Outcome.DOUBTFUL, _remark(rough, unit))
    if PERCENT_KEYS & set(rough.words) and _is_right(body, rough.value / 100):
        return Verdict(Outcome.DOUBTFUL, "right as a percentage")
    for word in rough.words:
        converted = convert(rough.value, word, unit)
        if converted is not None and _is_right(body, converted):
            return Verdict(Outcome.DOUBTFUL, "the same quantity in another unit")
    return WRONG


def _remark(rough: Rough, unit: str) -> str:
    others = [word for word in rough.words if word != unit]
    if others:
        return f"the number is right, with “{' '.join(others)}” beside it"
    return f"reads as {show_number(rough.value)}, but is written in an unusual way"
