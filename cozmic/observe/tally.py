"""What one request cost: counted where the costs arise, told by the log line, the metrics and the tests."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

NO_ENDPOINT = "none"
MOST_STATEMENTS = 40
"""How many of the last statements are kept, where they are."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One that was sent to the database, as the driver got it: a batch, which is bytes, holds values."""

    query: Any
    began_at: float
    """By time.monotonic()."""
    took_s: float


@dataclass(slots=True)
class Tally:
    """Counts of the request that this thread serves (or of the job or command that it runs)."""

    wait_ms: float = 0.0
    """Milliseconds that the request waited for a thread."""
    sql_n: int = 0
    """Round trips to the database."""
    sql_ms: float = 0.0
    """Milliseconds spent in them."""
    redis_n: int = 0
    """Round trips to Redis."""
    cache: str = ""
    """What the page cache did: hit, miss, unchanged (304), waited, alone (without the cache); empty: not asked."""
    request_id: str = ""
    """Names the request in the log line, in the response and beside errors; empty outside requests."""
    endpoint: str = ""
    """The view that answers, once it has begun to; empty outside requests."""
    error: str = ""
    """Class of the exception that cost the visitor the page; empty: none."""
    trail: deque[Statement] | None = None
    """The last statements; None: nobody is to be told of them."""


class _Threads(threading.local):
    def __init__(self) -> None:
        self.tally = Tally(trail=_Trails.new())


class _Trails:
    are_kept = False

    @classmethod
    def new(cls) -> deque[Statement] | None:
        return deque(maxlen=MOST_STATEMENTS) if cls.are_kept else None


_threads = _Threads()


def keep_trails() -> None:
    """From now on let each tally keep the last statements. 0.3 us each."""
    _Trails.are_kept = True
    _threads.tally.trail = _Trails.new()


def current_tally() -> Tally:
    """Return the tally that this thread counts into."""
    return _threads.tally


def begin_tally(request_id: str = "") -> Tally:
    """Start counting anew in this thread, and return the new tally."""
    _threads.tally = tally = Tally(request_id=request_id, trail=_Trails.new())
    return tally


def note_error(error: BaseException) -> None:
    """Tell the tally what went wrong, where the exception itself ends here and becomes a page."""
    _threads.tally.error = type(error).__name__
