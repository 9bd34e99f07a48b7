"""How gunicorn's threads are shared out: requests that hash passwords wait in lanes of their own.

A worker's threads serve requests as they come. At the bell, when hundreds sign in, every thread waits for a hash and
pages stand behind all of them. In the lane sign-ins wait for each other alone. docs/decisions/0010 has the figures.
A teacher's list of pupils is as many hashes as it has lines: those have a lane beside it, so that nobody who signs in
waits for a whole list.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Timer
from typing import Any
from urllib.parse import unquote

from gunicorn.workers.gthread import TConn, ThreadWorker

from cozmic.observe.waiting import note_wait

PREFIXES = ("/login", "/join", "/reset-password/", "/invitations/", "/account/")
"""Where a POST hashes a password."""
ENDINGS = ("/people/new", "/password")
"""The same, with ids before it."""
LIST_ENDINGS = ("/people/login-cards", "/people/import/confirm")
"""Where a POST hashes one for each pupil of a list."""
GONE = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)
"""Another worker has taken the connection, or the visitor has left."""
FORM_WITHIN_S = 5.0
"""How long the lane waits for a form: one that is never sent to its end would keep everybody from signing in."""
LIST_WITHIN_S = 20.0
"""The same for a list of pupils, which may be a file."""


@dataclass(frozen=True, slots=True)
class _Lane:
    """One thread, and how long it waits for a form."""

    thread: ThreadPoolExecutor
    form_within_s: float


class _NotHere(BaseException):  # an Exception would be answered with 500
    """This request belongs in a lane."""

    def __init__(self, request: Any, lane: _Lane) -> None:
        super().__init__()
        self.request, self.lane = request, lane


def is_for_one(path: str) -> bool:
    """Whether a POST to this path hashes a password."""
    return path.startswith(PREFIXES) or path.endswith(ENDINGS)


def is_for_list(path: str) -> bool:
    """Whether a POST to this path hashes one for each pupil of a list."""
    return path.endswith(LIST_ENDINGS)


class LanedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's threaded worker with two threads more, for requests that hash one password, or many."""

    def init_process(self) -> None:
        """Make the lanes, once in each worker."""
        self._for_one = _Lane(ThreadPoolExecutor(1, thread_name_prefix="lane"), FORM_WITHIN_S)
        self._for_list = _Lane(ThreadPoolExecutor(1, thread_name_prefix="lists"), LIST_WITHIN_S)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take a new connection, and no thread for it before something is asked.

        gunicorn would wait for that in a thread, and browsers open connections before they know what to ask.
        """
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in GONE:
                raise
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, sock, client, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        ready = partial(self.on_pending_socket_readable, conn)
        self.poller.register(sock, selectors.EVENT_READ, ready)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker is to stop, wait no longer for who has asked nothing yet than for who has been answered."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def enqueue_req(self, conn: Any) -> None:
        """Read the request in one of the threads, and serve it there or in a lane."""
        conn.asked_at = time.monotonic()
        self.tpool.submit(self.handle, conn).add_done_callback(lambda done: self._sort(conn, done))

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve it, but for what belongs in a lane."""
        note_wait(time.monotonic() - conn.asked_at)
        if req.method == "POST":
            path = unquote(req.path)
            if is_for_one(path):
                raise _NotHere(req, self._for_one)
            if is_for_list(path):
                raise _NotHere(req, self._for_list)
        return super().handle_request(req, conn)

    def _sort(self, conn: Any, done: Future[Any]) -> None:
        problem = None if done.cancelled() else done.exception()
        if not isinstance(problem, _NotHere):
            self._finish(conn, done)
            return
        lane = problem.lane
        lane.thread.submit(self._handle_in_lane, problem.request, conn, lane).add_done_callback(
            lambda later: self._finish(conn, later)
        )

    def _handle_in_lane(self, req: Any, conn: Any, lane: _Lane) -> bool:
        try:
            note_wait(time.monotonic() - conn.asked_at)
            with _reading_ends(conn.sock, lane.form_within_s):
                return bool(self._keepalive_after(conn, super().handle_request(req, conn)))
        except OSError as error:  # the visitor has gone
            self.log.debug("Ignored in the lane: %s", error)
        except Exception as error:  # noqa: BLE001  as in the worker's own threads
            self.handle_error(req, conn.sock, conn.client, error)
        return False

    def _finish(self, conn: Any, done: Future[Any]) -> None:
        self.method_queue.defer(self.finish_request, conn, done)


@contextmanager
def _reading_ends(sock: socket.socket, within_s: float) -> Iterator[None]:
    """After so long nothing more is read from a visitor; the answer is still sent."""

    def end() -> None:
        with suppress(OSError):  # gone already
            sock.shutdown(socket.SHUT_RD)

    timer = Timer(within_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
