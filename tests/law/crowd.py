"""Many requests at once to a server, each on a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException

from tests.gunicorn_server import Server

RESET = 0
COMPUTED = "law:computed"
"""A list in Redis where slow_app.py notes the process of each computation, as it begins."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a request."""

    path: str
    status: int
    """RESET where the connection was lost."""
    took_s: float
    text: str


def ask(server: Server, path: str, cookie: str = "", *, timeout_s: float = 60) -> Reply:
    """Send one request."""
    began = time.monotonic()
    connection = server.connect(timeout_s)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        status, text = response.status, response.read().decode()
    except (OSError, HTTPException):
        status, text = RESET, ""
    finally:
        connection.close()
    return Reply(path, status, time.monotonic() - began, text)


def ask_at_once(server: Server, requests: Sequence[tuple[str, str]]) -> list[Reply]:
    """Send all of these (path, cookie), each from a thread of its own."""
    replies: list[Reply] = []
    threads = [
        threading.Thread(target=lambda one=one: replies.append(ask(server, *one)))
        for one in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies
