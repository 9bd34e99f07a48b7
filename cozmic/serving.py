"""How gunicorn's threads are shared out: requests that hash a password wait in a lane of their own.

A worker's threads serve requests as they come. At the bell, when hundreds sign in, every thread waits for a hash and
pages stand behind all of them. In the lane sign-ins wait for each other alone. docs/decisions/0010 has the figures.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any
from urllib.parse import unquote

from gunicorn.workers.gthread import ThreadWorker

PREFIXES = ("/login", "/join", "/reset-password/", "/invitations/", "/account/")
"""Where a POST hashes a password."""
FORM_WITHIN_S = 5.0
"""How long the lane waits for a form: one that is never sent to its end would keep everybody from signing in."""


class _NotHere(BaseException):  # an Exception would be answered with 500
    """This request belongs in the lane."""

    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


class LanedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's threaded worker with one thread more, for requests that hash."""

    def init_process(self) -> None:
        """Make the lane, once in each worker."""
        self._lane = ThreadPoolExecutor(1, thread_name_prefix="lane")
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Read the request in one of the threads, and serve it there or in the lane."""
        self.tpool.submit(self.handle, conn).add_done_callback(lambda done: self._sort(conn, done))

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve it, but for what belongs in the lane."""
        if req.method == "POST" and unquote(req.path).startswith(PREFIXES):
            raise _NotHere(req)
        return super().handle_request(req, conn)

    def _sort(self, conn: Any, done: Future[Any]) -> None:
        problem = None if done.cancelled() else done.exception()
        if not isinstance(problem, _NotHere):
            self._finish(conn, done)
            return
        self._lane.submit(self._handle_in_lane, problem.request, conn).add_done_callback(
            lambda later: self._finish(conn, later)
        )

    def _handle_in_lane(self, req: Any, conn: Any) -> bool:
        try:
            with _reading_ends(conn.sock):
                return bool(self._keepalive_after(conn, super().handle_request(req, conn)))
        except OSError as error:  # the visitor has gone
            self.log.debug("Ignored in the lane: %s", error)
        except Exception as error:  # noqa: BLE001  as in the worker's own threads
            self.handle_error(req, conn.sock, conn.client, error)
        return False

    def _finish(self, conn: Any, done: Future[Any]) -> None:
        self.method_queue.defer(self.finish_request, conn, done)


@contextmanager
def _reading_ends(sock: socket.socket) -> Iterator[None]:
    """After FORM_WITHIN_S nothing more is read from a visitor; the answer is still sent."""

    def end() -> None:
        with suppress(OSError):  # gone already
            sock.shutdown(socket.SHUT_RD)

    timer = Timer(FORM_WITHIN_S, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
