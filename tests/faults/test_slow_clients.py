"""Phones that never send their request to its end: behind nginx nobody notices; without it they hold every thread."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from tests.faults.figures import Record, tell
from tests.faults.own_nginx import nginx_before
from tests.gunicorn_server import Server, gunicorn

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]
SLOW_PHONES, PAGES = 40, 10
HALF_A_HEADER = b"GET /login HTTP/1.1\r\nHost: learning.school.example\r\nUser-"
HALF_A_FORM = (
    b"POST /login HTTP/1.1\r\nHost: learning.school.example\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 999\r\n\r\nusername="
)
PATIENCE_S = 2.0


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[Server]:
    """One worker of two threads: of several, one may have taken none of the slow ones by chance."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with gunicorn(url, tmp_path, WEB_CONCURRENCY="1", TRUSTED_PROXIES="1") as running:
        yield running


@contextmanager
def slow_phones(server: Server) -> Iterator[None]:
    """Connections that send half a request, and go no further."""
    phones = []
    for number in range(SLOW_PHONES):
        phone = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        phone.sendall(HALF_A_FORM if number % 2 else HALF_A_HEADER)
        phones.append(phone)
    time.sleep(0.3)
    try:
        yield
    finally:
        for phone in phones:
            phone.close()


def ask_pages(server: Server, pages_n: int) -> tuple[int, float]:
    """Ask for a page so often; return how many were answered in time, and how long the slowest took."""
    answered, slowest_s = 0, 0.0
    for _ in range(pages_n):
        began = time.monotonic()
        connection = server.connect(PATIENCE_S)
        with suppress(OSError):
            connection.request("GET", "/login")
            answered += connection.getresponse().status == 200
        connection.close()
        slowest_s = max(slowest_s, time.monotonic() - began)
    return answered, slowest_s


def test_behind_nginx_pages_come_as_if_nobody_were_slow(
    server: Server, record_property: Record
) -> None:
    with nginx_before(server) as front, slow_phones(front):
        answered, slowest_s = ask_pages(front, PAGES)
    broken = f"{SLOW_PHONES} phones send half a request, behind nginx"
    tell(record_property, broken, asked_n=PAGES, slowest_s=slowest_s, failed_n=PAGES - answered)
    assert answered == PAGES
    assert slowest_s < PATIENCE_S


def test_without_a_proxy_they_hold_every_thread_until_they_leave(
    server: Server, record_property: Record
) -> None:
    """Why the platform belongs behind a proxy: gunicorn's threads wait for a request without end."""
    with slow_phones(server):
        answered, _ = ask_pages(server, 3)
    afterwards, slowest_s = ask_pages(server, PAGES)
    broken = f"{SLOW_PHONES} phones send half a request, without a proxy (not how to run it)"
    tell(record_property, broken, asked_n=3, failed_n=3 - answered)
    assert answered == 0
    assert afterwards == PAGES, "they have gone, and all is well"
    assert slowest_s < PATIENCE_S
