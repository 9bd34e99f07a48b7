"""Points that a teacher gives: read, offered, and told from those that another page gave meanwhile."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from cozmic.errors import Invalid
from cozmic.rules.points import CENT, find_points, show_points


def read_mark(text: str, most: Decimal, *, field: str = "points") -> Decimal:
    """Return points typed by a teacher: from 0 to `most`, at most two decimal places. Raises Invalid for the field."""
    text = text.strip()
    if not text:
        raise Invalid(field, f"Give points: a number from 0 to {show_points(most)}.")
    if text[0] in "-−–" and find_points(text[1:].strip()) is not None:
        raise Invalid(field, f"Points cannot be less than 0. Give from 0 to {show_points(most)}.")
    points = find_points(text)
    if points is None:
        raise Invalid(
            field, f"Give points as a number from 0 to {show_points(most)}, as in 2 or 1.5."
        )
    check_mark(points, most, field=field)
    return points.quantize(CENT)


def check_mark(points: Decimal, most: Decimal, *, field: str = "points") -> None:
    """Raise Invalid unless points lie from 0 to `most` and have at most two decimal places."""
    if not 0 <= points <= most:
        raise Invalid(field, f"Give from 0 to {show_points(most)} points.")
    if points != points.quantize(CENT):
        raise Invalid(field, "Give at most two decimal places, as in 2.5 or 2.75.")


def half_of(worth: Decimal) -> Decimal:
    """Return half the points, half up to two places."""
    return (worth / 2).quantize(CENT, rounding=ROUND_HALF_UP)


def mark_version(graded_at: datetime | None, points: Decimal | None) -> str:
    """Name the state of a mark, so that a form can say which one its page showed. The same on every database."""
    moment = graded_at.isoformat() if graded_at else ""
    return f"{moment}|{'' if points is None else show_points(points)}"


def grade_version(
    graded_at: datetime | None, points: Decimal | None, *, is_by_hand: bool, comment: str
) -> str:
    """Name the state of a grade in the same way."""
    digest = hashlib.sha256(comment.encode()).hexdigest()[:16]
    return f"{mark_version(graded_at, points)}|{is_by_hand:d}|{digest}"
