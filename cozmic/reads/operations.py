"""How the platform is running: the figures now, over the last hours, and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from cozmic.reads.measurements import list_alerts, list_measured
from cozmic.rules.alerts import AlertState
from cozmic.rules.figures import MINUTE, Figure, by_minute, judge_all, window_before
from cozmic.rules.measured import Measured, add_times
from cozmic.rules.scaling import Advice, Deployment, find_next_step, gather_facts
from cozmic.rules.thresholds import Level, worst

LOOKED_BACK = timedelta(hours=48)
"""What lasted within it decides on the next step."""
STRETCH = timedelta(minutes=5)
STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Range:
    """How far back to look, and how finely."""

    name: str
    """As it stands in the address."""
    label: str
    back: timedelta
    step: timedelta


RANGES = (
    Range("1h", "1 hour", timedelta(hours=1), timedelta(minutes=1)),
    Range("6h", "6 hours", timedelta(hours=6), timedelta(minutes=5)),
    Range("48h", "48 hours", timedelta(hours=48), timedelta(minutes=30)),
    Range("7d", "7 days", timedelta(days=7), timedelta(hours=2)),
)


@dataclass(frozen=True, slots=True)
class Operations:
    """The page."""

    now: datetime
    figures: tuple[Figure, ...]
    """Over the last five minutes that were measured."""
    level: Level
    """The worst of them."""
    latest: Measured | None
    """Those minutes; None: nothing was measured within the last hours."""
    last_at: datetime | None
    """When they end."""
    is_stale: bool
    """Whether nothing was written down for minutes, so that "now" is no longer now."""
    begins: tuple[datetime, ...]
    """The moments of the charts, evenly apart, the oldest first."""
    spans: tuple[Measured | None, ...]
    """What was measured from each of them to the next; None: nothing."""
    alerts: dict[str, AlertState]
    advice: Advice | None
    measured_for: timedelta
    """Over how long, within LOOKED_BACK, the advice looks."""


def get_operations(shown: Range, deployment: Deployment, *, now: datetime) -> Operations:
    """Return how the platform is running. Two queries; some 20 ms of processor a server for seven days."""
    end = _floor(now, MINUTE)
    minutes = by_minute(list_measured(end - max(shown.back, LOOKED_BACK) - shown.step, end))
    latest, last_at = _find_latest(minutes)
    figures = judge_all(latest)
    begins = _list_begins(shown, end)
    recent = [one for one in minutes if one.began_at >= end - LOOKED_BACK]
    stretches = [span for _, span in _group(recent, STRETCH)]
    return Operations(
        now=now,
        figures=figures,
        level=worst([one.level for one in figures]),
        latest=latest,
        last_at=last_at,
        is_stale=last_at is None or now - last_at > STALE_AFTER,
        begins=begins,
        spans=_spread(minutes, begins, shown.step),
        alerts=list_alerts(),
        advice=find_next_step(gather_facts(deployment, stretches)),
        measured_for=end - recent[0].began_at if recent else timedelta(),
    )


def _find_latest(minutes: Sequence[Measured]) -> tuple[Measured | None, datetime | None]:
    if not minutes:
        return None, None
    last_at = minutes[-1].began_at + timedelta(seconds=minutes[-1].span_s)
    return window_before(list(minutes[-10:]), last_at), last_at


def _list_begins(shown: Range, end: datetime) -> tuple[datetime, ...]:
    last = _floor(end - MINUTE, shown.step)
    count = shown.back // shown.step
    return tuple(last - back * shown.step for back in range(count - 1, -1, -1))


def _spread(
    minutes: Iterable[Measured], begins: tuple[datetime, ...], step: timedelta
) -> tuple[Measured | None, ...]:
    found = dict(_group(minutes, step))
    return tuple(found.get(begin) for begin in begins)


def _group(minutes: Iterable[Measured], step: timedelta) -> Iterable[tuple[datetime, Measured]]:
    for begin, group in groupby(minutes, key=lambda one: _floor(one.began_at, step)):
        span = add_times(group)
        if span is not None:
            yield begin, span


def _floor(moment: datetime, step: timedelta) -> datetime:
    # Whole hours of UTC; steps of minutes and of two hours all fit into a day.
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step
