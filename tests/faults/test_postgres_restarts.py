"""PostgreSQL ends and comes back while pupils hand in: some read that it is busy, and nothing acknowledged is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil
from pathlib import Path

import pytest

from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.faults.figures import Record, sized
from tests.faults.own_postgres import OwnPostgres
from tests.faults.quiz import make_quiz
from tests.faults.school_day import SchoolDay
from tests.gunicorn_server import gunicorn

pytestmark = [pytest.mark.database, pytest.mark.long]
LONGEST_S, THREADS = 5.0, 8
"""A request that waits for a connection (2 s) and for its answer (3 s) has been told by then that it failed.

Whoever finds all threads with such requests waits for those first.
"""


@pytest.mark.parametrize(
    ("end", "broken"),
    [
        (OwnPostgres.stop, "PostgreSQL restarted while pupils hand in"),
        (OwnPostgres.kill, "PostgreSQL killed (SIGKILL) and started while pupils hand in"),
    ],
    ids=["restarted", "killed"],
)
def test_nothing_acknowledged_is_lost(
    tmp_path: Path, record_property: Record, end: Callable[[OwnPostgres], None], broken: str
) -> None:
    with OwnPostgres() as postgres:
        url = postgres.new_database()
        app = make_migrated_app(url, tmp_path)
        with app.app_context():
            quiz = make_quiz(app, sized(10, 40))
            db.session.remove()
            db.engine.dispose()
            with gunicorn(url, tmp_path) as server:
                day = SchoolDay(server, quiz)
                with day.at_work():
                    day.wait_for(sized(60, 400))
                    end(postgres)
                    time.sleep(sized(1, 3))
                    postgres.start()
                    day.wait_for(sized(60, 400))
                lost_n = day.tell(record_property, broken)
                assert lost_n == 0
                assert len(day.handed_in) == len(quiz.pupils)
                assert day.is_stored_once()
                assert day.failed_n > 0, "nobody noticed: then nothing was broken"
                assert set(day.statuses) <= {200, 303, 409, 503}
                assert day.slowest_s < LONGEST_S * ceil(len(quiz.pupils) / THREADS)
            db.session.remove()
            db.engine.dispose()
