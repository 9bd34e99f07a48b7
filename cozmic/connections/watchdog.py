"""Gives up the connections whose answer is overdue, since libpq waits without end for a server that hangs.

The thread shuts the socket. Whoever waits for the answer wakes and hears that the server closed the connection.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from flask import has_request_context

SWEEP_EVERY_S, SLEEP_AFTER_SWEEPS = 0.1, 50


class GivenUp(Protocol):
    """What can be given up."""

    def give_up(self) -> None:
        """End the waiting; called under the watchdog's lock."""


class Watchdog:
    """A daemon thread, started by the first round trip that has a deadline, so after a fork.

    It looks ten times a second, and sleeps while nothing is expected.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        """Held where a socket is shut or closed: its number may belong to another file a moment later.

        Reentrant, because what is collected as garbage while it is held closes sockets too.
        """
        self._in_flight: dict[GivenUp, float] = {}
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._is_asleep = True
        self._was_asked = False

    def expect(self, connection: GivenUp, by: float) -> None:
        """Give the connection up unless it has come back by then, a moment of time.monotonic()."""
        self._in_flight[connection] = by
        self._was_asked = True
        if self._is_asleep:
            self._rouse()

    def is_back(self, connection: GivenUp) -> None:
        """Expect the connection no longer."""
        self._in_flight.pop(connection, None)

    def _rouse(self) -> None:
        with self.lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._is_asleep = False
            self._wake.clear()
            self._watch()
            self._is_asleep = True
            if not self._was_asked:  # else somebody asked just before and took the thread for awake
                self._wake.wait()

    def _watch(self) -> None:
        """Look for what is overdue until nothing has been expected for a while."""
        quiet_sweeps = 0
        while quiet_sweeps < SLEEP_AFTER_SWEEPS:
            time.sleep(SWEEP_EVERY_S)
            quiet_sweeps = 0 if self._was_asked or self._in_flight else quiet_sweeps + 1
            self._was_asked = False
            now = time.monotonic()
            for connection, by in list(self._in_flight.items()):
                if by <= now:
                    self._give_up(connection, by)

    def _give_up(self, connection: GivenUp, by: float) -> None:
        with self.lock:
            if self._in_flight.get(connection) == by:  # it has not come back just now
                connection.give_up()


class _Thread(threading.local):
    has_deadline = False


_watchdog = Watchdog()
_thread = _Thread()


def watchdog() -> Watchdog:
    """Return this process's watchdog."""
    return _watchdog


def _begin_anew() -> None:
    """In a fork: the thread stayed with the parent, and the parent's connections are not ours to shut."""
    global _watchdog  # noqa: PLW0603  a lock that was held during the fork would be held for ever
    _watchdog = Watchdog()


os.register_at_fork(after_in_child=_begin_anew)


def has_deadline() -> bool:
    """Whether this thread serves a request, or has asked to be held to the deadline as one that does."""
    return _thread.has_deadline or has_request_context()


@contextmanager
def within_deadline() -> Iterator[None]:
    """Hold this thread's round trips to the deadline where no request does: in a thread that a request waits for."""
    before, _thread.has_deadline = _thread.has_deadline, True
    try:
        yield
    finally:
        _thread.has_deadline = before
