"""A server process that lives no longer than the program that started it."""

import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.errors import ServiceUnavailable

KEEPER = Path(__file__).with_name("keeper.py")


@dataclass(frozen=True)
class Identity:
    """Whom a server runs as: ourselves (None), or `nobody` when we are root, whom PostgreSQL refuses."""

    user: int | None
    group: int | None

    def options(self) -> dict[str, Any]:
        """What subprocess needs in order to run something as this one."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make it the owner of a file or folder."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def write_secret(self, path: Path, content: str) -> None:
        """Write a file that this one alone can read."""
        path.touch(0o600)
        path.write_text(content)
        self.give(path)


def unprivileged() -> Identity:
    """Whom servers run as here."""
    if os.geteuid() != 0:
        return Identity(None, None)
    nobody = pwd.getpwnam("nobody")
    return Identity(nobody.pw_uid, nobody.pw_gid)


def new_folder(name: str, identity: Identity) -> Path:
    """Make an empty folder for a server, its own and closed to others.

    Not below a TMPDIR that only root may enter: `nobody` could not reach it.
    """
    parent = Path(tempfile.gettempdir())
    if identity.user is not None and not is_open_to_all(parent):
        parent = Path("/tmp")  # noqa: S108  # the name below it is random and the folder closed
    folder = Path(tempfile.mkdtemp(prefix=f"cozmic-{name}-", dir=parent))
    identity.give(folder)
    return folder


def is_open_to_all(path: Path) -> bool:
    """Whether every user may read here and enter each folder on the way."""
    path = path.resolve()
    return bool(path.stat().st_mode & 0o005 == 0o005) and all(
        folder.stat().st_mode & 0o001 for folder in path.parents
    )


def reachable(program: Path, home: Path, *, folder: Path, identity: Identity) -> Path:
    """Return the program itself, or its copy in `folder` when the server's user may not enter where it is installed.

    `home` holds the program together with the libraries that it finds by relative paths.
    """
    if identity.user is None or is_open_to_all(program):
        return program
    copy = folder / "programs"
    shutil.copytree(home, copy, symlinks=True)
    copy.chmod(0o755)
    return copy / program.relative_to(home)


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


class KeptProcess:
    """A running server, its folder, and the keeper that ends both with us."""

    def __init__(
        self,
        command: Sequence[str | Path],
        folder: Path,
        *,
        identity: Identity,
        stop: signal.Signals,
    ) -> None:
        self.folder = folder
        self._end: int | None = None
        order = {
            "command": [str(part) for part in command],
            "folder": str(folder),
            "user": identity.user,
            "group": identity.group,
            "stop": int(stop),
        }
        # A session of its own: Ctrl-C is for the test run, which then stops its servers in order.
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        first = self._heard() or {"failed": "its keeper ended"}
        if "pid" not in first:
            self.stop()
            raise ServiceUnavailable(f"{command[0]} could not be started: {first.get('failed')}.")
        self.pid: int = first["pid"]

    def has_ended(self) -> bool:
        """Whether the server ended by itself."""
        out = self._keeper.stdout
        if self._end is None and out and not out.closed and select.select([out], [], [], 0)[0]:
            self._end = self._heard().get("ended", -1)
        return self._end is not None

    def last_words(self) -> str:
        """The end of the server's log, on one line."""
        try:
            lines = (self.folder / "log").read_text(errors="replace").split("\n")
        except OSError:
            return ""
        return " / ".join(line.strip() for line in lines[-6:] if line.strip())

    def stop(self) -> None:
        """Stop the server, wait for its end, and have its folder removed; again does nothing."""
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe:
                pipe.close()
        self._keeper.wait()

    def _heard(self) -> dict[str, Any]:
        line = self._keeper.stdout.readline() if self._keeper.stdout else b""
        said: dict[str, Any] = json.loads(line) if line else {}
        return said


def wait_until_ready(
    process: KeptProcess, is_ready: Callable[[], bool], *, timeout_s: float = 30
) -> None:
    """Wait for a server to answer; when it ends or the time is up, clear it away and raise ServiceUnavailable."""
    deadline = time.monotonic() + timeout_s
    while not is_ready():
        if process.has_ended() or time.monotonic() > deadline:
            words = process.last_words()
            process.stop()
            raise ServiceUnavailable(f"A server for the tests did not start: {words}")
        time.sleep(0.02)
