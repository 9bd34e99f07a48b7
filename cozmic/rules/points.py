"""Points as people write and read them."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_POINTS = Decimal(1000)
# A comma is a decimal mark on many keyboards, but in 1,000 it is not: so two places at most follow it.
PLAIN = re.compile(r"\d{1,6}(\.\d{0,20}|,\d{1,2})?|\.\d{1,20}|,\d{1,2}", re.ASCII)


class BadPoints(ValueError):
    """What was typed are no points that a question can be worth; the message says what would be right."""


def read_worth(text: str) -> Decimal:
    """Return what a question is worth: more than 0, at most 1000, up to two decimal places. Raises BadPoints."""
    text = text.strip()
    if not PLAIN.fullmatch(text):
        raise BadPoints("Give points as a number, as in 2 or 1.5.")
    points = Decimal(text.replace(",", "."))
    if points != points.quantize(Decimal("0.01")):
        raise BadPoints("Give at most two decimal places, as in 1.25.")
    if not 0 < points <= MOST_POINTS:
        raise BadPoints(f"Give more than 0 and at most {MOST_POINTS} points.")
    return points


def show_points(points: Decimal) -> str:
    """Return points without needless zeros: 2, 1.5, 0.25."""
    return f"{points.normalize():f}"
