"""Points that a teacher types, and versions of marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.errors import Invalid
from cozmic.rules.marks import check_mark, grade_version, half_of, mark_version, read_mark

FIVE = Decimal(5)
NOON = datetime(2026, 11, 3, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("0", "0"), ("5", "5"), (" 2.5 ", "2.5"), ("2,5", "2.5"), (".5", "0.5"), ("5.", "5"), ("1.250", "1.25"),
        ("005", "5"), ("4.99", "4.99"),
    ],
)  # fmt: skip
def test_points_are_read_as_people_type_them(typed: str, points: str) -> None:
    assert read_mark(typed, FIVE) == Decimal(points)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "from 0 to 5"), ("abc", "as a number"), ("-1", "less than 0"), ("−1", "less than 0"),
        ("1e9", "as a number"), ("1.234", "two decimal places"), ("5.01", "from 0 to 5"), ("6", "from 0 to 5"),
        ("9" * 9, "from 0 to 5"), ("9" * 400, "as a number"), ("NaN", "as a number"), ("inf", "as a number"),
        ("1_0", "as a number"), ("٣", "as a number"), ("1/2", "as a number"), ("2 5", "as a number"),
        ("\x00", "as a number"), ("1,2.3", "as a number"), ("1,000", "as a number"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_with_what_would_be_right(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint) as refused:
        read_mark(typed, FIVE)
    assert refused.value.field == "points"


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_a_refusal(typed: str) -> None:
    try:
        points = read_mark(typed, FIVE)
    except Invalid:
        return
    assert 0 <= points <= FIVE
    assert points == points.quantize(Decimal("0.01"))


@given(st.decimals(min_value=0, max_value=5, places=2))
def test_every_allowed_number_is_read_back(points: Decimal) -> None:
    assert read_mark(f"{points:f}", FIVE) == points


@pytest.mark.parametrize("points", [Decimal(-1), Decimal("5.01"), Decimal("1.001")])
def test_points_from_elsewhere_are_checked_too(points: Decimal) -> None:
    with pytest.raises(Invalid):
        check_mark(points, FIVE)


@pytest.mark.parametrize(
    ("worth", "half"), [("5", "2.5"), ("0.25", "0.13"), ("1", "0.5"), ("0.01", "0.01")]
)
def test_half_is_rounded_half_up(worth: str, half: str) -> None:
    assert half_of(Decimal(worth)) == Decimal(half)


def test_a_version_names_the_moment_and_the_points() -> None:
    there = mark_version(NOON, Decimal("2.50"))
    assert there == mark_version(NOON, Decimal("2.5"))
    assert there != mark_version(NOON + timedelta(microseconds=1), Decimal("2.5"))
    assert there != mark_version(NOON, Decimal("2.51"))
    assert there != mark_version(None, None)


def test_a_grades_version_names_the_comment_and_the_hand_too() -> None:
    there = grade_version(NOON, FIVE, is_by_hand=False, comment="Good")
    assert there != grade_version(NOON, FIVE, is_by_hand=True, comment="Good")
    assert there != grade_version(NOON, FIVE, is_by_hand=False, comment="Good.")
    assert len(grade_version(NOON, FIVE, is_by_hand=True, comment="x" * 4000)) < 100
