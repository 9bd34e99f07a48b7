"""The four errors that operators meet most, each brought about: what people see, and what stands in the log.

docs/how-to/common-errors.md explains them in these words.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from cozmic.config import ROOT
from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.browsing import Visitor
from tests.factories import PASSWORD, Cast, make_cast
from tests.faults.figures import Record, tell
from tests.faults.test_worker_killed import wait_for_workers, workers_of
from tests.gunicorn_server import Server, gunicorn, started_gunicorn

ODD = "tests.faults.odd_app:app"
SECRET = "a-secret-of-the-database"


@pytest.fixture
def school(tmp_path: Path) -> tuple[str, Cast]:
    """A school on SQLite."""
    url = f"sqlite:///{tmp_path / 'school.sqlite3'}"
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        cast = make_cast()
        db.session.remove()
        db.engine.dispose()
    return url, cast


@contextmanager
def writing(url: str) -> Iterator[None]:
    """Somebody holds the one place for writing that SQLite has."""
    writer = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def announce(ada: Visitor, server: Server, cast: Cast, body: str) -> tuple[int, str, float]:
    """Ada tells her class something; return the status, the page, and how long it took."""
    stream, began = f"/classrooms/{cast.ada_class}/", time.monotonic()
    page = ada.send(server, f"{stream}announcements", stream, body=body)
    return page.status, page.text, time.monotonic() - began


@pytest.mark.long
def test_database_is_locked(
    school: tuple[str, Cast], tmp_path: Path, record_property: Record
) -> None:
    """Readers go on, a write waits for its turn, and after ten seconds it is told to come again."""
    (url, cast), ada = school, Visitor()
    with gunicorn(url, tmp_path, WEB_CONCURRENCY="2") as server:
        assert ada.sign_in(server, "ada", PASSWORD).status == 303
        with writing(url):
            waited: list[tuple[int, str, float]] = []
            short = threading.Thread(
                target=lambda: waited.append(announce(ada, server, cast, "Rulers."))
            )
            short.start()
            began = time.monotonic()
            assert ada.get(server, "/teacher/").status == 200
            assert time.monotonic() - began < 3, "reading does not wait for the writer"
            time.sleep(1)
        short.join()
        assert waited[0][0] == 303, "it got its turn"
        with writing(url):
            status, page, took_s = announce(ada, server, cast, "Bring a compass.")
        tell(
            record_property, "Somebody writes to SQLite for 12 s: database is locked", asked_n=4,
            slowest_s=took_s, failed_n=1, kept_n=1, lost_n=0,
        )  # fmt: skip
        assert status == 503
        assert "database is busy or away" in page
        assert "Bring a compass." in page, "to be copied"
        assert 9 < took_s < 15
        stream = ada.get(server, f"/classrooms/{cast.ada_class}/").text
        assert ("Rulers." in stream, "Bring a compass." in stream) == (True, False)
        assert announce(ada, server, cast, "Bring a compass.")[0] == 303
        log = server.log.read_text()
    assert "database unavailable: database is locked. SQLite takes one writer at a time" in log
    assert "Bring a compass" not in log


def status_of(server: Server, path: str, *, timeout_s: float = 20) -> int:
    """Ask for a page; 0 where the connection broke off."""
    with suppress(OSError, HTTPException), closing(server.connect(timeout_s)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    return 0


def wait_for_line(server: Server, line: str, *, within_s: float = 15) -> None:
    """Wait until something stands in the log."""
    deadline = time.monotonic() + within_s
    while line not in server.log.read_text():
        assert time.monotonic() < deadline, server.log.read_text()[-2000:]
        time.sleep(0.05)


@pytest.mark.slow
def test_a_long_request_is_no_worker_timeout(school: tuple[str, Cast], tmp_path: Path) -> None:
    """With threads the limit is for the silence of a whole worker: the worker tells that it lives meanwhile."""
    with gunicorn(
        school[0], tmp_path, application=ODD, WEB_CONCURRENCY="1", WORKER_TIMEOUT_S="2"
    ) as server:
        assert status_of(server, "/odd/nap/5") == 200
        assert "WORKER TIMEOUT" not in server.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stopped", "held by one long computation"])
def test_worker_timeout(
    school: tuple[str, Cast], tmp_path: Path, record_property: Record, how: str
) -> None:
    """A worker that says nothing is ended and replaced; only the request that it was at breaks off."""
    with gunicorn(
        school[0], tmp_path, application=ODD, WEB_CONCURRENCY="1", WORKER_TIMEOUT_S="2"
    ) as server:
        wait_for_workers(server, 1)
        (silent,) = workers_of(server)
        began = time.monotonic()
        if how == "stopped":
            os.kill(silent, signal.SIGSTOP)
        else:
            assert status_of(server, "/odd/hold") == 0
        wait_for_line(server, f"WORKER TIMEOUT (pid:{silent})")
        status = status_of(server, "/login")
        tell(
            record_property, f"A worker is silent ({how}), WORKER_TIMEOUT_S=2", asked_n=1,
            slowest_s=time.monotonic() - began, failed_n=int(status != 200),
        )  # fmt: skip
        assert status == 200, "its successor answers"
        assert silent not in workers_of(server)


@pytest.mark.slow
def test_connection_refused(tmp_path: Path, record_property: Record) -> None:
    """The server starts all the same and says what is missing; it serves as soon as the database is there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    url = f"postgresql://cozmic:{SECRET}@127.0.0.1:{port}/cozmic"
    environ = {
        **os.environ, "DATABASE_URL": url, "COZMIC_CONFIG": "testing", "COZMIC_INSTANCE": str(tmp_path),
    }  # fmt: skip
    upgrade = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert upgrade.returncode == 1
    last = upgrade.stderr.strip().splitlines()[-1]
    assert last.startswith("cozmic: database unavailable: connection to server at")
    assert "Connection refused. Nothing listens at the host and port of DATABASE_URL" in last
    assert "Traceback" not in upgrade.stderr

    with started_gunicorn(url, tmp_path, WEB_CONCURRENCY="1") as server:
        deadline = time.monotonic() + 20
        while status_of(server, "/healthz") != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        ready = Visitor().get(server, "/readyz")
        began = time.monotonic()
        page = Visitor().sign_in(server, "ada", PASSWORD)
        tell(
            record_property, "DATABASE_URL leads to nothing: connection refused", asked_n=1,
            slowest_s=time.monotonic() - began, failed_n=1,
        )  # fmt: skip
        assert (ready.status, '"unreachable"' in ready.text) == (503, True)
        assert page.status == 503
        assert "database is busy or away" in page.text
        log = server.log.read_text()
    assert "Connection refused. Nothing listens at the host and port of DATABASE_URL" in log
    assert f"Database: postgresql+psycopg2://cozmic:***@127.0.0.1:{port}/cozmic" in log
    assert SECRET not in log + upgrade.stderr
    assert PASSWORD not in log


@pytest.mark.slow
def test_out_of_memory_in_one_request(school: tuple[str, Cast], tmp_path: Path) -> None:
    """Where the memory of a process is limited, the page that asks too much fails and the worker serves on."""
    settings = {"COZMIC_CONFIG": "development", "ODD_MAY_GROW_MB": "300", "WEB_CONCURRENCY": "1"}
    with gunicorn(school[0], tmp_path, application=ODD, **settings) as server:
        before = workers_of(server)
        assert status_of(server, "/odd/hoard/10") == 200
        assert status_of(server, "/odd/hoard/4000") == 500
        assert status_of(server, "/login") == 200
        assert workers_of(server) == before
        assert "MemoryError" in server.log.read_text()


@pytest.mark.slow
def test_out_of_memory_on_the_machine(
    school: tuple[str, Cast], tmp_path: Path, record_property: Record
) -> None:
    """The kernel ends a process by SIGKILL, without a word; gunicorn guesses why, and makes another."""
    with gunicorn(school[0], tmp_path, WEB_CONCURRENCY="2") as server:
        wait_for_workers(server, 2)
        victim = workers_of(server)[0]
        os.kill(victim, signal.SIGKILL)
        line = f"Worker (pid:{victim}) was sent SIGKILL! Perhaps out of memory?"
        wait_for_line(server, line)
        wait_for_workers(server, 2)
        began = time.monotonic()
        statuses = [status_of(server, "/login") for _ in range(10)]
        tell(
            record_property, "A worker ended by the kernel: out of memory", asked_n=10,
            slowest_s=time.monotonic() - began, failed_n=sum(one != 200 for one in statuses),
        )  # fmt: skip
        assert statuses == [200] * 10
