"""Round trips of one cached dashboard to PostgreSQL and to Redis, counted between the platform and the servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench_client import Caller, Visit
from bench_goals import GOALS, Finding
from bench_proxy import PostgresTrips, Proxy, TurnTrips, proxy
from bench_servers import Served
from bench_stage import LARGE, UNLIMITED, Stage
from bench_throughput import unchanged_visits
from redis import Redis
from sqlalchemy import make_url

TRIED = 200


@dataclass(frozen=True, slots=True)
class Trips:
    """Round trips a request, and the Redis commands in them."""

    sql: float
    redis: float
    commands: str
    faults: tuple[str, ...]


def measure_trips(stage: Stage) -> list[Finding]:
    """Ask one worker for cached and for unchanged dashboards, one after the other, through counting proxies."""
    redis_port = urlsplit(stage.servers.redis.url).port or 0
    postgres_port = make_url(stage.url).port or 0
    with proxy(postgres_port, PostgresTrips) as sql, proxy(redis_port, TurnTrips) as redis:
        served = stage.servers.serve(_environ(stage, sql, redis), workers=1, threads=1)
        visits = stage.student_visits(stage.rooms[LARGE])[:TRIED]
        cached = _count(stage, served, visits, sql, redis)
        again = _count(stage, served, unchanged_visits(served.port, visits), sql, redis)
        served.stop()
    return [*_findings("cached", cached), *_findings("unchanged", again)]


def _environ(stage: Stage, sql: Proxy, redis: Proxy) -> dict[str, str]:
    """The settings of the platform, with both servers behind the proxies and nothing encrypted."""
    url = make_url(stage.url).set(port=sql.port)
    url = url.update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
    parts = urlsplit(stage.servers.redis.url)
    password = f":{parts.password}@" if parts.password else ""
    return {
        **stage.servers.environ(url.render_as_string(hide_password=False), **UNLIMITED),
        "REDIS_URL": f"redis://{password}127.0.0.1:{redis.port}{parts.path}",
    }


def _count(
    stage: Stage, served: Served, visits: Sequence[Visit], sql: Proxy, redis: Proxy
) -> Trips:
    caller = Caller(served.port, 1, visits)
    caller.warm_up(len(visits))
    with Redis.from_url(stage.servers.redis.url) as client:
        before = sql.count.trips, redis.count.trips, _commands(client)
        tally = caller.warm_up(len(visits))
        asked = tally.requests
        commands = _commands(client) - before[2]
    caller.close()
    told = ", ".join(f"{number / asked:g} {name}" for name, number in sorted(commands.items()))
    return Trips(
        (sql.count.trips - before[0]) / asked,
        (redis.count.trips - before[1]) / asked,
        told,
        tuple(tally.first_errors),
    )


def _commands(client: Redis) -> Counter[str]:
    """How often each command has been run so far, our own aside."""
    facts = client.info("commandstats")
    calls = facts.items() if isinstance(facts, dict) else ()
    names = {key.removeprefix("cmdstat_"): value["calls"] for key, value in calls}
    return Counter(
        {name: number for name, number in names.items() if name not in {"info", "auth", "hello"}}
    )


def _findings(key: str, trips: Trips) -> list[Finding]:
    note = f"over {TRIED} requests; Redis commands a request: {trips.commands or 'none'}"
    return [
        Finding(GOALS[f"{key}_sql"], trips.sql, faults=trips.faults),
        Finding(GOALS[f"{key}_redis"], trips.redis, note=note, faults=trips.faults),
    ]
