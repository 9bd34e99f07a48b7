"""What a server measured in a span of time, and how such spans are added up: over servers, and over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from cozmic.rules.thresholds import error_rate, share

BOUNDS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Upper bounds of the times that are counted: a cached page takes 2 ms; 2 s and 5 s are the thresholds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One span. None: nobody could measure it (no limit, another kind of database, a first reading)."""

    began_at: datetime
    """When it began."""
    span_s: int = 60
    requests: int = 0
    """Pages and acts; the questions of monitors (/healthz, /readyz, /metrics) are not among them."""
    errors: int = 0
    """Those answered with a status of 500 or more."""
    refusals: int = 0
    """Those that a limit refused (429)."""
    times: tuple[int, ...] = ()
    """How many requests took up to each of BOUNDS_S, one after the other, and how many took longer."""
    busy_s: float = 0.0
    """All their times together."""
    statements: int = 0
    """Round trips to the database."""
    sql_s: float = 0.0
    """Time spent in them."""
    slow_statements: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    breakers_open: int = 0
    """Workers for which Redis counts as gone."""
    workers: int = 0
    """Processes that have served something and live."""
    threads: int = 0
    """Pages that all of them serve at once."""
    cores: float | None = None
    """Processors that may be used, a container's share of them where it has one."""
    memory_mb: int | None = None
    """Memory that may be used."""
    cpu_percent: float | None = None
    memory_percent: float | None = None
    pool_percent: float | None = None
    """Of the fullest worker's pool: thresholds.pool_share()."""
    pool_most: int = 0
    """Connections that all pools together may open."""
    pool_waits: int = 0
    pool_timeouts: int = 0
    server_used: int | None = None
    """Connections open at the database server, by whoever."""
    server_most: int | None = None
    active_people: int | None = None
    """Signed-in people who asked for something within five minutes."""

    @property
    def p50_s(self) -> float | None:
        """The time within which half of the requests were answered."""
        return find_quantile(self.times, 0.5)

    @property
    def p95_s(self) -> float | None:
        """The time within which 95 of 100 were answered."""
        return find_quantile(self.times, 0.95)

    @property
    def error_percent(self) -> float | None:
        """The share that failed; None where there were too few to say."""
        return error_rate(requests=self.requests, errors=self.errors)

    @property
    def server_percent(self) -> float | None:
        """How many of the database server's connections are open."""
        if self.server_used is None or self.server_most is None:
            return None
        return share(self.server_used, self.server_most)

    @property
    def busy_percent(self) -> float | None:
        """How much of the time of the threads that serve pages requests took, in percent.

        The time of a request begins when it arrives, so that what it waits for a free thread is in it: over 100 more
        were there all the time than threads to serve them.
        """
        return share(self.busy_s, self.span_s * self.threads)

    @property
    def sql_percent(self) -> float | None:
        """How much of the time of requests was spent waiting for the database."""
        return share(self.sql_s, self.busy_s)

    @property
    def hit_percent(self) -> float | None:
        """How often the page cache had the page."""
        return share(self.cache_hits, self.cache_hits + self.cache_misses)


def find_quantile(times: Sequence[int], part: float) -> float | None:
    """Estimate a quantile of counted times by linear interpolation, in seconds; None where nothing was counted.

    With N requests the quantile q has the rank q N. In the first interval (low, high] whose count c takes the number
    of requests so far, n, to that rank or over it, they count as spread evenly:

        low + (high - low) (q N - n) / c

    The first interval begins at 0; of those longer than the last bound no more than that bound is known. So the error
    is at most the width of the interval, and at 2 and 5 seconds, which are bounds, there is none.
    """
    total = sum(times)
    if not total or len(times) != len(BOUNDS_S) + 1:  # counted by a release with other bounds
        return None
    rank, so_far, low = part * total, 0, 0.0
    for count, high in zip(times, BOUNDS_S, strict=False):
        if count and so_far + count >= rank:
            return low + (high - low) * (rank - so_far) / count
        so_far, low = so_far + count, high
    return float(BOUNDS_S[-1])


def add_servers(spans: Iterable[Measured]) -> Measured | None:
    """Add up what the servers of a deployment measured at the same time: counts together, the worst host's shares."""
    return _add(list(spans), _OF_SERVERS)


def add_times(spans: Iterable[Measured]) -> Measured | None:
    """Add up spans that follow each other: counts together, the mean of the processor, the most of the others."""
    return _add(list(spans), _OF_TIMES)


def _add(spans: list[Measured], how: dict[str, Callable[[list[Any]], Any]]) -> Measured | None:
    if len(spans) < 2:
        return spans[0] if spans else None
    values: dict[str, Any] = {}
    for name in _NAMES:
        known = [value for one in spans if (value := getattr(one, name)) is not None]
        values[name] = how[name](known) if known else None
    return Measured(**values)


def _add_each(times: list[tuple[int, ...]]) -> tuple[int, ...]:
    longest = max(map(len, times))
    same = [one for one in times if len(one) == longest]
    return tuple(map(sum, zip(*same, strict=True)))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


_NAMES = [field.name for field in fields(Measured)]
_ADDED = {
    "requests", "errors", "refusals", "busy_s", "statements", "sql_s", "slow_statements", "cache_hits",
    "cache_misses", "pool_waits", "pool_timeouts",
}  # fmt: skip
_OF_SERVERS: dict[str, Callable[[list[Any]], Any]] = {
    **dict.fromkeys(_NAMES, max),
    **dict.fromkeys(
        {*_ADDED, "breakers_open", "workers", "threads", "pool_most", "active_people"}, sum
    ),
    "began_at": min,
    "times": _add_each,
}
_OF_TIMES: dict[str, Callable[[list[Any]], Any]] = {
    **dict.fromkeys(_NAMES, max),
    **dict.fromkeys({*_ADDED, "span_s"}, sum),
    "began_at": min,
    "times": _add_each,
    "cpu_percent": _mean,
}
