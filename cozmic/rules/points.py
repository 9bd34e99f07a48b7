"""Points as people write and read them."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_POINTS = Decimal(1000)
# A comma is a decimal mark on many keyboards, but in 1,000 it is not: so two places at most follow it.
# No digits but ASCII ones, no 1e9, no 1_000.
PLAIN = re.compile(r"\d{1,9}(\.\d{0,20}|,\d{1,2})?|\.\d{1,20}|,\d{1,2}", re.ASCII)
CENT = Decimal("0.01")


class BadPoints(ValueError):
    """What was typed are no points that a question can be worth; the message says what would be right."""


def find_points(text: str) -> Decimal | None:
    """Return the number that a teacher typed, of whatever size; None where it is none."""
    return Decimal(text.replace(",", ".")) if PLAIN.fullmatch(text) else None


def read_worth(text: str) -> Decimal:
    """Return what a question is worth: more than 0, at most 1000, up to two decimal places. Raises BadPoints."""
    points = find_points(text.strip())
    if points is None:
        raise BadPoints("Give points as a number, as in 2 or 1.5.")
    if points != points.quantize(CENT):
        raise BadPoints("Give at most two decimal places, as in 1.25.")
    if not 0 < points <= MOST_POINTS:
        raise BadPoints(f"Give more than 0 and at most {MOST_POINTS} points.")
    return points


def show_points(points: Decimal) -> str:
    """Return points without needless zeros: 2, 1.5, 0.25."""
    return f"{points.normalize():f}"
