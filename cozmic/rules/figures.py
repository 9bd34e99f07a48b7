"""The figures that are judged by the thresholds, and over which time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from cozmic.rules.measured import Measured, add_servers, add_times
from cozmic.rules.thresholds import (
    CPU,
    ERROR_RATE,
    MEMORY,
    POOL_CONNECTIONS,
    RESPONSE_TIME,
    SERVER_CONNECTIONS,
    Level,
    Threshold,
    judged_time,
)

JUDGED_MINUTES = 5
"""A minute alone has too few requests in a small school, and one slow moment is no state."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A threshold with what was measured."""

    threshold: Threshold
    value: float | None
    level: Level


def judge_all(window: Measured | None) -> tuple[Figure, ...]:
    """Return each threshold with the value of a window and its level; UNKNOWN where nothing was measured."""
    values: dict[Threshold, float | None] = dict.fromkeys(
        (ERROR_RATE, RESPONSE_TIME, CPU, MEMORY, POOL_CONNECTIONS, SERVER_CONNECTIONS)
    )
    if window is not None:
        values = {
            ERROR_RATE: window.error_percent,
            RESPONSE_TIME: judged_time(window.p95_s, requests=window.requests),
            CPU: window.cpu_percent,
            MEMORY: window.memory_percent,
            POOL_CONNECTIONS: window.pool_percent,
            SERVER_CONNECTIONS: window.server_percent,
        }
    return tuple(Figure(one, value, one.judge(value)) for one, value in values.items())


def by_minute(rows: Iterable[Measured]) -> list[Measured]:
    """Return one span for each moment, of all servers together; the rows come in order of time."""
    merged = (add_servers(group) for _, group in groupby(rows, key=lambda row: row.began_at))
    return [one for one in merged if one is not None]


def window_before(minutes: list[Measured], end: datetime) -> Measured | None:
    """Return the last JUDGED_MINUTES before a moment as one span; None where nothing was measured in them."""
    begin = end - JUDGED_MINUTES * MINUTE
    return add_times(one for one in minutes if begin <= one.began_at < end)


def judge_minutes(
    minutes: list[Measured], *, end: datetime, count: int
) -> dict[str, tuple[Level, ...]]:
    """Return, for each threshold by name, its levels at the last `count` minutes before `end`, the newest last.

    A minute in which nobody measured is UNKNOWN, though the window before it may hold others.
    """
    measured = {one.began_at for one in minutes}
    levels: dict[str, list[Level]] = {figure.threshold.name: [] for figure in judge_all(None)}
    for back in range(count, 0, -1):
        at = end - back * MINUTE
        window = window_before(minutes, at + MINUTE) if at in measured else None
        for figure in judge_all(window):
            levels[figure.threshold.name].append(figure.level)
    return {name: tuple(found) for name, found in levels.items()}
