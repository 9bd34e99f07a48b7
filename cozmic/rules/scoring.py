"""From verdicts to points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from cozmic.rules.enums import LateRule, Outcome
from cozmic.rules.points import CENT

NOTHING = Decimal("0.00")


def points_for(outcome: Outcome, worth: Decimal) -> Decimal | None:
    """Return the points a rule gives: all, none, or None where the teacher decides."""
    if outcome.waits:
        return None
    return worth if outcome is Outcome.CORRECT else NOTHING


def outcome_for(points: Decimal, worth: Decimal) -> Outcome:
    """Name what points given by hand mean."""
    if points >= worth:
        return Outcome.CORRECT
    return Outcome.PARTLY if points > 0 else Outcome.WRONG


def total(
    points: Sequence[Decimal | None], *, is_late: bool, late_rule: LateRule, penalty_percent: int
) -> Decimal | None:
    """Return a submission's points after any late penalty, or None while an answer waits for the teacher.

    Rounded half up to two places, as people round.
    """
    given = [value for value in points if value is not None]
    if len(given) < len(points):
        return None
    raw = sum(given, NOTHING)
    if is_late and late_rule is LateRule.PENALTY:
        raw = raw * (100 - penalty_percent) / 100
    return raw.quantize(CENT, rounding=ROUND_HALF_UP)


def percent(points: Decimal, worth: Decimal) -> int:
    """Return points as a whole percentage, half up; 0 where nothing could be won."""
    if worth <= 0:
        return 0
    return int((points * 100 / worth).quantize(Decimal(1), rounding=ROUND_HALF_UP))
