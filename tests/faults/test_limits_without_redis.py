"""Whatever becomes of Redis, limits hold and no page fails: the process counts pages, the database failures."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import FailureCount
from tests.client import Client, anonymous, cookie_of, signed_in
from tests.factories import PASSWORD, Cast, make_user
from tests.faults.crowd import ask_page, guess
from tests.faults.figures import Record, tell
from tests.gunicorn_server import gunicorn
from tests.limits import counting_app
from tests.services.redis_server import RedisServer

Redis = Callable[[], AbstractContextManager[str]]


@contextmanager
def refusing_redis() -> Iterator[str]:
    """The address of a Redis that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def hanging_redis() -> Iterator[str]:
    """The address of one that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:
        yield f"redis://127.0.0.1:{door.getsockname()[1]}/0"


def try_password(client: Client, password: str) -> int:
    return client.post("/login", data={"username": "ben", "password": password}).status_code


@pytest.mark.parametrize("redis", [refusing_redis, hanging_redis])
def test_pages_are_counted_in_the_process_and_the_log_says_so_once(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture, redis: Redis, record_property: Record
) -> None:
    with redis() as url, counting_app(app, REDIS_URL=url, LIMIT_PAGES="6 per minute") as counting:
        ben = signed_in(counting, cast.ben)
        started = time.monotonic()
        statuses = [ben.get("/student/").status_code for _ in range(8)]
        name = redis.__name__.replace("_", " ")
        tell(
            record_property, f"A {name}: eight pages under a limit of six", asked_n=8,
            slowest_s=time.monotonic() - started, failed_n=sum(one >= 500 for one in statuses),
        )  # fmt: skip
        assert statuses == [200] * 6 + [429] * 2
        assert time.monotonic() - started < 4
    assert caplog.text.count("Redis does not answer") == 1


def test_many_counting_at_once_without_redis_are_all_answered(app: Flask, cast: Cast) -> None:
    with refusing_redis() as url, counting_app(app, REDIS_URL=url) as counting:

        def ask(_number: int) -> int:
            with counting.app_context():
                return anonymous(counting).get("/login").status_code

        with ThreadPoolExecutor(max_workers=8) as pool:
            assert list(pool.map(ask, range(48))) == [200] * 48


def test_a_redis_that_hangs_costs_a_sign_in_less_than_a_second(app: Flask, cast: Cast) -> None:
    with hanging_redis() as url, counting_app(app, REDIS_URL=url) as counting:
        started = time.monotonic()
        assert try_password(anonymous(counting), PASSWORD) == 303
        assert time.monotonic() - started < 1


def test_two_applications_count_wrong_passwords_together_without_redis(
    app: Flask, cast: Cast
) -> None:
    with refusing_redis() as url, counting_app(app, REDIS_URL=url) as first:
        assert [try_password(anonymous(first), "wrong") for _ in range(6)] == [422] * 6
        with counting_app(app, REDIS_URL=url) as second:
            assert [try_password(anonymous(second), "wrong") for _ in range(5)] == [422] * 4 + [429]
            assert try_password(anonymous(first), PASSWORD) == 429


@pytest.mark.database
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_workers_count_wrong_passwords_together_without_redis(app: Flask, tmp_path: Path) -> None:
    make_user(username="ben")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with (
        refusing_redis() as redis_url,
        gunicorn(
            url, tmp_path, WEB_CONCURRENCY="2", REDIS_URL=redis_url, RATELIMIT_ENABLED="1"
        ) as server,
    ):
        statuses = [guess(app, server, "ben", f"wrong {number}") for number in range(14)]
        assert statuses == [422] * 10 + [429] * 4
        assert guess(app, server, "ben", PASSWORD) == 429


@pytest.mark.database
@pytest.mark.parametrize("app", ["postgresql", "sqlite"], indirect=True)
def test_a_hundred_guesses_at_once_are_ten_and_no_more_than_there_are_threads(
    app: Flask, tmp_path: Path
) -> None:
    """A guess is looked at before it is counted, so as many may be on their way as there are threads: 4 x 2."""
    make_user(username="ben")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with gunicorn(url, tmp_path, RATELIMIT_ENABLED="1") as server:
        with ThreadPoolExecutor(max_workers=100) as pool:
            statuses = list(
                pool.map(lambda number: guess(app, server, "ben", f"wrong {number}"), range(100))
            )
        assert statuses.count(422) == 10
        assert statuses.count(429) == 90
    assert 10 <= count_wrong_passwords() < 10 + 8


def count_wrong_passwords() -> int:
    db.session.rollback()
    statement = select(FailureCount.failures).where(FailureCount.kind == "sign-in")
    return db.session.execute(statement).scalar_one()


@pytest.mark.redis
@pytest.mark.database
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_pages_are_counted_per_person_whichever_worker_answers(
    app: Flask, cast: Cast, tmp_path: Path, redis_server: RedisServer
) -> None:
    redis_server.empty()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with gunicorn(
        url, tmp_path, WEB_CONCURRENCY="2", REDIS_URL=redis_server.url, RATELIMIT_ENABLED="1"
    ) as server:
        ben, cleo = cookie_of(app, cast.ben), cookie_of(app, cast.cleo)
        with ThreadPoolExecutor(max_workers=8) as pool:
            statuses = list(pool.map(lambda _: ask_page(server, "/account/", ben), range(130)))
        assert statuses.count(200) == 100
        assert statuses.count(429) == 30
        assert ask_page(server, "/account/", cleo) == 200
