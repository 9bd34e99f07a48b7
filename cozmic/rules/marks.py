"""Points that a teacher gives: read, offered, and told from those that another page gave meanwhile."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from cozmic.errors import Invalid

CENT = Decimal("0.01")
# A comma is a decimal mark on many keyboards; no digits but ASCII ones, no 1e9, no 1_000.
PLAIN = re.compile(r"\d{1,9}(?:[.,]\d{0,20})?|[.,]\d{1,20}", re.ASCII)


def read_mark(text: str, most: Decimal, *, field: str = "points") -> Decimal:
    """Return points typed by a teacher: from 0 to `most`, at most two decimal places. Raises Invalid for the field."""
    text = text.strip()
    if not text:
        raise Invalid(field, f"Give points: a number from 0 to {_plain(most)}.")
    if text[0] in "-−–" and PLAIN.fullmatch(text[1:].strip()):
        raise Invalid(field, f"Points cannot be less than 0. Give from 0 to {_plain(most)}.")
    if not PLAIN.fullmatch(text):
        raise Invalid(field, f"Give points as a number from 0 to {_plain(most)}, as in 2 or 1.5.")
    points = Decimal(text.replace(",", "."))
    check_mark(points, most, field=field)
    return points.quantize(CENT)


def check_mark(points: Decimal, most: Decimal, *, field: str = "points") -> None:
    """Raise Invalid unless points lie from 0 to `most` and have at most two decimal places."""
    if not 0 <= points <= most:
        raise Invalid(field, f"Give from 0 to {_plain(most)} points.")
    if points != points.quantize(CENT):
        raise Invalid(field, "Give at most two decimal places, as in 2.5 or 2.75.")


def half_of(worth: Decimal) -> Decimal:
    """Return half the points, half up to two places."""
    return (worth / 2).quantize(CENT, rounding=ROUND_HALF_UP)


def mark_version(graded_at: datetime | None, points: Decimal | None) -> str:
    """Name the state of a mark, so that a form can say which one its page showed. The same on every database."""
    moment = graded_at.isoformat() if graded_at else ""
    return f"{moment}|{'' if points is None else _plain(points)}"


def grade_version(
    graded_at: datetime | None, points: Decimal | None, *, is_by_hand: bool, comment: str
) -> str:
    """Name the state of a grade in the same way."""
    digest = hashlib.sha256(comment.encode()).hexdigest()[:16]
    return f"{mark_version(graded_at, points)}|{is_by_hand:d}|{digest}"


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"
