"""What is so at this moment in each worker: read at the end of a request, at most once a second while it is busy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from prometheus_client import Counter, Gauge

from cozmic.observe.metrics import WORKERS

EVERY_S = 1.0


@dataclass(slots=True)
class _Follower:
    counter: Counter
    read: Callable[[], float]
    counted: float = 0.0


@dataclass(slots=True)
class Gauges:
    """The gauges of one application, and counters of what others count for themselves."""

    _readers: list[tuple[Gauge, Callable[[], float]]] = field(default_factory=list)
    _followers: list[_Follower] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _next_at: float = 0.0  # by time.monotonic()
    _was_busy: bool = False

    def watch(self, gauge: Gauge, read: Callable[[], float]) -> None:
        """Set a gauge to what a function returns, from now on; the function may take microseconds, no round trip."""
        self._readers.append((gauge, read))

    def follow(self, counter: Counter, read: Callable[[], float]) -> None:
        """Add to a counter what a number, which only grows in this process, has grown by."""
        self._followers.append(_Follower(counter, read))

    def sample(self, *, is_idle: bool = False, is_due: bool = False) -> None:
        """Read all, if it is time: once a second, where `is_due`, and when the worker falls idle.

        Else it would leave behind, until its next request, what its last busy moment showed.
        """
        now = time.monotonic()
        is_stale = is_idle and self._was_busy
        if now < self._next_at and not is_stale and not is_due:
            return
        # Two at once would count the same growth twice, and leave the older value behind.
        with self._lock:
            self._read(now, is_idle=is_idle)

    def _read(self, now: float, *, is_idle: bool) -> None:
        self._next_at = now + EVERY_S
        # Set before reading: whoever ends meanwhile comes next, and tells what is so then.
        self._was_busy = not is_idle
        WORKERS.set(1)
        for gauge, read in self._readers:
            gauge.set(read())
        for other in self._followers:
            grown = other.read() - other.counted
            if grown > 0:
                other.counter.inc(grown)
                other.counted += grown
