"""Metrics of several workers, their deaths, and several servers side by side."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from flask import Flask

from tests.apps import make_migrated_app
from tests.gunicorn_server import Server, gunicorn
from tests.observe.serving import counted

pytestmark = pytest.mark.slow
TOKEN = "let-me-see"
MEMORY = Path("/dev/shm")  # noqa: S108
SOON_S = 20


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite."""
    folder = tmp_path_factory.mktemp("served")
    app: Flask = make_migrated_app(f"sqlite:///{folder / 'served.sqlite3'}", folder)
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serve(database_url, tmp_path) as one:
        yield one


def serve(database_url: str, folder: Path) -> AbstractContextManager[Server]:
    return gunicorn(database_url, folder, WEB_CONCURRENCY="2", METRICS_TOKEN=TOKEN)


def get(server: Server, path: str) -> tuple[int, str]:
    with closing(server.connect()) as connection:
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        response = connection.getresponse()
        return response.status, response.read().decode()


def count_logins(server: Server) -> float:
    status, text = get(server, "/metrics")
    assert status == 200
    return counted("cozmic_requests_total", text, endpoint="auth.login")


def folders_of(server: Server) -> list[Path]:
    """Where a server counts."""
    return list(MEMORY.glob(f"cozmic-metrics-*-{server.process.pid}-*"))


def workers_of(server: Server) -> set[int]:
    (folder,) = folders_of(server)
    pids = {int(path.stem.rpartition("_")[2]) for path in folder.glob("counter_*.db")}
    return pids - {0, server.process.pid}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait: a response is counted after it has been sent."""
    deadline = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def log_in_until_both_have_answered(server: Server) -> int:
    for number in range(30, 3000, 30):
        for _ in range(30):
            assert get(server, "/login")[0] == 200
        if len(workers_of(server)) == 2 and number >= 60:
            return number
    raise AssertionError("one worker answers all")


def test_all_workers_are_counted_and_what_one_has_counted_outlives_it(server: Server) -> None:
    asked = log_in_until_both_have_answered(server)
    wait_until(lambda: count_logins(server) == asked)
    assert counted("cozmic_workers", get(server, "/metrics")[1]) == 2
    victim = min(workers_of(server))
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: victim not in workers_of(server))
    assert count_logins(server) == asked
    assert get(server, "/login")[0] == 200
    wait_until(lambda: count_logins(server) == asked + 1)


def test_a_reload_keeps_counting_where_it_counted(server: Server) -> None:
    get(server, "/login")
    wait_until(lambda: count_logins(server) == 1)
    before = folders_of(server), workers_of(server)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not before[1] & workers_of(server))
    assert folders_of(server) == before[0]
    assert count_logins(server) == 1


def test_each_server_counts_for_itself_and_leaves_nothing_behind(
    database_url: str, server: Server, tmp_path: Path
) -> None:
    get(server, "/login")
    (tmp_path / "second").mkdir()
    with serve(database_url, tmp_path / "second") as second:
        assert count_logins(second) == 0
        assert folders_of(second) != folders_of(server)
        own = folders_of(second)
    assert own
    assert not own[0].exists()
    wait_until(lambda: count_logins(server) == 1)


def test_the_next_server_clears_away_what_a_killed_one_left_and_begins_at_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with serve(database_url, tmp_path) as killed:
        get(killed, "/login")
        (left,) = folders_of(killed)
        os.killpg(killed.process.pid, signal.SIGKILL)
        killed.process.wait()
    assert left.exists()
    with serve(database_url, tmp_path) as following:
        assert count_logins(following) == 0
        assert not left.exists()
