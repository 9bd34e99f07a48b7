"""Numbers of things in words."""

from __future__ import annotations

from decimal import Decimal

from cozmic.rules.counted import counted


def test_one_thing_is_one_and_all_else_are_many() -> None:
    assert [counted(number, "answer") for number in (0, 1, 2)] == [
        "0 answers",
        "1 answer",
        "2 answers",
    ]
    assert counted(2, "class", "classes") == "2 classes"


def test_points_are_counted_as_they_are_shown() -> None:
    assert counted(Decimal("1.00"), "point") == "1 point"
    assert counted(Decimal("2.50"), "point") == "2.5 points"
