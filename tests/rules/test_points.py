"""Points as people write and read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cozmic.rules.points import BadPoints, read_worth, show_points


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1", "1"), (" 2.5 ", "2.5"), ("0.01", "0.01"), (".5", "0.5"), ("5.", "5"), ("1.50", "1.5"),
        ("1.000", "1"), ("1000", "1000"), ("007", "7"), ("1,5", "1.5"), (",25", "0.25"),
    ],
)  # fmt: skip
def test_points_are_read_as_they_are_written(text: str, points: str) -> None:
    assert read_worth(text) == Decimal(points)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "as a number"),
        ("one", "as a number"),
        (".", "as a number"),
        ("-1", "as a number"),
        ("1e3", "as a number"),
        ("1_0", "as a number"),
        ("NaN", "as a number"),
        ("Infinity", "as a number"),
        ("1/2", "as a number"),
        ("1,000", "as a number"),
        ("١", "as a number"),
        ("9" * 5000, "as a number"),
        ("0." + "0" * 5000 + "1", "as a number"),
        ("0", "more than 0"),
        ("0.00", "more than 0"),
        ("1000.01", "at most 1000"),
        ("999999", "at most 1000"),
        ("1.005", "two decimal places"),
    ],
)
def test_what_is_no_worth_is_refused_with_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(BadPoints, match=message):
        read_worth(text)


@pytest.mark.parametrize(
    ("points", "text"),
    [("2.00", "2"), ("1.50", "1.5"), ("0.25", "0.25"), ("100", "100"), ("0", "0")],
)
def test_points_are_shown_without_needless_zeros(points: str, text: str) -> None:
    assert show_points(Decimal(points)) == text
