"""How many people a deployment can serve, and what gives way first: measured service times in, an estimate out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cozmic.rules.deployment import WORKER_MB
from cozmic.rules.queueing import Flow, Line

FULL = 0.75
"""How busy a worker's interpreter may be planned to be: above it a request waits as long as it works, and longer."""
SLOW_S = 2.0
"""The guide's limit for the 95th percentile."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request needs on average, in milliseconds of a processor."""

    app_ms: float
    database_ms: float
    redis_ms: float
    generator_ms: float = 0.0
    """Of the load generator, where it ran on the same machine; nobody pays it in a school."""
    waiting_ms: float = 0.0
    """For how long a thread is held beside that: networks, disks, COMMITs."""

    @property
    def processor_ms(self) -> float:
        """On the machine that runs it all."""
        return self.app_ms + self.database_ms + self.redis_ms + self.generator_ms

    @property
    def held_ms(self) -> float:
        """How long a request keeps a thread when nobody is in front of it."""
        return self.app_ms + self.database_ms + self.redis_ms + self.waiting_ms


@dataclass(frozen=True, slots=True)
class Deployment:
    """What there is to serve with."""

    cores: float
    workers: int
    threads: int
    pool: int
    """Connections that the pool of one worker may open."""

    @property
    def least_connections(self) -> int:
        """What the threads hold, the one that signs people in included."""
        return 2 * (self.threads + 1) * self.workers

    @property
    def most_connections(self) -> int:
        """What the pools of all workers may open in a rush."""
        return self.pool * self.workers

    @property
    def memory_mb(self) -> int:
        """What the workers take after a day of traffic."""
        return self.workers * WORKER_MB


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that gives way."""

    name: str
    servers: float
    held_ms: float
    """Of each of them, for a request."""
    remedy: str

    @property
    def throughput(self) -> float:
        """Requests a second at which it has no moment to spare."""
        return 1000 * self.servers / self.held_ms if self.held_ms else math.inf

    def users(self, think_s: float, response_s: float) -> float:
        """Return how many people keep it fully busy: N* = X_max (Z + R)."""
        return self.throughput * (think_s + response_s)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many people would meet."""

    users: int
    flow: Flow
    p95_s: float
    first: Limit
    """What is nearest to giving way."""

    @property
    def busy(self) -> float:
        """How much of that is in use, 1 is all."""
        return self.flow.throughput / self.first.throughput


def list_limits(cost: Cost, there: Deployment) -> list[Limit]:
    """Return what there is to give way, the first one first."""
    limits = [
        Limit(
            "processors", there.cores, cost.processor_ms,
            "a host with more processors, or PostgreSQL and Redis on machines of their own",
        ),
        # One interpreter runs Python in one thread at a time.
        Limit("workers", there.workers, cost.app_ms, "more workers (WEB_CONCURRENCY), if processors are free"),
        Limit(
            "threads", there.workers * there.threads, cost.held_ms,
            "more threads (WEB_THREADS): requests wait for the database or the disk, not for a processor",
        ),
    ]  # fmt: skip
    return sorted(limits, key=lambda one: one.throughput)


def estimate(cost: Cost, there: Deployment, *, users: int, think_s: float) -> Estimate:
    """Return what so many people would meet who think so long between requests.

    What is nearest to giving way is a line with several servers (M/M/c//N, exact); the rest of a request is added as
    it takes when nobody is in front. Half a processor is one that takes twice as long.
    """
    first = list_limits(cost, there)[0]
    servers = max(1, math.floor(first.servers))
    service_s = first.held_ms / 1000 * servers / first.servers
    rest_s = max(0.0, cost.held_ms / 1000 - service_s)
    line = Line(servers, service_s, users, think_s + rest_s)
    flow = line.flow()
    return Estimate(
        users,
        Flow(flow.throughput, flow.response + rest_s),
        line.response_under(0.95) + rest_s,
        first,
    )


def find_most_users(cost: Cost, there: Deployment, *, think_s: float, p95_s: float = SLOW_S) -> int:
    """Return the most people whose 95th percentile stays under so many seconds."""
    first = list_limits(cost, there)[0]
    # With one request in line for each second of patience it is full; beyond there it only grows.
    low, high = 1, math.ceil(first.users(think_s, p95_s)) + 10
    while high - low > max(1, low // 200):
        middle = (low + high) // 2
        is_fine = estimate(cost, there, users=middle, think_s=think_s).p95_s <= p95_s
        low, high = (middle, high) if is_fine else (low, middle)
    return low


def plan_workers(cost: Cost, *, users: int, think_s: float, cores: float) -> int:
    """Return how many workers so many people want, none of them busier than FULL; two for each processor at least."""
    wanted = users / think_s * cost.app_ms / 1000 / FULL
    return max(2, round(2 * cores), math.ceil(wanted))
