"""The application under a real gunicorn, as it is served, for tests that need real concurrency."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cozmic.config import ROOT
from tests.services.process import free_port

READY_WITHIN_S, STOPPED_WITHIN_S = 30, 25


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self, timeout_s: float = 30) -> http.client.HTTPConnection:
        """A connection of one's own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)


@contextmanager
def gunicorn(
    database_url: str, folder: Path, *, application: str = "wsgi:app", **environ: str
) -> Iterator[Server]:
    """Serve a migrated database with gunicorn.conf.py, 4 workers of 2 threads unless said otherwise."""
    with started_gunicorn(database_url, folder, application=application, **environ) as server:
        wait_until_ready(server)
        yield server


@contextmanager
def started_gunicorn(
    database_url: str, folder: Path, *, application: str = "wsgi:app", **environ: str
) -> Iterator[Server]:
    """The same without waiting until it is ready, for a server that cannot be."""
    port, log = free_port(), folder / "gunicorn.log"
    settings = {
        **os.environ,
        "COZMIC_CONFIG": "testing",
        "COZMIC_INSTANCE": str(folder),
        "DATABASE_URL": database_url,
        "PORT": str(port),
        **environ,
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", application],
            cwd=ROOT,
            env=settings,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield Server(port, process, log)
    finally:
        stop(process)


def wait_until_ready(server: Server) -> None:
    """Wait until /readyz answers 200."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError), closing(server.connect(timeout_s=5)) as connection:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"gunicorn did not become ready: {server.log.read_text()[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its workers."""
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
