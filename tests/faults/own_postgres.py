"""A PostgreSQL of a test's own, which may be ended in any way and started again on the same files and port."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from tests.services.binaries import POSTGRES, find_or_install
from tests.services.postgres import USER, PostgresServer, address, answers, initialise, new_prefix
from tests.services.process import (
    KeptProcess,
    free_port,
    new_folder,
    reachable,
    unprivileged,
    wait_until_ready,
)


class OwnPostgres:
    """One address, at which one process after another answers. It syncs, so that what it acknowledged must be there."""

    def __init__(self) -> None:
        self._identity = unprivileged()
        self._home = new_folder("own-postgres", self._identity)
        found = find_or_install(POSTGRES)
        self._program = reachable(
            found.program, found.home, folder=self._home, identity=self._identity
        )
        password = initialise(self._program, self._home, self._identity)
        self._port = free_port()
        url = URL.create("postgresql", USER, password, "127.0.0.1", self._port, "postgres")
        self._server = PostgresServer(address(url), new_prefix())
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:  # fmt: skip
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The process that answers now."""
        return self._process.pid

    def new_database(self) -> str:
        """Create an empty database and return its address."""
        return self._server.new_database()

    def stop(self) -> None:
        """End it as an upgrade of the machine does: connections are cut, what is committed is written."""
        self._process.stop()

    def kill(self) -> None:
        """End it as a loss of power does, but for what the machine still has in memory."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.stop()

    def start(self) -> None:
        """Start it again."""
        self._process = self._start()

    def _start(self) -> KeptProcess:
        # The process's own folder goes with it; the files stand in ours.
        folder: Path = new_folder("own-postgres-run", self._identity)
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            "unix_socket_directories": "",
        }
        command: list[str | Path] = [
            self._program, "-D", self._home / "data", *(f"--{name}={value}" for name, value in options.items())
        ]  # fmt: skip
        process = KeptProcess(command, folder, identity=self._identity, stop=signal.SIGINT)
        wait_until_ready(process, lambda: answers(self._server.url))
        return process
