"""From which figure on an operator should look, or act: the table of the guide, in one place.

The borders are exact: "> 1 %" is over one, so 1 % is fine. What a figure must be measured from stands beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

GUIDE_POOL = 15
"""Of how many connections of one process the guide's 8 and 14 are meant."""
FEW_REQUESTS = 100
"""Under so many a single error would pass 1 %, and says nothing."""
FEW_ERRORS = 3
FEW_TIMES = 20
"""Under so many requests the 95th percentile is the slowest of them, and says nothing."""


class Level(StrEnum):
    """What a figure means for the operator."""

    FINE = "fine"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


GRAVITY = {Level.UNKNOWN: 0, Level.FINE: 1, Level.WARNING: 2, Level.CRITICAL: 3}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One row of the table."""

    name: str
    """In kebab-case; the heading of its runbook, but for SERVER_CONNECTIONS, which stands under the pool's."""
    title: str
    unit: str
    warning: float
    """Over it: look at it this week."""
    critical: float
    """Over it: act now, people notice."""
    meaning: str
    """What people notice, in a sentence for somebody who is not an engineer."""
    runbook: str = ""

    def judge(self, value: float | None) -> Level:
        """Return the level of a measured value; UNKNOWN where there is none."""
        if value is None or math.isnan(value):
            return Level.UNKNOWN
        if value > self.critical:
            return Level.CRITICAL
        return Level.WARNING if value > self.warning else Level.FINE

    @property
    def heading(self) -> str:
        """The heading in the runbook."""
        return self.runbook or self.name


ERROR_RATE = Threshold(
    "error-rate", "Errors", "%", 1, 5,
    "Of a hundred pages asked for, so many ended in an error of the server (a status of 500 or more).",
)  # fmt: skip
RESPONSE_TIME = Threshold(
    "response-time", "Response time", "s", 2, 5,
    "Nineteen of twenty pages were answered within this time; people start to click again after two seconds.",
)  # fmt: skip
MEMORY = Threshold(
    "memory", "Memory", "%", 70, 90,
    "How much of its memory the server uses. When it is full, the host ends programs without asking.",
)  # fmt: skip
CPU = Threshold(
    "cpu", "Processor", "%", 80, 95,
    "How busy the processors are. When they are busy all the time, pages queue and get slow for everybody.",
)  # fmt: skip
POOL_CONNECTIONS = Threshold(
    "database-connections", "Database connections", "%",
    100 * 8 / GUIDE_POOL, 100 * 14 / GUIDE_POOL,
    "How many of the connections that one worker may open are in use. When none is left, pages wait and then fail.",
)  # fmt: skip
"""8 and 14 of 15, as shares, judged in pool_share()."""
SERVER_CONNECTIONS = Threshold(
    "server-connections", "Database server", "%",
    100 * 8 / GUIDE_POOL, 100 * 14 / GUIDE_POOL,
    "How many of the connections that the database server allows are open, by all programs together.",
    runbook="database-connections",
)  # fmt: skip
"""The same shares of max_connections."""

THRESHOLDS = (ERROR_RATE, RESPONSE_TIME, MEMORY, CPU, POOL_CONNECTIONS, SERVER_CONNECTIONS)


def worst(levels: list[Level]) -> Level:
    """Return the gravest level; UNKNOWN where none is known."""
    return max(levels, key=GRAVITY.__getitem__, default=Level.UNKNOWN)


def share(part: float, whole: float) -> float | None:
    """Return `part` as a percentage of `whole`, exact at the borders; None where the whole is nothing."""
    # Multiplied first: 100 * 7 / 700 is 1, and 7 / 700 * 100 is a little more.
    return 100 * part / whole if whole > 0 else None


def error_rate(*, requests: int, errors: int) -> float | None:
    """Return the percentage of requests that failed; None where there were too few to say."""
    if requests < FEW_REQUESTS and 0 < errors < FEW_ERRORS:
        return None
    return share(errors, requests)


def judged_time(p95_s: float | None, *, requests: int) -> float | None:
    """Return the 95th percentile; None where there were too few requests for it to mean something."""
    return p95_s if requests >= FEW_TIMES else None


def pool_share(*, in_use: int, kept: int, most: int) -> float | None:
    """Return how much of one worker's pool is in use by requests, as a percentage; None where all of it is kept.

    Of one worker, the fullest, and not a sum: the pool is each process's own, and a full one makes its pages wait
    while another has room. Each thread that has served a page, in a lane or not, keeps one connection for its admitting
    SELECT (access/standalone.py), idle or not. Those are out of the pool for good: with the guide's 15, two threads
    and two lanes, an idle worker has 4 in use, and with eight threads 10, which would warn all night. So they count
    on neither side: what is in use beyond them, of what they leave. Where nothing is kept this is the guide's 8 of 15.
    """
    kept = min(kept, in_use)
    return share(in_use - kept, most - kept)
