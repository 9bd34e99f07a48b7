"""Small HTTP servers on real sockets that take what a webhook sends, or behave badly."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class HookServer:
    """What it heard."""

    port: int
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """For ALERT_WEBHOOK_URL."""
        return f"http://127.0.0.1:{self.port}/hooks/s3cret?room=1"


@contextmanager
def hook_server(status: int = 204, location: str = "") -> Iterator[HookServer]:
    """Answer every POST with this status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            heard.bodies.append(json.loads(self.rfile.read(length)))
            heard.paths.append(self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard = HookServer(server.server_address[1])
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def bad_server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Treat the connections like this, for as long as they stay."""
    stopping = Event()

    def serve() -> None:
        while not stopping.is_set():
            with suppress(OSError):
                connection, _ = door.accept()
                with connection:
                    behave(connection)

    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.05)
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
        stopping.set()
        thread.join(10)


def hang(connection: socket.socket) -> None:
    """Say nothing until the other side goes."""
    connection.settimeout(8)
    with suppress(OSError):
        while connection.recv(4096):
            pass


def drip(connection: socket.socket) -> None:
    """A byte now and then: no read ever times out."""
    until = time.monotonic() + 8
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while time.monotonic() < until:
            connection.sendall(b"X")
            time.sleep(0.2)


def babble(connection: socket.socket) -> None:
    """Something that is no HTTP."""
    connection.recv(4096)
    connection.sendall(b"220 mail.school.example ESMTP\r\n")
