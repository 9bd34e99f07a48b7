"""What one request cost: counted where the costs arise, told by the log line, the metrics and the tests."""

from __future__ import annotations

import threading
from dataclasses import dataclass

NO_ENDPOINT = "none"


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


class _Threads(threading.local):
    def __init__(self) -> None:
        self.tally = Tally()


_threads = _Threads()


def current_tally() -> Tally:
    """Return the tally that this thread counts into."""
    return _threads.tally


def begin_tally(request_id: str = "") -> Tally:
    """Start counting anew in this thread, and return the new tally."""
    _threads.tally = tally = Tally(request_id=request_id)
    return tally


def note_error(error: BaseException) -> None:
    """Tell the tally what went wrong, where the exception itself ends here and becomes a page."""
    _threads.tally.error = type(error).__name__
