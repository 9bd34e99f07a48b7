"""What Prometheus is told: every metric, and the one place that counts a request into them.

Under gunicorn each worker writes files of its own in PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py makes before the
client is imported; a scrape of any worker adds them up. An update costs about 1 us, a time 2 us.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from cozmic.observe.tally import Tally
from cozmic.observe.workers import find_folder, folding_waits
from cozmic.rules.measured import BOUNDS_S

SECONDS = BOUNDS_S
REGISTRY = CollectorRegistry()
# They would be a second series for each counter, which nothing reads.
disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter(
    "cozmic_requests", "Requests answered, by class of status.",
    ("endpoint", "method", "status"), registry=REGISTRY,
)  # fmt: skip
TIMES = Histogram(
    "cozmic_request_seconds", "Time from the request to the end of its response.",
    ("endpoint",), registry=REGISTRY, buckets=SECONDS,
)  # fmt: skip
STATEMENTS = Counter(
    "cozmic_sql_statements", "Round trips to the database.", ("endpoint",), registry=REGISTRY
)
STATEMENT_SECONDS = Counter(
    "cozmic_sql_seconds", "Time spent waiting for the database.", ("endpoint",), registry=REGISTRY
)
SLOW = Counter(
    "cozmic_slow_statements", "Statements that took longer than SLOW_QUERY_MS.",
    ("endpoint",), registry=REGISTRY,
)  # fmt: skip
COMMANDS = Counter(
    "cozmic_redis_commands", "Round trips to Redis.", ("endpoint",), registry=REGISTRY
)
CACHE = Counter(
    "cozmic_cache_answers",
    "What the page cache did: hit, miss, unchanged (304), waited for another, alone (without the cache).",
    ("endpoint", "outcome"), registry=REGISTRY,
)  # fmt: skip
REFUSALS = Counter(
    "cozmic_refusals", "Requests that a limit refused (429).", ("endpoint",), registry=REGISTRY
)
HANG_UPS = Counter(
    "cozmic_hang_ups", "Responses that nobody stayed to take to their end.", registry=REGISTRY
)
SIGN_INS = Counter("cozmic_sign_ins", "Sign-ins that succeeded.", registry=REGISTRY)
HAND_INS = Counter("cozmic_hand_ins", "Attempts handed in by their pupils.", registry=REGISTRY)
WORKERS = Gauge(
    "cozmic_workers", "Worker processes that have served a request and live.",
    registry=REGISTRY, multiprocess_mode="livesum",
)  # fmt: skip
BREAKER = Gauge(
    "cozmic_redis_breakers_open", "Workers for which Redis counts as gone.",
    registry=REGISTRY, multiprocess_mode="livesum",
)  # fmt: skip
POOL_IN_USE = Gauge(
    "cozmic_pool_connections_in_use",
    "Database connections out of the pools: those that requests hold, and one that each thread keeps.",
    registry=REGISTRY, multiprocess_mode="livesum",
)  # fmt: skip
POOL_MOST = Gauge(
    "cozmic_pool_connections_most", "Database connections that the pools of all workers may open.",
    registry=REGISTRY, multiprocess_mode="livesum",
)  # fmt: skip
POOL_KEPT = Gauge(
    "cozmic_pool_connections_kept",
    "Those of them that threads keep for their next admitting SELECT, idle or not.",
    registry=REGISTRY, multiprocess_mode="livesum",
)  # fmt: skip
POOL_FULLEST = Gauge(
    "cozmic_pool_fullest_percent",
    "Of what the kept connections leave of a worker's pool, the share in use; of the fullest worker.",
    registry=REGISTRY, multiprocess_mode="livemax",
)  # fmt: skip

POOL_WAITS = Counter(
    "cozmic_pool_waits", "Requests that found all database connections in use and waited.",
    registry=REGISTRY,
)  # fmt: skip
POOL_TIMEOUTS = Counter(
    "cozmic_pool_timeouts", "Those of them that got no connection in time (503).", registry=REGISTRY
)
LIMIT_FALLBACKS = Counter(
    "cozmic_limit_fallbacks", "Limits counted in memory because Redis did not answer.",
    registry=REGISTRY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """The metrics of one endpoint; finding them by their labels at each request would cost more than counting."""

    seconds: Histogram
    statements: Counter
    statement_seconds: Counter
    commands: Counter


@lru_cache(maxsize=512)
def _of(endpoint: str) -> _Endpoint:
    return _Endpoint(
        TIMES.labels(endpoint),
        STATEMENTS.labels(endpoint),
        STATEMENT_SECONDS.labels(endpoint),
        COMMANDS.labels(endpoint),
    )


@lru_cache(maxsize=4096)
def _requests(endpoint: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(endpoint, method, f"{status // 100}xx")


def count_request(endpoint: str, method: str, status: int, *, seconds: float, tally: Tally) -> None:
    """Count one request that has ended. About 6 us."""
    _requests(endpoint, method, status).inc()
    of = _of(endpoint)
    of.seconds.observe(seconds)
    if tally.sql_n:
        of.statements.inc(tally.sql_n)
        of.statement_seconds.inc(tally.sql_ms / 1000)
    if tally.redis_n:
        of.commands.inc(tally.redis_n)
    if tally.cache:
        CACHE.labels(endpoint, tally.cache).inc()
    if status == 429:
        REFUSALS.labels(endpoint).inc()


def count_sign_in() -> None:
    """Count a sign-in that succeeded."""
    SIGN_INS.inc()


def count_hand_in() -> None:
    """Count an attempt that its pupil handed in."""
    HAND_INS.inc()


def render_metrics() -> bytes:
    """Return all metrics in Prometheus' text format: of all workers under gunicorn, else of this process."""
    folder = find_folder()
    if folder is None:
        return generate_latest(REGISTRY)
    with folding_waits(folder):
        return generate_latest(MultiProcessCollector(None, str(folder)))  # type: ignore[no-untyped-call]
