"""Numbers of things in words."""

from __future__ import annotations

from decimal import Decimal

from cozmic.rules.points import show_points


def counted(number: Decimal | int, one: str, many: str = "") -> str:
    """Return "1 answer", "3 answers", "2.5 points"; `many` where it is not `one` with an s."""
    shown = show_points(number) if isinstance(number, Decimal) else str(number)
    return f"{shown} {one if number == 1 else many or one + 's'}"
