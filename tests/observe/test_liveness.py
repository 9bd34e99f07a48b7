"""HEALTH_PORT: alive while one worker is, however busy; not alive when all are silent; and never in anybody's way."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import psutil
import pytest

from cozmic.observe.liveness import PATIENCE_S, Listener, count_living
from tests.apps import make_migrated_app
from tests.gunicorn_server import Server, gunicorn
from tests.services.process import free_port

HEAD, GET = "HEAD", "GET"


def ask(port: int, method: str = GET, timeout_s: float = 5) -> tuple[int, bytes, float]:
    """The status, the body, and the seconds that the answer took."""
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)) as connection:
        connection.request(method, "/healthz")
        response = connection.getresponse()
        return response.status, response.read(), time.monotonic() - began


def wait_for(is_so: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def living() -> list[int]:
    """How many workers live, for the listener of this test; the test may change it."""
    return [4]


@pytest.fixture
def port(living: list[int]) -> int:
    """A listener's port."""
    number = free_port()
    listener = Listener("127.0.0.1", number, lambda: living[0])
    listener.open()
    listener.start()
    return number


def test_it_answers_while_one_worker_lives(port: int, living: list[int]) -> None:
    assert ask(port)[:2] == (200, json.dumps({"status": "alive", "workers": 4}).encode())
    assert ask(port, HEAD)[:2] == (200, b"")
    living[0] = 0
    assert ask(port)[0] == 503
    assert ask(port, HEAD)[0] == 503


def test_those_who_connect_and_say_nothing_hold_nobody_up(port: int) -> None:
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            for _ in range(60)
        ]
        silent[0].sendall(b"GET / HT")
        assert ask(port)[2] < 1
        silent[1].settimeout(PATIENCE_S + 3)
        assert silent[1].recv(1) == b"", "sent away"
    assert ask(port)[0] == 200


def test_what_is_no_question_at_all_is_survived(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as rude:
        rude.sendall(b"\x00" * 20_000)
    assert ask(port)[0] == 200


def test_a_worker_counts_by_its_last_sign_of_life() -> None:
    def worker(ago_s: float) -> SimpleNamespace:
        return SimpleNamespace(tmp=SimpleNamespace(last_update=lambda: time.monotonic() - ago_s))

    def closed() -> float:
        raise ValueError("I/O operation on closed file")

    dead = SimpleNamespace(tmp=SimpleNamespace(last_update=closed))
    before_its_first = SimpleNamespace(tmp=SimpleNamespace(last_update=time.time))
    assert (
        count_living([worker(1), worker(9), worker(11), dead, before_its_first], silent_s=10) == 2
    )


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite."""
    folder = tmp_path_factory.mktemp("served")
    return str(
        make_migrated_app(f"sqlite:///{folder / 'served.sqlite3'}", folder).config[
            "SQLALCHEMY_DATABASE_URI"
        ]
    )


def workers_of(server: Server) -> list[int]:
    return [child.pid for child in psutil.Process(server.process.pid).children()]


@pytest.fixture
def health_port() -> int:
    return free_port()


@pytest.mark.long
def test_with_all_threads_at_work_it_answers_at_once_and_the_ordinary_port_waits(
    database_url: str, tmp_path: Path, health_port: int
) -> None:
    settings = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "8", "HEALTH_PORT": str(health_port)}
    app = "tests.observe.napping_app:app"
    with (
        gunicorn(database_url, tmp_path, application=app, **settings) as server,
        ThreadPoolExecutor(8) as visitors,
    ):
        naps = [visitors.submit(_nap, server.port) for _ in range(8)]
        time.sleep(1)
        with pytest.raises(TimeoutError):
            ask(server.port, timeout_s=1)
        answers = [ask(health_port) for _ in range(9)]
        assert [nap.done() for nap in naps] == [False] * 8
        assert {status for status, _, _ in answers} == {200}
        assert median(seconds for _, _, seconds in answers) < 0.1
        assert {nap.result() for nap in naps} == {200}


def _nap(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(GET, "/nap")
        return connection.getresponse().status


@pytest.mark.long
def test_with_all_workers_stopped_it_says_so_and_one_is_enough_to_live(
    database_url: str, tmp_path: Path, health_port: int
) -> None:
    settings = {"HEALTH_PORT": str(health_port), "WORKER_TIMEOUT_S": "9", "GRACEFUL_TIMEOUT_S": "1"}
    with gunicorn(database_url, tmp_path, **settings) as server:
        stop_one_after_the_other(server, health_port)


def stop_one_after_the_other(server: Server, health_port: int) -> None:
    wait_for(lambda: ask(health_port)[1] == b'{"status": "alive", "workers": 4}')
    workers = workers_of(server)
    for pid in workers[1:]:
        os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: ask(health_port)[1] == b'{"status": "alive", "workers": 1}')
    os.kill(workers[0], signal.SIGSTOP)
    wait_for(lambda: ask(health_port)[0] == 503, within_s=10)
    wait_for(lambda: ask(health_port)[0] == 200, within_s=40)  # the master has replaced them
    wait_for(lambda: ask(server.port)[0] == 200)


@pytest.mark.long
def test_a_port_in_use_is_one_line_and_the_server_goes_on(
    database_url: str, tmp_path: Path, health_port: int
) -> None:
    with (
        socket.create_server(("127.0.0.1", health_port)),
        gunicorn(
            database_url, tmp_path, HEALTH_PORT=str(health_port), WEB_CONCURRENCY="1"
        ) as server,
    ):
        assert ask(server.port)[0] == 200
        lines = [line for line in server.log.read_text().splitlines() if "HEALTH_PORT" in line]
    assert len(lines) == 1
    assert f"HEALTH_PORT {health_port} cannot be used (Address already in use)" in lines[0]
    assert "Traceback" not in server.log.read_text()


@pytest.mark.long
def test_the_port_is_free_again_when_the_master_is_killed(
    database_url: str, tmp_path: Path, health_port: int
) -> None:
    with gunicorn(
        database_url, tmp_path, HEALTH_PORT=str(health_port), WEB_CONCURRENCY="2"
    ) as server:
        workers = workers_of(server)
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)  # orphans, which would notice after a second
        server.process.kill()
        server.process.wait()
        try:
            with socket.create_server(("127.0.0.1", health_port)):
                pass
        finally:
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
