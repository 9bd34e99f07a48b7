"""Minutes as a server would have measured them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cozmic.rules.measured import Measured
from cozmic.transaction import transaction
from cozmic.writes.measurements import keep_measured

QUICK = (0, 0, 60, 30, 10, *(0,) * 8)
SLOW = (0, 0, 40, 30, 10, 0, 0, 0, 0, 0, 20, 0, 0)
"""A fifth of a hundred requests took from two to five seconds."""


def make_span(began_at: datetime, **figures: Any) -> Measured:
    """A quiet minute of a hundred requests, but for what is said otherwise."""
    quiet: dict[str, Any] = {
        "requests": 100, "times": QUICK, "busy_s": 2.0, "statements": 150, "sql_s": 0.5, "cache_hits": 70,
        "cache_misses": 10, "workers": 2, "threads": 4, "cores": 2.0, "memory_mb": 2048, "cpu_percent": 20.0,
        "memory_percent": 40.0, "pool_percent": 5.0, "pool_most": 30, "server_used": 12, "server_most": 97,
        "active_people": 31,
    }  # fmt: skip
    return Measured(began_at=began_at, **{**quiet, **figures})


def keep_minutes(end: datetime, count: int, server: str = "one:1", **figures: Any) -> None:
    """Commit the last minutes before a moment, all alike."""
    end = end.replace(second=0, microsecond=0)
    spans = [make_span(end - timedelta(minutes=back), **figures) for back in range(count, 0, -1)]
    with transaction():
        keep_measured(server, spans)
