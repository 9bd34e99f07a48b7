"""A Redis of a test's own, which it may stop, fill, and start again on the same port from a file of earlier."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from redis import Redis

from tests.services.binaries import REDIS, find_or_install
from tests.services.process import (
    KeptProcess,
    free_port,
    new_folder,
    reachable,
    unprivileged,
    wait_until_ready,
)
from tests.services.redis_server import RedisServer, answers, connect


class OwnRedis:
    """One address, at which one process after another may answer."""

    def __init__(self) -> None:
        self._port, self._password = free_port(), secrets.token_hex(16)
        self.url = f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        self._process = self._start(b"")

    @property
    def pid(self) -> int:
        """The process that answers now."""
        return self._process.pid

    def client(self) -> Redis:
        """A client of the test's own, that waits longer than the application does."""
        return connect(self.url)

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Stop the process in its tracks meanwhile: it takes connections and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def dump(self) -> bytes:
        """Save everything, and return the file."""
        with self.client() as client:
            client.save()
        return (self._process.folder / "dump.rdb").read_bytes()

    def stop(self) -> None:
        """End the process."""
        self._process.stop()

    def restart(self, dump: bytes) -> None:
        """Start again from a file."""
        self.stop()
        self._process = self._start(dump)

    def configure(self, settings: Mapping[str, str]) -> None:
        """Set what Redis lets be set while it runs."""
        with self.client() as client:
            for name, value in settings.items():
                client.config_set(name, value)

    def _start(self, dump: bytes) -> KeptProcess:
        identity = unprivileged()
        found, folder = find_or_install(REDIS), new_folder("redis", identity)
        program = reachable(found.program, found.home, folder=folder, identity=identity)
        if dump:
            (folder / "dump.rdb").write_bytes(dump)
            identity.give(folder / "dump.rdb")
        lines = {
            "bind": "127.0.0.1", "port": self._port, "requirepass": self._password, "save": '""',
            "appendonly": "no", "dir": folder,
        }  # fmt: skip
        configuration = folder / "redis.conf"
        identity.write_secret(configuration, "".join(f"{k} {v}\n" for k, v in lines.items()))
        process = KeptProcess(
            [program, configuration], folder, identity=identity, stop=signal.SIGTERM
        )
        server = RedisServer(self.url, "", process.pid)
        wait_until_ready(process, lambda: answers(server))
        return process
