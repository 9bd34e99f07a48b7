"""The lane in which passwords are hashed: what belongs there comes there, and nobody can stand in it for long."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from cozmic.serving import FORM_WITHIN_S
from tests.gunicorn_server import Server, gunicorn

pytestmark = pytest.mark.slow
HALF_A_FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 999\r\n\r\nusername="


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[Server]:
    """One worker: two threads, and the lanes."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with gunicorn(url, tmp_path, WEB_CONCURRENCY="1", LOG_REQUESTS="0") as running:
        yield running


def send_half(server: Server, path: bytes) -> socket.socket:
    """Begin to send a form, and go no further."""
    half = socket.create_connection(("127.0.0.1", server.port), timeout=FORM_WITHIN_S * 4)
    half.sendall(b"POST " + path + b" HTTP/1.1\r\n" + HALF_A_FORM)
    return half


def status_of(server: Server, method: str, path: str, *, timeout_s: float) -> int:
    """Ask, and return the status."""
    connection = server.connect(timeout_s)
    connection.request(method, path, body=b"" if method == "POST" else None)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_form_that_is_never_sent_to_its_end_leaves_the_lane(server: Server) -> None:
    half, began = send_half(server, b"/login"), time.monotonic()
    assert (
        status_of(server, "POST", "/login", timeout_s=FORM_WITHIN_S * 3) == 400
    )  # no token: it was looked at
    assert time.monotonic() - began < FORM_WITHIN_S + 2
    assert half.recv(12).startswith(b"HTTP/1.1 4")
    half.close()


@pytest.mark.parametrize("path", [b"/%6Cogin", b"/login?next=/", b"http://x/login"])
def test_no_spelling_of_the_path_keeps_a_form_out_of_the_lane(server: Server, path: bytes) -> None:
    """Else four of them would take the threads that serve pages."""
    halves = [send_half(server, path) for _ in range(4)]
    time.sleep(0.3)
    assert status_of(server, "GET", "/login", timeout_s=FORM_WITHIN_S / 2) == 200
    for half in halves:
        half.close()


@pytest.mark.parametrize(
    "path", [b"/classrooms/1/people/login-cards", b"/classrooms/1/people/import/confirm"]
)
def test_a_list_of_pupils_keeps_nobody_from_signing_in_or_from_a_page(
    server: Server, path: bytes
) -> None:
    """A list is hundreds of hashes: in the lane of those who sign in they would all wait for it."""
    halves = [send_half(server, path) for _ in range(4)]
    time.sleep(0.3)
    assert status_of(server, "POST", "/login", timeout_s=FORM_WITHIN_S / 2) == 400
    assert status_of(server, "GET", "/login", timeout_s=FORM_WITHIN_S / 2) == 200
    for half in halves:
        half.close()
