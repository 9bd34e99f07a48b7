"""Redis is killed while people work, and comes back empty: nobody gets an error, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.faults.figures import Record, sized
from tests.faults.quiz import make_quiz
from tests.faults.school_day import NOBODY_TURNED_AWAY, SchoolDay
from tests.gunicorn_server import Server, gunicorn
from tests.law.own_redis import OwnRedis
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.database, pytest.mark.redis, pytest.mark.slow]
BACK_WITHIN_S = 15


def redis_state(server: Server) -> str:
    """What /readyz says of Redis; it is ready whatever that is."""
    connection = server.connect()
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    assert answer.status == 200, said
    return "ok" if '"redis":"ok"' in said.replace(" ", "") else said


def test_nobody_gets_an_error_and_nothing_is_lost(
    postgres_server: PostgresServer, tmp_path: Path, record_property: Record
) -> None:
    url, redis = postgres_server.new_database(), OwnRedis()
    app = make_migrated_app(url, tmp_path)
    try:
        with app.app_context():
            quiz = make_quiz(app, sized(10, 40))
            db.session.remove()
            db.engine.dispose()
            settings = {
                "REDIS_URL": redis.url,
                "RATELIMIT_ENABLED": "1",
                "LIMIT_PAGES": "90000 per minute",
                "SHED_AFTER_MS": NOBODY_TURNED_AWAY,
            }
            with gunicorn(url, tmp_path, **settings) as server:
                assert redis_state(server) == "ok"
                day = SchoolDay(server, quiz)
                with day.at_work():
                    day.wait_for(sized(60, 400))
                    os.kill(redis.pid, signal.SIGKILL)
                    day.wait_for(sized(60, 400))
                    assert redis_state(server) != "ok"
                    redis.restart(b"")
                    wait_until_back(server)
                    day.wait_for(sized(60, 400))
                lost_n = day.tell(record_property, "Redis killed (SIGKILL), and back again empty")
            assert lost_n == 0
            assert day.failed_n == 0
            assert set(day.statuses) == {200, 303}
            assert day.is_stored_once()
            db.session.remove()
            db.engine.dispose()
    finally:
        redis.stop()
        postgres_server.drop_database(url)


def wait_until_back(server: Server) -> None:
    """Wait until the platform has noticed."""
    deadline = time.monotonic() + BACK_WITHIN_S
    while redis_state(server) != "ok":
        assert time.monotonic() < deadline, "Redis is back, and nobody asks it"
        time.sleep(0.1)
