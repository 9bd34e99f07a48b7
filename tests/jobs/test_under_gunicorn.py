"""A real server with two workers writes its minutes down, also after the worker that does so was killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from cozmic.extensions import db
from cozmic.reads.measurements import list_measured
from cozmic.rules.measured import Measured
from tests.apps import make_migrated_app
from tests.gunicorn_server import Server, gunicorn

pytestmark = [pytest.mark.slow, pytest.mark.long]
WITHIN_S = 100
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def ask(server: Server, times: int) -> None:
    for _ in range(times):
        with closing(server.connect()) as connection:
            connection.request("GET", "/login")
            assert connection.getresponse().status == 200


def wait_for(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def rows(app: Flask) -> list[Measured]:
    with app.app_context():
        return list_measured(*ALWAYS)


def find_sampler(server: Server) -> int:
    """The process that holds the lock, as the kernel tells it."""
    (lock,) = Path("/dev/shm").glob(f"cozmic-metrics-*-{server.process.pid}-*/sampling.lock")  # noqa: S108
    inode = str(lock.stat().st_ino)
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].rpartition(":")[2] == inode:
            return int(fields[4])
    raise AssertionError("nobody samples")


def test_no_request_is_lost_when_the_worker_that_samples_is_killed(tmp_path: Path) -> None:
    app = make_migrated_app(f"sqlite:///{tmp_path / 'school.sqlite3'}", tmp_path)
    url = str(app.config["SQLALCHEMY_DATABASE_URI"])
    with gunicorn(url, tmp_path, WEB_CONCURRENCY="2", MEASURE="1") as server:
        ask(server, 20)
        wait_for(lambda: sum(one.requests for one in rows(app)) == 20)
        first = find_sampler(server)
        ask(server, 10)
        time.sleep(1)  # a response is counted after it was sent
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: sum(one.requests for one in rows(app)) == 30)
        assert find_sampler(server) != first
        latest = rows(app)[-1]
    assert latest.workers == 2
    assert latest.threads == 4
    assert latest.cpu_percent is not None
    assert "Traceback" not in server.log.read_text()
    with app.app_context():
        db.engine.dispose()
