"""Which step of the scaling path comes next, and why: measured facts in, advice out.

The path is the guide's, in its order (scaling_path.py); the first step that presses is the next one. Where nothing
presses there is no step: a bigger bill needs a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cozmic.rules.counted import counted
from cozmic.rules.measured import BOUNDS_S, Measured
from cozmic.rules.scaling_path import PATH, Step, StepFacts
from cozmic.rules.thresholds import CPU, MEMORY, POOL_CONNECTIONS, RESPONSE_TIME, SERVER_CONNECTIONS

SQLITE_PEOPLE, REDIS_PEOPLE, CDN_PEOPLE, REPLICA_PEOPLE = 50, 500, 1000, 10_000
"""From how many people at once on the guide takes a step, whatever the figures say."""
LASTING = 2
"""A stretch of five minutes may be an accident; the second worst one says what lasted for ten."""
BUSY_THREADS, DATABASE_SHARE = 70.0, 50.0
"""Percent: from here on pages queue for a thread; the time of pages is mostly the database's."""
MANY_SLOW, MANY_LONG = 10, 3
"""In five minutes: statements over the limit of the slow-query log, and requests over ten seconds."""
WORKERS_PER_CORE = 2
ROOM = MEMORY.critical
"""Percent of the memory that may be used once there is one worker more."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """How the platform is set up."""

    is_sqlite: bool
    has_redis: bool
    proxies: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """How it is set up, and what lasted at its busiest. None: not measured."""

    deployment: Deployment
    workers: int = 0
    threads: int = 0
    cores: float | None = None
    active_people: float | None = None
    p95_s: float | None = None
    cpu_percent: float | None = None
    memory_percent: float | None = None
    busy_percent: float | None = None
    sql_percent: float | None = None
    pool_percent: float | None = None
    pool_waits: float | None = None
    server_percent: float | None = None
    slow_statements: float | None = None
    long_requests: float | None = None
    breakers_open: float | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """The next step, and why."""

    facts: StepFacts
    evidence: tuple[str, ...]


def gather_facts(deployment: Deployment, stretches: Sequence[Measured]) -> Facts:
    """Return the facts of stretches of five minutes, of all servers together, the newest last."""
    if not stretches:
        return Facts(deployment)
    busy = [one for one in stretches if one.requests >= 20]
    latest = stretches[-1]
    return Facts(
        deployment,
        workers=latest.workers, threads=latest.threads, cores=latest.cores,
        active_people=_lasting(one.active_people for one in stretches),
        p95_s=_lasting(one.p95_s for one in busy),
        cpu_percent=_lasting(one.cpu_percent for one in stretches),
        memory_percent=_lasting(one.memory_percent for one in stretches),
        busy_percent=_lasting(one.busy_percent for one in stretches),
        sql_percent=_share_when_slow(busy),
        pool_percent=_lasting(one.pool_percent for one in stretches),
        pool_waits=_lasting(one.pool_waits for one in stretches),
        server_percent=_lasting(one.server_percent for one in stretches),
        slow_statements=_lasting(one.slow_statements for one in stretches),
        long_requests=_lasting(one.times[len(BOUNDS_S)] if one.times else 0 for one in stretches),
        breakers_open=_lasting(one.breakers_open for one in stretches[-3:]),
    )  # fmt: skip


def _lasting(values: Iterable[float | None]) -> float | None:
    known = sorted((value for value in values if value is not None), reverse=True)
    return known[min(LASTING, len(known)) - 1] if len(known) >= LASTING else None


def _share_when_slow(stretches: Sequence[Measured]) -> float | None:
    """The database's share of the time of pages where it took longest."""
    slowest = sorted(stretches, key=lambda one: one.p95_s or 0.0, reverse=True)[:LASTING]
    return slowest[-1].sql_percent if slowest else None


def find_next_step(facts: Facts) -> Advice | None:
    """Return the first step of the path that presses, with the figures that say so; None where none does."""
    for one in PATH:
        if evidence := _PRESSES[one.step](facts):
            return Advice(one, evidence)
    return None


def _over(value: float | None, border: float) -> bool:
    return value is not None and value > border


def _slow(facts: Facts) -> list[str]:
    if facts.p95_s is None or facts.p95_s <= RESPONSE_TIME.warning:
        return []
    return [f"For ten minutes one page in twenty took {facts.p95_s:.1f} s or longer."]


def _busy(facts: Facts) -> list[str]:
    if facts.cpu_percent is None or facts.cpu_percent <= CPU.warning:
        return []
    return [f"For ten minutes the processors were {facts.cpu_percent:.0f} % busy."]


def _full(facts: Facts) -> list[str]:
    if facts.memory_percent is None or facts.memory_percent <= MEMORY.warning:
        return []
    return [f"The memory was {facts.memory_percent:.0f} % full."]


def _crowd(facts: Facts, border: int) -> list[str]:
    if facts.active_people is None or facts.active_people < border:
        return []
    return [f"{facts.active_people:.0f} people were at work within five minutes."]


def _crowded_threads(facts: Facts) -> list[str]:
    if facts.busy_percent is None or facts.busy_percent <= BUSY_THREADS:
        return []
    threads, taken = counted(facts.threads, "thread"), min(facts.busy_percent, 100)
    return [f"The {threads} that serve pages were {taken:.0f} % taken: pages queued."]


def _postgresql(facts: Facts) -> tuple[str, ...]:
    if not facts.deployment.is_sqlite:
        return ()
    found = [
        *_crowd(facts, SQLITE_PEOPLE), *_slow(facts), *_busy(facts), *_crowded_threads(facts), *_waits(facts),
        *_slow_statements(facts),
    ]  # fmt: skip
    return (*found, "The database is SQLite, where one person saves at a time.") if found else ()


def _redis(facts: Facts) -> tuple[str, ...]:
    if facts.deployment.has_redis:
        return tuple(_lost_redis(facts))
    return (*_crowd(facts, REDIS_PEOPLE), *_slow(facts), *_busy(facts), *_crowded_threads(facts))


def _lost_redis(facts: Facts) -> list[str]:
    if not _over(facts.breakers_open, 0):
        return []
    workers = counted(int(facts.breakers_open or 0), "worker")
    return [f"Redis is set, but {workers} did not reach it for ten minutes: mend it first."]


def _workers(facts: Facts) -> tuple[str, ...]:
    found = [*_slow(facts), *_crowded_threads(facts)]
    has_processors = (
        facts.cores is not None and facts.workers < WORKERS_PER_CORE * facts.cores and not _busy(facts)
    )  # fmt: skip
    memory = facts.memory_percent or 0.0
    has_memory = memory * (facts.workers + 1) <= ROOM * max(facts.workers, 1)
    if not (found and has_processors and has_memory) or _is_databases_fault(facts):
        return ()
    return (
        *found,
        f"{counted(facts.workers, 'worker')} run on {facts.cores:g} processors, which are not the limit"
        + (f" ({facts.cpu_percent:.0f} % busy)." if facts.cpu_percent is not None else "."),
    )


def _host(facts: Facts) -> tuple[str, ...]:
    queued = [] if _is_databases_fault(facts) else _crowded_threads(facts)
    return (*_busy(facts), *_full(facts), *queued)


def _database(facts: Facts) -> tuple[str, ...]:
    if facts.deployment.is_sqlite:
        return ()
    found = [*_server(facts), *_waits(facts), *_slow_statements(facts)]
    if _is_databases_fault(facts):
        found += [
            *_slow(facts),
            f"Of that time {facts.sql_percent:.0f} % was spent in the database.",
        ]
    return tuple(found)


def _is_databases_fault(facts: Facts) -> bool:
    return bool(_slow(facts)) and _over(facts.sql_percent, DATABASE_SHARE)


def _server(facts: Facts) -> list[str]:
    server, pool = facts.server_percent, facts.pool_percent
    found = []
    if _over(server, SERVER_CONNECTIONS.warning):
        found.append(f"{server:.0f} % of the database server's connections were open.")
    if _over(pool, POOL_CONNECTIONS.warning):
        found.append(f"A worker had {pool:.0f} % of its connections in use.")
    return found


def _waits(facts: Facts) -> list[str]:
    if not _over(facts.pool_waits, 0):
        return []
    return [
        f"{counted(int(facts.pool_waits or 0), 'page')} in five minutes waited for a connection to the database."
    ]


def _slow_statements(facts: Facts) -> list[str]:
    if facts.slow_statements is None or facts.slow_statements < MANY_SLOW:
        return []
    return [f"{facts.slow_statements:.0f} questions to the database in five minutes were slow."]


def _jobs(facts: Facts) -> tuple[str, ...]:
    if facts.long_requests is None or facts.long_requests < MANY_LONG:
        return ()
    return (f"{facts.long_requests:.0f} pages in five minutes took longer than ten seconds.",)


def _cdn(facts: Facts) -> tuple[str, ...]:
    if facts.deployment.proxies > 1:
        return ()
    found = _crowd(facts, CDN_PEOPLE)
    return (
        (*found, "Nothing seems to stand in front of the host that would stop a flood.")
        if found
        else ()
    )


_PRESSES: dict[Step, Callable[[Facts], tuple[str, ...]]] = {
    Step.POSTGRESQL: _postgresql,
    Step.REDIS: _redis,
    Step.WORKERS: _workers,
    Step.HOST: _host,
    Step.DATABASE: _database,
    Step.JOBS: _jobs,
    Step.REPLICA: lambda facts: tuple(_crowd(facts, REPLICA_PEOPLE)),
    Step.CDN: _cdn,
}
