"""Errors and one request in ten for Sentry, where SENTRY_DSN is set, and without anything about children.

Sentry's library is used for its wire alone. Its integrations send addresses, forms, keys of Redis, what a logger says
and the variables of every frame, and of each one has to be told what not to send; here an event is what
sentry_events.py puts together. A thread of the library's sends, from a queue with room for a hundred: a Sentry that is
gone or hangs costs no page anything.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import random
from typing import TYPE_CHECKING, Any

from flask import Flask

from cozmic.config_reports import Reports
from cozmic.observe.place import find_place
from cozmic.observe.sentry_events import make_error_event, make_request_event
from cozmic.observe.tally import Tally, current_tally, keep_trails

if TYPE_CHECKING:
    from sentry_sdk import Client

MOST_A_MINUTE = 60
"""Errors that one process reports: in a storm each further one says the same, and telling it costs 2 ms."""
ENDS_WITHIN_S = 1.0


@dataclass(slots=True)
class Reporter:
    """Reports for one process; it connects with the first report, so after a fork."""

    settings: Reports
    _client: Client | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _minute: int = 0
    _reported: int = 0

    def report(self, error: BaseException) -> None:
        """Report an error that nobody expected."""
        if not self._may_report():
            return
        from sentry_sdk.utils import event_from_exception  # noqa: PLC0415

        client = self._connect()
        raw: Any
        raw, _ = event_from_exception(error, client_options=client.options)
        event: Any = make_error_event(raw, error, current_tally(), place=find_place())
        client.capture_event(event)

    def trace(self, tally: Tally, method: str, status: int, seconds: float) -> None:
        """Report what a request did and how long it took, for the share that is traced."""
        if random() < self.settings.traces:  # noqa: S311  a sample, no secret
            event: Any = make_request_event(tally, method=method, status=status, seconds=seconds)
            self._connect().capture_event(event)

    def finish(self) -> None:
        """Send what waits, for a second at most."""
        if self._client is not None:
            self._client.flush(timeout=ENDS_WITHIN_S)

    def _may_report(self) -> bool:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._reported = minute, 0
        self._reported += 1
        return self._reported <= MOST_A_MINUTE

    def _connect(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = _make_client(self.settings)
            return self._client


def _make_client(settings: Reports) -> Client:
    from sentry_sdk import Client  # noqa: PLC0415  150 ms, for those who set SENTRY_DSN

    # It warns of each of its tries, several for each report, as long as Sentry is away.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    return Client(
        dsn=settings.dsn, environment=settings.environment, release=settings.release,
        traces_sample_rate=settings.traces,
        # Nothing but our own events, whatever later releases of the library collect by themselves. (send_default_pii
        # is off unless it is named, and naming it is out of date.)
        default_integrations=False, auto_enabling_integrations=False, auto_session_tracking=False,
        enable_backpressure_handling=False, spotlight=False, propagate_traces=False, max_breadcrumbs=0,
        include_local_variables=False, max_request_body_size="never",
    )  # fmt: skip


class _Place:
    reporter: Reporter | None = None
    has_complained = False


def watch_errors(app: Flask, find_release: Callable[[], str]) -> None:
    """Report this application's errors, where SENTRY_DSN is set: those of commands and threads of the process too."""
    settings: Reports = app.config["REPORTS"]
    if not settings.dsn:
        return
    import sentry_sdk  # noqa: F401, PLC0415  before the fork, so that workers share it

    is_first = _Place.reporter is None
    release = settings.release or find_release()
    _Place.reporter = Reporter(replace(settings, release=release))
    if is_first:
        keep_trails()
        _watch_process()


def report_error(error: BaseException) -> None:
    """Report an error that nobody expected. About 2 ms where Sentry is set up; never raises."""
    reporter = _Place.reporter
    if reporter is None or not isinstance(error, Exception):
        return
    with _never_raising():
        reporter.report(error)


def report_request(tally: Tally, method: str, status: int, seconds: float) -> None:
    """Report a request that has ended, if it is one of the share that is traced. About 1 us if not; never raises."""
    reporter = _Place.reporter
    if reporter is None:
        return
    with _never_raising():
        reporter.trace(tally, method, status, seconds)


@contextmanager
def _never_raising() -> Iterator[None]:
    """The log has the error, and nobody's page may fail twice. Says once in each process that reports fail."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        if not _Place.has_complained:
            _Place.has_complained = True
            logging.getLogger(__name__).error("errors are not reported: %s", type(error).__name__)  # noqa: TRY400


def _watch_process() -> None:
    """Report what leaves a command or a thread, before it is shown as ever."""
    show, show_of_thread = sys.excepthook, threading.excepthook

    def report(kind: Any, error: BaseException, trace: Any) -> None:
        report_error(error)
        show(kind, error, trace)

    def report_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            report_error(args.exc_value)
        show_of_thread(args)

    sys.excepthook, threading.excepthook = report, report_of_thread
    atexit.register(_finish)


def _finish() -> None:
    if _Place.reporter is not None:
        _Place.reporter.finish()


def _begin_anew() -> None:
    """In a fork: the thread that sends stayed with the parent, and a lock may be held for ever."""
    if _Place.reporter is not None:
        _Place.reporter = Reporter(_Place.reporter.settings)


os.register_at_fork(after_in_child=_begin_anew)
