"""Two hundred requests on one cold page of a real gunicorn: one computation while its owner lives, else two."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from cozmic.extensions import db
from cozmic.transaction import transaction
from tests.client import cookie_of
from tests.factories import make_cast
from tests.gunicorn_server import Server, gunicorn
from tests.law.crowd import COMPUTED, RESET, Reply, ask_at_once
from tests.services.redis_server import connect

REQUESTS, ANSWERED_AT_LEAST, ROUNDS = 200, 40, 3
"""One worker of four may have accepted nearly all when it is killed: then it is done again."""
SERVED = "tests.law.slow_app:app"


@contextmanager
def serving(app: Flask, folder: Path, slow_s: float) -> Iterator[tuple[Server, str, Redis]]:
    """Four workers of two threads, where Ben's first page takes long; with his cookie."""
    ben, url = make_cast().ben, app.config["REDIS_URL"]
    cookie = cookie_of(app, ben)
    db.session.remove()
    db.engine.dispose()
    settings = {"REDIS_URL": url, "LAW_SLOW_S": str(slow_s)}
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    with (
        gunicorn(database, folder, application=SERVED, **settings) as server,
        connect(url) as redis,
    ):
        yield server, cookie, redis


def computations(redis: Redis) -> list[int]:
    """The processes that computed the page, in order."""
    return [int(one) for one in redis.lrange(COMPUTED, 0, -1)]  # type: ignore[union-attr]  # a client that waits


@pytest.mark.slow
@pytest.mark.parametrize("law_app", ["postgresql-redis"], indirect=True)
@pytest.mark.parametrize("slow_s", [0.3, 0.8])
def test_two_hundred_requests_on_a_cold_page_compute_it_once(
    law_app: Flask, tmp_path: Path, slow_s: float
) -> None:
    with serving(law_app, tmp_path, slow_s) as (server, cookie, redis):
        replies = ask_at_once(server, [("/student/", cookie)] * REQUESTS)
        assert Counter(reply.status for reply in replies) == {200: REQUESTS}
        assert len(computations(redis)) == 1


def kill_the_owner(server: Server, cookie: str, redis: Redis) -> int:
    """Ask at once for a cold page and kill the worker that computes it; return how many of the others were answered."""
    with transaction() as touched:
        touched.school()
    redis.delete(COMPUTED)
    replies: list[Reply] = []
    crowd = threading.Thread(
        target=lambda: replies.extend(ask_at_once(server, [("/student/", cookie)] * REQUESTS))
    )
    crowd.start()
    while not (begun := computations(redis)):
        time.sleep(0.01)
    os.kill(begun[0], signal.SIGKILL)
    crowd.join()
    statuses = Counter(reply.status for reply in replies)
    # What the killed worker had accepted is lost with it; nobody else may notice.
    assert set(statuses) <= {200, RESET}
    again = ask_at_once(server, [("/student/", cookie)] * 20)
    assert {reply.status for reply in again} == {200}
    owners = computations(redis)
    assert len(owners) == 2
    assert owners[1] != owners[0]
    return statuses[200]


@pytest.mark.long
@pytest.mark.parametrize("law_app", ["postgresql-redis"], indirect=True)
def test_when_the_owner_is_killed_one_other_computes(law_app: Flask, tmp_path: Path) -> None:
    with serving(law_app, tmp_path, 0.8) as (server, cookie, redis):
        answered: list[int] = []
        while len(answered) < ROUNDS and max(answered, default=0) < ANSWERED_AT_LEAST:
            answered.append(kill_the_owner(server, cookie, redis))
        assert max(answered) >= ANSWERED_AT_LEAST, answered
