"""Redis: whether it answers, how quickly, and what it does when it is full."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from flask import Flask
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from cozmic.rules.deployment import (
    Finding,
    doubtful,
    failed,
    judge_redis_memory,
    judge_redis_speed,
    passed,
)

PINGS, WAIT_S = 20, 1.0


def _client(app: Flask) -> Redis:
    """A client that waits longer than a page would: a slow Redis is told from none."""
    return Redis.from_url(
        app.config["REDIS_URL"], socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S, retry=Retry(NoBackoff(), 0)
    )  # fmt: skip


def look_at_redis(app: Flask) -> Finding:
    """Whether there is one, and how long it takes to answer."""
    if not app.config["REDIS_URL"]:
        if app.config["WEB_CONCURRENCY"] == 1:
            return passed("none, and one worker has no need of it")
        return doubtful(
            "none: each worker keeps pages and counts limits for itself",
            "REDIS_URL (docs/how-to/run-on-postgresql-and-redis.md); every page is right without it, and slower",
        )
    times = []
    try:
        with _client(app) as client:
            client.ping()
            for _ in range(PINGS):
                began = time.perf_counter()
                client.ping()
                times.append((time.perf_counter() - began) * 1000)
    except (RedisError, ValueError) as error:
        return failed(
            f"does not answer: {type(error).__name__}",
            "look whether REDIS_URL is right and the server runs; pages go on without it, and slower",
        )
    return judge_redis_speed(median(times))


def look_at_redis_memory(app: Flask) -> Finding:
    """What it does when it is full."""
    if not app.config["REDIS_URL"]:
        return passed("no Redis")
    try:
        with _client(app) as client:
            facts: dict[str, Any] = client.info("memory")
    except (RedisError, ValueError) as error:
        return failed(f"not told: {type(error).__name__}", "Redis has to be reachable first")
    return judge_redis_memory(
        policy=str(facts.get("maxmemory_policy", "unknown")),
        used=int(facts.get("used_memory", 0)),
        most=int(facts.get("maxmemory", 0)),
    )
