"""Workers are killed while pupils hand in: what they had in hand breaks off, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.faults.figures import Record, sized
from tests.faults.quiz import make_quiz
from tests.faults.school_day import BROKEN_OFF, NOBODY_TURNED_AWAY, SchoolDay
from tests.gunicorn_server import Server, gunicorn
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.database, pytest.mark.slow]
REPLACED_WITHIN_S = 15


def workers_of(server: Server) -> list[int]:
    """The processes that serve."""
    return [child.pid for child in psutil.Process(server.process.pid).children()]


def wait_for_workers(server: Server, number: int) -> None:
    """Wait until so many serve."""
    deadline = time.monotonic() + REPLACED_WITHIN_S
    while len(workers_of(server)) < number:
        assert time.monotonic() < deadline, "a worker that was killed is not replaced"
        time.sleep(0.05)


def test_nothing_acknowledged_is_lost_and_workers_are_replaced(
    postgres_server: PostgresServer, tmp_path: Path, record_property: Record
) -> None:
    url, kills_n = postgres_server.new_database(), sized(3, 12)
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        quiz = make_quiz(app, sized(10, 40))
        db.session.remove()
        db.engine.dispose()
        with gunicorn(url, tmp_path, SHED_AFTER_MS=NOBODY_TURNED_AWAY) as server:
            wait_for_workers(server, 4)
            day = SchoolDay(server, quiz)
            with day.at_work():
                for _ in range(kills_n):
                    day.wait_for(40)
                    os.kill(workers_of(server)[0], signal.SIGKILL)
                    wait_for_workers(server, 4)
                day.wait_for(40)
            told = server.log.read_text()
        lost_n = day.tell(
            record_property, f"{kills_n} workers killed (SIGKILL) while pupils hand in"
        )
        assert lost_n == 0
        assert day.is_stored_once()
        assert len(day.handed_in) == len(quiz.pupils)
        assert set(day.statuses) <= {200, 303, 409, BROKEN_OFF}
        assert day.failed_n < len(day.asked) / 4
        assert told.count("was sent SIGKILL! Perhaps out of memory?") == kills_n
        db.session.remove()
        db.engine.dispose()
    postgres_server.drop_database(url)
