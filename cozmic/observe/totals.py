"""All that the workers of this server have counted, in one sum: what the sampler takes the differences of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.samples import Sample

from cozmic.observe.metrics import REGISTRY, SECONDS
from cozmic.observe.watch import QUIET
from cozmic.observe.workers import find_folder, folding_waits

HITS = frozenset({"hit", "unchanged"})
_BUCKETS = {f"{float(bound)}": place for place, bound in enumerate((*SECONDS, float("inf")))}
_BUCKETS["+Inf"] = len(SECONDS)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts that only grow while the server runs."""

    requests: int = 0
    errors: int = 0
    refusals: int = 0
    times: tuple[int, ...] = (0,) * (len(SECONDS) + 1)
    busy_s: float = 0.0
    statements: int = 0
    sql_s: float = 0.0
    slow_statements: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    pool_waits: int = 0
    pool_timeouts: int = 0

    def since(self, before: Totals) -> Totals:
        """Return what has been counted since; never below nothing, should a count have begun anew."""
        grown = {
            field.name: max(getattr(self, field.name) - getattr(before, field.name), 0)
            for field in fields(self)
            if field.name != "times"
        }
        pairs = zip(self.times, before.times, strict=True)
        return Totals(times=tuple(max(now - then, 0) for now, then in pairs), **grown)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts by name, for JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(kept: dict[str, Any]) -> Totals:
        """Return what as_dict() has written; raise TypeError or ValueError for anything else."""
        totals = Totals(**{**kept, "times": tuple(kept["times"])})
        if len(totals.times) != len(SECONDS) + 1:
            raise ValueError("counted with other bounds")
        return totals


@dataclass(frozen=True, slots=True)
class Now:
    """What is so at this moment, in all workers of this server."""

    workers: int
    breakers_open: int
    pool_most: int
    pool_percent: float
    """Of the fullest worker."""


def read_totals() -> tuple[Totals, Now]:
    """Add up what all workers have counted. Up to 0.1 s of processor, growing with the endpoints asked so far."""
    sums: dict[str, Any] = {field.name: 0 for field in fields(Totals) if field.name != "times"}
    so_far, gauges = [0.0] * (len(SECONDS) + 1), dict.fromkeys(_GAUGES.values(), 0.0)
    for sample in _samples():
        if sample.labels.get("endpoint") in QUIET:
            continue
        if sample.name == "cozmic_request_seconds_bucket":
            so_far[_BUCKETS[sample.labels["le"]]] += sample.value
        elif sample.name in _GAUGES:
            gauges[_GAUGES[sample.name]] += sample.value
        for name in _counted_by(sample):
            sums[name] += sample.value
    whole = {name: value if name in _TIMES else round(value) for name, value in sums.items()}
    times = [round(now - before) for now, before in zip(so_far, [0.0, *so_far[:-1]], strict=True)]
    now = Now(
        workers=round(gauges["workers"]), breakers_open=round(gauges["breakers_open"]),
        pool_most=round(gauges["pool_most"]), pool_percent=gauges["pool_percent"],
    )  # fmt: skip
    return Totals(times=tuple(times), **whole), now


def read_fullest() -> float:
    """Return how full the fullest worker's pool is, in percent: all else is left unread. 0.3 ms."""
    folder = find_folder()
    if folder is None:
        families = iter(REGISTRY.collect())
    else:
        with folding_waits(folder):
            files = [str(path) for path in folder.glob("gauge_livemax_*.db")]
            families = iter(MultiProcessCollector.merge(files))  # type: ignore[no-untyped-call]
    samples = (sample for family in families for sample in family.samples)
    return max(
        (one.value for one in samples if one.name == "cozmic_pool_fullest_percent"), default=0.0
    )


_TIMES = {"busy_s", "sql_s"}
_GAUGES = {
    "cozmic_workers": "workers",
    "cozmic_redis_breakers_open": "breakers_open",
    "cozmic_pool_connections_most": "pool_most",
    "cozmic_pool_fullest_percent": "pool_percent",
}
_PLAIN = {
    "cozmic_requests_total": "requests",
    "cozmic_refusals_total": "refusals",
    "cozmic_request_seconds_sum": "busy_s",
    "cozmic_sql_statements_total": "statements",
    "cozmic_sql_seconds_total": "sql_s",
    "cozmic_slow_statements_total": "slow_statements",
    "cozmic_pool_waits_total": "pool_waits",
    "cozmic_pool_timeouts_total": "pool_timeouts",
}


def _counted_by(sample: Sample) -> Iterator[str]:
    """The totals that a sample belongs to."""
    if sample.name in _PLAIN:
        yield _PLAIN[sample.name]
    if sample.name == "cozmic_requests_total" and sample.labels["status"] == "5xx":
        yield "errors"
    if sample.name == "cozmic_cache_answers_total":
        yield "cache_hits" if sample.labels["outcome"] in HITS else "cache_misses"


def _samples() -> Iterable[Sample]:
    folder = find_folder()
    if folder is None:
        return _samples_of(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    with folding_waits(folder):
        return list(_samples_of(registry))


def _samples_of(registry: CollectorRegistry) -> Iterator[Sample]:
    return (sample for family in registry.collect() for sample in family.samples)
