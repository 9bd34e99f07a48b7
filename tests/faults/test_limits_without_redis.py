"""A school must be able to sign in whatever becomes of Redis; with a Redis, its workers count together."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from flask import Flask

from tests.client import Client, anonymous
from tests.factories import PASSWORD, Cast
from tests.limits import counting_app
from tests.services.redis_server import RedisServer


def try_password(client: Client, password: str) -> int:
    return client.post("/login", data={"username": "ben", "password": password}).status_code


def test_a_redis_that_refuses_neither_stops_signing_in_nor_makes_errors(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
    with counting_app(app, REDIS_URL=url) as counting:
        wrong = [try_password(anonymous(counting), "wrong") for _ in range(12)]
        assert wrong == [422] * 10 + [429] * 2
        answer = anonymous(counting).post("/login", data={"username": "ada", "password": PASSWORD})
        assert answer.status_code == 303
    assert caplog.text.count("Redis is away") == 1


def test_many_failing_at_once_without_redis_are_all_answered(app: Flask, cast: Cast) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
    with counting_app(app, REDIS_URL=url) as counting:

        def fail(_number: int) -> int:
            data = {"username": "ben", "password": "wrong"}
            with counting.app_context():
                client = anonymous(counting)
                return client.post("/login", data=data).status_code

        with ThreadPoolExecutor(max_workers=8) as pool:
            assert set(pool.map(fail, range(24))) <= {422, 429}


def test_a_redis_that_hangs_costs_less_than_a_second(app: Flask, cast: Cast) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as door:
        url = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
        with counting_app(app, REDIS_URL=url) as counting:
            started = time.monotonic()
            assert try_password(anonymous(counting), PASSWORD) == 303
            assert time.monotonic() - started < 1


def test_workers_count_together_in_redis(app: Flask, cast: Cast, redis_server: RedisServer) -> None:
    redis_server.empty()
    with counting_app(app, REDIS_URL=redis_server.url) as first:
        assert [try_password(anonymous(first), "wrong") for _ in range(6)] == [422] * 6
    with counting_app(app, REDIS_URL=redis_server.url) as second:
        assert [try_password(anonymous(second), "wrong") for _ in range(5)] == [422] * 4 + [429]
        answer = anonymous(second).post("/login", data={"username": "ben", "password": PASSWORD})
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
    client = redis.Redis.from_url(redis_server.url)
    keys = [key.decode() for key in client.scan_iter(match="*wrong-password*")]
    client.close()
    assert len(keys) == 1
    assert "ben" not in keys[0]
    assert "fixed-window" in keys[0]
