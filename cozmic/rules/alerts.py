"""Whether the operator is to be told now: when a level rises, seldom while it lasts, and once when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cozmic.rules.thresholds import GRAVITY, Level

WARNING_AFTER, CRITICAL_AFTER, OVER_AFTER = 10, 2, 15
"""Minutes in a row. Over takes longest, so that a figure that swings around its border is one story and not ten."""
LOOKED_AT = max(WARNING_AFTER, CRITICAL_AFTER, OVER_AFTER)
REPEAT_AFTER = timedelta(hours=4)
BAD = frozenset({Level.WARNING, Level.CRITICAL})


class News(StrEnum):
    """What the operator is told."""

    RISEN = "risen"
    STILL = "still"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AlertState:
    """What was told of one threshold. FINE: nothing is the matter, or that it is over has been told."""

    level: Level = Level.FINE
    """The gravest level told since it began."""
    since_at: datetime | None = None
    """When it was told first."""
    told_at: datetime | None = None
    """When anything was told last."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The state from now on, and what to tell; None: nothing."""

    state: AlertState
    news: News | None = None


def decide(state: AlertState, levels: Sequence[Level], *, now: datetime) -> Decision:
    """Decide by the levels of the last minutes, the newest last; LOOKED_AT of them are enough.

    A minute whose level is unknown is not a bad one: it neither raises an alarm nor keeps one alive.
    """
    lasting = _find_lasting(levels)
    if GRAVITY[lasting] > GRAVITY[state.level]:
        since_at = state.since_at if state.level in BAD else now
        return Decision(AlertState(lasting, since_at, now), News.RISEN)
    if state.level not in BAD:
        return Decision(state)
    if len(levels) >= OVER_AFTER and not BAD.intersection(levels[-OVER_AFTER:]):
        return Decision(AlertState(Level.FINE, None, now), News.OVER)
    is_bad_now = bool(levels) and levels[-1] in BAD
    if is_bad_now and (state.told_at is None or now - state.told_at >= REPEAT_AFTER):
        return Decision(replace(state, told_at=now), News.STILL)
    return Decision(state)


def _find_lasting(levels: Sequence[Level]) -> Level:
    """The level that has lasted long enough to tell of; FINE where none has."""
    if _ends_in(levels, {Level.CRITICAL}, CRITICAL_AFTER):
        return Level.CRITICAL
    return Level.WARNING if _ends_in(levels, BAD, WARNING_AFTER) else Level.FINE


def _ends_in(levels: Sequence[Level], kinds: set[Level] | frozenset[Level], count: int) -> bool:
    return len(levels) >= count and all(level in kinds for level in levels[-count:])
