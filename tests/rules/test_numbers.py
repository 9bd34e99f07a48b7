"""Numbers are read by value: any rewriting that keeps it is accepted, any other value refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cozmic.rules.enums import Outcome, QuestionKind
from cozmic.rules.kinds import grade
from cozmic.rules.numbers import read_number, show_number

WIDE = str.maketrans("0123456789./+-%", "０１２３４５６７８９．／＋－％")
VULGAR = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾", Fraction(2, 3): "⅔"}
values = st.one_of(
    st.integers(-(10**9), 10**9).map(Fraction),
    st.fractions(-1000, 1000, max_denominator=500),
    st.tuples(st.integers(-(10**8), 10**8), st.integers(0, 6)).map(lambda p: Fraction(*_scaled(p))),
)


def _scaled(pair: tuple[int, int]) -> tuple[int, int]:
    return pair[0], 10 ** pair[1]


def grouped(whole: int, separator: str) -> str:
    return f"{whole:,}".replace(",", separator)


@st.composite
def unsigned_forms(draw: st.DrawFn, value: Fraction) -> str:
    """One of the ways in which people write a number that is not negative."""
    times = draw(st.integers(1, 9))
    over, under = value.numerator * times, value.denominator * times
    separator = draw(st.sampled_from(["", ",", " ", "\u202f"]))
    zeros = "0" * draw(st.integers(0, 3))
    forms = [f"{over}/{under}", f"{zeros}{over} / {zeros}{under}", f"{over}⁄{under}"]
    whole, part = divmod(value, 1)
    if value.denominator == 1:
        forms += [
            grouped(int(whole), separator),
            f"{zeros}{whole}",
            f"{whole}.{zeros}",
            f"{whole}.",
        ]
    elif whole:
        forms.append(f"{whole} {part.numerator * times}/{part.denominator * times}")
    if part in VULGAR:
        forms += [f"{whole}{VULGAR[part]}", f"{whole} {VULGAR[part]}"]
    decimal = show_number(value)
    if "." in decimal:
        front, _, back = decimal.partition(".")
        forms += [decimal + zeros, f"{grouped(int(front), separator)}.{back}"]
        forms += [f".{back}"] if front == "0" else []
    percent = show_number(value * 100)
    forms += [f"{percent}%", f"{percent} %", f"{percent} percent", f"{percent} per cent"]
    return draw(st.sampled_from(forms))


@st.composite
def rewritings(draw: st.DrawFn, value: Fraction) -> str:
    """A number as somebody might type it: form, sign, width and what stands around it."""
    text = draw(unsigned_forms(abs(value)))
    sign = draw(st.sampled_from(["-", "- ", "−", "–", "－"] if value < 0 else ["", "+"]))
    text = sign + text
    if draw(st.booleans()):
        text = text.translate(WIDE)
    before = draw(st.sampled_from(["", " ", "=", "= ", "\u200b", "\n"]))
    after = draw(st.sampled_from(["", " ", ".", "\n", "\ufeff"]))
    return before + text + after


def outcome(answer: str, key: Fraction, **fields: str) -> Outcome:
    body = {"answer": str(key), "tolerance": "0", "unit": "", **fields}
    return grade(QuestionKind.NUMERIC, body, answer).outcome


@given(data=st.data(), value=values)
def test_any_rewriting_that_keeps_the_value_is_correct(
    data: st.DataObject, value: Fraction
) -> None:
    text = data.draw(rewritings(value))
    assert outcome(text, value) is Outcome.CORRECT


@given(data=st.data(), value=values, other=values)
def test_any_other_value_is_refused(data: st.DataObject, value: Fraction, other: Fraction) -> None:
    assume(value != other)
    text = data.draw(rewritings(value))
    assert outcome(text, other) is not Outcome.CORRECT


@given(value=values, places=st.integers(1, 30), sign=st.sampled_from([1, -1]))
def test_a_difference_too_small_for_a_float_is_wrong(
    value: Fraction, places: int, sign: int
) -> None:
    near = value + Fraction(sign, 10**places)
    assert outcome(f"{near.numerator}/{near.denominator}", value) is Outcome.WRONG


@given(value=values, tolerance=st.fractions(0, 10, max_denominator=100))
def test_both_edges_of_the_tolerance_are_within(value: Fraction, tolerance: Fraction) -> None:
    for edge in (value - tolerance, value + tolerance):
        text = f"{edge.numerator}/{edge.denominator}"
        assert outcome(text, value, tolerance=str(tolerance)) is Outcome.CORRECT


@given(value=values, unit=st.sampled_from(["cm", "m²", "km/h", "°C", "apples", "%", "£"]))
def test_a_number_with_its_own_unit_is_correct(value: Fraction, unit: str) -> None:
    assert outcome(f"{show_number(value)} {unit}", value, unit=unit) is Outcome.CORRECT


@given(value=values)
def test_what_is_shown_is_read_as_the_same_number(value: Fraction) -> None:
    assert read_number(show_number(value)) == value


@given(value=values, comma_at=st.integers(1, 9))
def test_a_comma_is_never_dropped(value: Fraction, comma_at: int) -> None:
    digits = str(abs(value.numerator))
    assume(len(digits) > comma_at)
    text = f"{digits[:comma_at]},{digits[comma_at:]}"
    is_grouping = len(digits) - comma_at == 3 and comma_at <= 3
    assert (outcome(text, Fraction(int(digits))) is Outcome.CORRECT) == is_grouping


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1/0",
        "1/2/3",
        "1,00",
        "1 2",
        "5 cm",
        "1e3",
        "--1",
        "1" * 101,
        "½½",
        "½2",
        "⑤",
        "𝟓",
        "٥",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 000 1/2", "2001/2"),
        ("-1 1/2", "-3/2"),
        ("1 105/108", "71/36"),
        ("½%", "1/200"),
        ("1,234.5", "2469/2"),
        ("= 7.", "7"),
    ],
)
def test_the_rarer_forms_are_read(text: str, number: str) -> None:
    assert read_number(text) == Fraction(number)


@pytest.mark.parametrize("text", ["1 500/2", "1 000/2", "2 025/100", "1 000 500/2"])
def test_what_may_be_mixed_or_thousands_is_not_read(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("two hundred and fifty", "250"),
        ("three thousand", "3000"),
        ("two and a half", "5/2"),
        ("two and a quarter", "9/4"),
        ("seven apples", "7"),
        ("minus twenty-one", "-21"),
        ("about 1,500", "1500"),
        ("it's 5", "5"),
        ("half an apple", "1/2"),
        ("1 whole and 1/2", "3/2"),
        ("2.5 hundred", "250"),
        ("10⁻²", "1/100"),
        ("1 000,5", "2001/2"),
    ],
)  # fmt: skip
def test_what_a_person_could_read_as_right_waits_for_the_teacher(answer: str, key: str) -> None:
    assert outcome(answer, Fraction(key)) is Outcome.DOUBTFUL


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("5 or six", "5"),
        ("2 billion", "2"),
        ("two and a half", "2"),
        ("5 apples 300", "5300"),
        ("minus minus 3", "3"),
        ("3 hundred", "3"),
        ("-1 and 1/2", "-1/2"),
    ],
)
def test_what_nobody_could_read_as_right_is_wrong(answer: str, key: str) -> None:
    assert outcome(answer, Fraction(key)) is Outcome.WRONG


@pytest.mark.parametrize(
    ("answer", "key", "unit"),
    [
        ("1 h", "60", "min"),
        ("1 kg", "1000", "g"),
        ("1 litre", "1000", "ml"),
        ("30 cm", "3/10", "m"),
        ("1 cm3", "1", "ml"),
    ],
)
def test_the_same_quantity_in_another_unit_is_doubtful(answer: str, key: str, unit: str) -> None:
    assert outcome(answer, Fraction(key), unit=unit) is Outcome.DOUBTFUL


@pytest.mark.parametrize(
    ("answer", "unit"),
    [
        ("5 square metres", "m²"), ("5 sq m", "m2"), ("5 metres squared", "m^2"), ("5 km per hour", "km/h"),
        ("5 degrees Celsius", "°C"), ("5º", "°"), ("5 ˚C", "°C"),
        ("5 pounds", "£"), ("-£-5", "£"), ("5 feet", "ft"), ("5 hrs", "h"),
    ],
)  # fmt: skip
def test_the_usual_units_may_be_written_in_full(answer: str, unit: str) -> None:
    expected = Outcome.WRONG if answer.startswith("-") else Outcome.CORRECT
    assert outcome(answer, Fraction(5), unit=unit) is expected
