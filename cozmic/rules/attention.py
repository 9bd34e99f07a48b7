"""Who needs a teacher's attention, and why: stuck or slipping, told from work and marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

RECENT_MARKS = 3
"""The latest marks that say how a pupil is doing now; those before them say how it was."""
EARLIER_MARKS = 7
LOW = 0.5
LOW_AT_FIRST = 0.4
"""With fewer marks than RECENT_MARKS one bad day says less, yet a class's first quiz must not hide who is lost."""
DROP = 0.25
MANY_MISSING = 2
MISSING_WITHIN = timedelta(days=28)
STUCK_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one pupil in one class. Shares are 0 to 1; None: no such marks."""

    missing: int = 0
    """Assignments past due, within MISSING_WITHIN, with nothing handed in."""
    stuck: int = 0
    """Attempts begun over STUCK_AFTER ago, still open, that could be handed in now."""
    recent: float | None = None
    """Mean share of points over the RECENT_MARKS latest marks."""
    recent_count: int = 0
    earlier: float | None = None
    """The same over up to EARLIER_MARKS marks before those."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Why a pupil is on the list. The larger the weight, the further up."""

    weight: float
    reasons: tuple[str, ...]


def find_concern(signals: Signals) -> Concern | None:
    """Return what is of concern, the gravest reason first, or None."""
    found = [
        pair
        for pair in (_missing(signals), _slipping(signals), _low(signals), _stuck(signals))
        if pair
    ]
    if not found:
        return None
    found.sort(key=lambda pair: -pair[0])
    return Concern(
        weight=sum(weight for weight, _ in found), reasons=tuple(reason for _, reason in found)
    )


def _missing(signals: Signals) -> tuple[float, str] | None:
    if signals.missing < MANY_MISSING:
        return None
    return float(
        signals.missing
    ), f"{signals.missing} pieces of work missing in the last four weeks"


def _slipping(signals: Signals) -> tuple[float, str] | None:
    if signals.recent is None or signals.earlier is None or signals.recent_count < RECENT_MARKS:
        return None
    drop = signals.earlier - signals.recent
    if drop < DROP:
        return None
    return (
        10 * drop,
        f"slipping: from {signals.earlier:.0%} to {signals.recent:.0%} in the last {RECENT_MARKS} marks",
    )


def _low(signals: Signals) -> tuple[float, str] | None:
    if signals.recent is None or _slipping(signals):  # which says how low it is, too
        return None
    if signals.recent_count < RECENT_MARKS:
        return _low_at_first(signals.recent, signals.recent_count)
    if signals.recent >= LOW:
        return None
    reason = f"average of {signals.recent:.0%} in the last {RECENT_MARKS} marks"
    return 5 * (1 - signals.recent), reason


def _low_at_first(share: float, marks: int) -> tuple[float, str] | None:
    if share >= LOW_AT_FIRST:
        return None
    reason = (
        f"{share:.0%} in the only mark so far"
        if marks == 1
        else f"average of {share:.0%} in {marks} marks"
    )
    return 3 * (1 - share), reason


def _stuck(signals: Signals) -> tuple[float, str] | None:
    if not signals.stuck:
        return None
    work = "a piece of work" if signals.stuck == 1 else f"{signals.stuck} pieces of work"
    return 1.0 + signals.stuck, f"stuck: {work} begun over two days ago and not handed in"
