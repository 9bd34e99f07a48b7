"""A small Sentry on a real socket: it takes envelopes and keeps every byte, or takes connections and never answers."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import brotli  # type: ignore[import-untyped]


@dataclass
class SentryServer:
    """What it heard."""

    port: int
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    @property
    def dsn(self) -> str:
        """For SENTRY_DSN."""
        return f"http://public@127.0.0.1:{self.port}/7"

    def everything(self) -> str:
        """Every byte that came, unpacked."""
        return "\n".join([*self.heads, *(body.decode() for body in self.bodies)])

    def events(self, kind: str = "event") -> list[dict[str, Any]]:
        """The events of one kind, in the order in which they came."""
        found = []
        for body in list(self.bodies):
            lines = body.split(b"\n")
            found += [
                json.loads(content)
                for head, content in zip(lines[1::2], lines[2::2], strict=False)
                if json.loads(head)["type"] == kind
            ]
        return found

    def wait_for(self, count: int, kind: str = "event") -> list[dict[str, Any]]:
        """Wait for so many events, and return them."""
        deadline = time.monotonic() + 15
        while len(self.events(kind)) < count:
            assert time.monotonic() < deadline, f"{len(self.events(kind))} of {count} came"
            time.sleep(0.02)
        return self.events(kind)


@contextmanager
def sentry_server(*, is_silent: bool = False) -> Iterator[SentryServer]:
    """Run one; a silent one takes what is sent and never answers."""
    door = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server = SentryServer(door.server_address[1])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.heads.append(f"{self.requestline}\n{self.headers}")
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
            server.bodies.append(unpack[self.headers["Content-Encoding"]](body))
            if is_silent:
                server.stopping.wait(60)
                return
            answer = b'{"id":"1"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    door.RequestHandlerClass = Handler
    door.daemon_threads = True
    thread = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        door.shutdown()
        door.server_close()
        thread.join(5)
