"""More visitors than threads: who waits too long is told when to come again, and what is sent to be kept is kept."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.gunicorn_server import Server, gunicorn, stop

pytestmark = pytest.mark.slow
Ask = Callable[[str, str], http.client.HTTPConnection]
FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\na=b"


@pytest.fixture
def server(sqlite_app: Flask, tmp_path: Path) -> Iterator[Server]:
    """One worker of one thread, which turns pages away that have waited for 300 ms."""
    url = sqlite_app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "1", "SHED_AFTER_MS": "300"}
    with gunicorn(url, tmp_path, LOG_REQUESTS="1", **settings) as running:
        yield running


@contextmanager
def busy(server: Server) -> Iterator[None]:
    """The thread waits for the last byte of a form meanwhile, which gunicorn reads without end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as half:
        half.sendall(b"POST /sign-out HTTP/1.1\r\n" + FORM)
        time.sleep(0.3)
        yield
        half.sendall(b"c")
        half.recv(100)


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """What asks, and does not wait for the answer."""
    with ExitStack() as connections:

        def ask(method: str, path: str) -> http.client.HTTPConnection:
            connection = connections.enter_context(closing(server.connect(20)))
            connection.request(method, path, body=b"" if method == "POST" else None)
            return connection

        yield ask


def answer_of(connection: http.client.HTTPConnection) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Wait for the answer: status, headers and body."""
    with connection.getresponse() as response:
        return response.status, response.headers, response.read()


def test_a_page_that_waited_too_long_says_when_to_come_again(server: Server, ask: Ask) -> None:
    with busy(server):
        waiting = [ask("GET", "/login") for _ in range(3)]
        time.sleep(0.8)
    for status, headers, body in map(answer_of, waiting):
        assert status == 503
        assert 4 <= int(headers["Retry-After"]) < 10
        assert headers["Refresh"] == headers["Retry-After"]
        assert headers["Cache-Control"] == "no-store"
        assert b"comes back by itself" in body
    assert answer_of(ask("GET", "/login"))[0] == 200


def test_what_is_sent_and_what_watches_is_never_turned_away(server: Server, ask: Ask) -> None:
    with busy(server):
        sent, watcher = ask("POST", "/sign-out"), ask("GET", "/healthz")
        time.sleep(0.8)
    assert answer_of(sent)[0] == 400  # no token: it was looked at
    assert answer_of(watcher)[0] == 200


def test_waiting_counts_as_the_pages_time_and_stands_in_its_line(server: Server, ask: Ask) -> None:
    with busy(server):
        waiting = ask("GET", "/login")
        time.sleep(0.8)
    answer_of(waiting)
    deadline, lines = time.monotonic() + 5, [""]
    while not lines[0] and time.monotonic() < deadline:
        time.sleep(0.1)
        lines = [one for one in server.log.read_text().splitlines() if '"overload"' in one] or [""]
    told = json.loads(lines[0])
    assert told["status"] == 503
    assert told["ms"] >= told["wait_ms"] >= 700


def test_connections_that_ask_nothing_hold_no_thread(server: Server, ask: Ask) -> None:
    with ExitStack() as idle:
        for _ in range(20):
            idle.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        began = time.monotonic()
        assert answer_of(ask("GET", "/login"))[0] == 200
        assert time.monotonic() - began < 4  # gunicorn's own way: 5 s for each of them
        began = time.monotonic()
        stop(server.process)
        assert time.monotonic() - began < 10  # and none of them holds up the end
