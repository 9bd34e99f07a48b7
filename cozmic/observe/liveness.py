"""Whether the server lives, told on a port of its own by a thread of gunicorn's master.

The ordinary port answers when a thread is free: a server whose threads are all at work looks dead there, and whoever
restarts it then makes things worse. The master knows better: it lives as long as one of its workers gives signs of
life, which each does every second, however busy its threads are. With all workers dead or hung it is not alive.

The thread takes no lock and writes no log while the master forks: a worker would find a lock held for ever.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

PATIENCE_S = 2.0
"""How long somebody may take to ask."""
LONGEST_QUESTION = 8192
RETRY_S = 5.0


class Worker(Protocol):
    """gunicorn's, of which only the file counts that it touches as a sign of life."""

    tmp: Any


def count_living(workers: Iterable[Worker], *, silent_s: float) -> int:
    """Count the workers that have given a sign of life within so many seconds. Asks the kernel for each file's time."""
    now = time.monotonic()
    count = 0
    for worker in workers:
        with suppress(OSError, ValueError):  # it has just died, and its file is closed
            # Before its first sign of life the file has the time of the calendar, far ahead.
            count += 0 <= now - worker.tmp.last_update() <= silent_s
    return count


@dataclass(slots=True)
class _Asking:
    until: float
    heard: bytes = b""


class Listener:
    """Answers every question on a port, 200 while somebody lives and 503 otherwise, and stays up whatever comes."""

    def __init__(self, host: str, port: int, count: Callable[[], int]) -> None:
        self._address = host, port
        self._count = count
        self._door: socket.socket | None = None
        self._selector = selectors.DefaultSelector()

    def open(self) -> None:
        """Take the port; raises OSError where it is not to be had."""
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            door = socket.create_server((host, port), family=family, backlog=64)
        except OverflowError as error:
            raise OSError(str(error)) from error
        door.settimeout(0)
        self._door = door
        self._selector.register(door, selectors.EVENT_READ)

    def start(self) -> None:
        """Answer from now on, in a thread; where the port was not to be had, try again every few seconds."""
        threading.Thread(target=self._run, name="liveness", daemon=True).start()

    def leave_to_parent(self) -> None:
        """In a fork: let the port go, which otherwise stays taken as long as an orphan lives."""
        if self._door is not None:
            self._door.close()

    def _run(self) -> None:
        while True:
            try:
                if self._door is None:
                    time.sleep(RETRY_S)
                    self.open()
                else:
                    self._serve()
            except Exception:  # noqa: BLE001  a monitor that is silent for good would have the server restarted
                time.sleep(0.1)

    def _serve(self) -> None:
        for key, _ in self._selector.select(timeout=0.5):
            if key.fileobj is self._door:
                self._admit(self._door)
            else:
                self._hear(key.fileobj, key.data)  # type: ignore[arg-type]  # all others are sockets
        now = time.monotonic()
        for key in list(self._selector.get_map().values()):
            if key.data is not None and key.data.until < now:
                self._part(key.fileobj)  # type: ignore[arg-type]

    def _admit(self, door: socket.socket) -> None:
        try:
            asking, _ = door.accept()
        except OSError:  # gone already, or no file number is free
            time.sleep(0.01)
            return
        asking.settimeout(0)
        self._selector.register(
            asking, selectors.EVENT_READ, _Asking(time.monotonic() + PATIENCE_S)
        )

    def _hear(self, asking: socket.socket, said: _Asking) -> None:
        try:
            part = asking.recv(LONGEST_QUESTION)
        except OSError:
            part = b""
        said.heard += part
        is_whole = b"\r\n\r\n" in said.heard or len(said.heard) >= LONGEST_QUESTION
        if is_whole:
            with suppress(OSError):
                asking.send(_answer(self._count(), is_head=said.heard.startswith(b"HEAD ")))
        if is_whole or not part:
            self._part(asking)

    def _part(self, asking: socket.socket) -> None:
        self._selector.unregister(asking)
        with suppress(OSError):
            asking.shutdown(socket.SHUT_RDWR)  # a worker forked meanwhile holds it open too
        asking.close()


def _answer(living: int, *, is_head: bool) -> bytes:
    status = "200 OK" if living else "503 Service Unavailable"
    body = json.dumps({"status": "alive" if living else "no worker lives", "workers": living})
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return (head if is_head else head + body).encode()


class _Place:
    listener: Listener | None = None


def tell_liveness(server: Any, *, host: str, port: int, silent_s: float) -> None:
    """Begin to answer on a port of its own, in gunicorn's master; says so in the log where that is not to be had."""
    listener = Listener(
        host.strip("[]"),
        port,
        lambda: count_living(list(server.WORKERS.values()), silent_s=silent_s),
    )
    try:
        listener.open()
    except OSError as error:
        server.log.error(  # noqa: TRY400  one line says it all
            "cozmic: HEALTH_PORT %s cannot be used (%s). The server goes on, and tries again every %g s.",
            port, os.strerror(error.errno) if error.errno else error, RETRY_S,
        )  # fmt: skip
    listener.start()
    _Place.listener = listener


def leave_liveness_to_the_master() -> None:
    """In a worker: it tells nothing, and must not keep the port when the master is gone."""
    if _Place.listener is not None:
        _Place.listener.leave_to_parent()
        _Place.listener = None
