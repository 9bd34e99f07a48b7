"""A database that hangs: requests are answered in words within three and a half seconds, and all is well afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import psutil
import pytest
from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from cozmic.connections import pool_use, within_deadline
from cozmic.extensions import db
from tests.apps import make_app, make_migrated_app
from tests.client import Client, signed_in
from tests.database.wire import wired
from tests.factories import Cast, make_cast
from tests.faults.figures import Record, tell
from tests.services.postgres import start_postgres

pytestmark = [pytest.mark.database, pytest.mark.slow]
LONGEST_S = 3.5


@dataclass(frozen=True, slots=True)
class School:
    """An application on a server of its own, which may be stopped."""

    app: Flask
    cast: Cast
    server_pid: int
    url: str


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A school whose PostgreSQL serves nobody else."""
    server, process = start_postgres()
    url = server.new_database()
    app = make_migrated_app(url, tmp_path_factory.mktemp("school"))
    try:
        with app.app_context():
            cast = make_cast()
        yield School(app, cast, process.pid, url)
        with app.app_context():
            db.engine.dispose()
    finally:
        process.stop()


@contextmanager
def hanging(server_pid: int) -> Iterator[None]:
    """Stop every process of the server; the kernel goes on taking connections and bytes for it."""
    server = psutil.Process(server_pid)
    processes = [server, *server.children(recursive=True)]

    def go_on() -> None:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)

    for process in processes:
        process.send_signal(signal.SIGSTOP)
    rescue = Timer(15, go_on)  # a test that fails must not hang as well
    rescue.start()
    try:
        yield
    finally:
        rescue.cancel()
        go_on()


def timed(ask: Callable[[], int]) -> tuple[int, float]:
    """The status that a request got, and the seconds that it took."""
    began = time.monotonic()
    return ask(), time.monotonic() - began


def test_a_page_says_busy_in_time_and_works_again_afterwards(
    school: School, record_property: Record, caplog: pytest.LogCaptureFixture
) -> None:
    with school.app.app_context():
        ada = signed_in(school.app, school.cast.ada)
        assert ada.get("/teacher/").status_code == 200
        with hanging(school.server_pid):
            on_an_open_connection = timed(lambda: ada.get("/teacher/").status_code)
            said = caplog.text
            on_a_new_one = timed(lambda: ada.get("/teacher/").status_code)
        tell(
            record_property, "PostgreSQL hangs (SIGSTOP), somebody asks for a page", asked_n=2, failed_n=2,
            slowest_s=max(on_an_open_connection[1], on_a_new_one[1]),
        )  # fmt: skip
        assert [on_an_open_connection[0], on_a_new_one[0]] == [503, 503]
        assert max(on_an_open_connection[1], on_a_new_one[1]) < LONGEST_S
        assert "database unavailable: given up after 3000 ms (DB_DEADLINE_MS)" in said
        assert on_an_open_connection[1] > 2.5, (
            "a statement that is merely slow is the server's to end"
        )
        assert [ada.get("/teacher/").status_code for _ in range(3)] == [200] * 3


def test_many_at_once_leave_no_connection_behind(school: School, record_property: Record) -> None:
    app = school.app

    def client() -> Client:
        with app.app_context():
            return signed_in(app, school.cast.ada)

    clients = [client() for _ in range(12)]

    def visit(ada: Client) -> tuple[int, float]:
        with app.app_context():
            return timed(lambda: ada.get("/teacher/").status_code)

    with ThreadPoolExecutor(12) as threads:
        assert {status for status, _ in threads.map(visit, clients)} <= {200, 503}
        with hanging(school.server_pid):
            answers = list(threads.map(visit, clients))
        tell(
            record_property, "PostgreSQL hangs, twelve ask at once", asked_n=len(answers),
            slowest_s=max(took for _, took in answers), failed_n=sum(status == 503 for status, _ in answers),
        )  # fmt: skip
        assert {status for status, _ in answers} == {503}
        assert max(took for _, took in answers) < LONGEST_S + 0.5  # twelve threads on two cores
        assert {status for status, _ in threads.map(visit, clients)} == {200}
    with app.app_context():
        use = pool_use(db.engine)
        assert use is not None
        assert use.open <= 15


def test_a_network_that_swallows_packets_is_noticed_too(school: School, tmp_path: Path) -> None:
    url = make_url(school.url)
    with wired(url.host or "", url.port or 5432) as wire:
        over_the_wire = url.set(host="127.0.0.1", port=wire.port, query={"sslmode": "disable"})
        app = make_app(over_the_wire.render_as_string(hide_password=False), tmp_path)
        with app.app_context():
            ada = signed_in(app, school.cast.ada)
            wire.opens.clear()
            status, took = timed(lambda: ada.get("/teacher/").status_code)
            assert (status, took < LONGEST_S) == (503, True)
            wire.opens.set()
            assert ada.get("/teacher/").status_code == 200
            db.session.remove()
            db.engine.dispose()


def test_outside_requests_nobody_is_cut_off(school: School, tmp_path: Path) -> None:
    app = make_app(school.url, tmp_path, DB_DEADLINE_MS="200")
    with app.app_context():
        db.session.execute(text("SELECT pg_sleep(1.2)"))
        with within_deadline(), pytest.raises(OperationalError, match="closed"):
            db.session.execute(text("SELECT pg_sleep(20)"))
        db.session.rollback()
        assert db.session.execute(text("SELECT 1")).scalar_one() == 1
        db.session.remove()
        db.engine.dispose()
