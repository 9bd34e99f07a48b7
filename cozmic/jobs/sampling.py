"""Once a minute, one of a server's workers writes down what all of them have measured.

A daemon thread in each worker looks every ten seconds whether it is its turn: whoever holds the lock in the folder in
which the workers count, samples; it is free again when that worker ends, however it ends. What the last one has
counted from stands beside the lock, so that the next goes on there. docs/decisions/0011.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from cozmic.access.clock import get_now
from cozmic.connections import within_deadline
from cozmic.jobs.alerting import NEEDED, Alerting
from cozmic.observe.gauges import Gauges
from cozmic.observe.host import Host, HostUse
from cozmic.observe.people import count_people
from cozmic.observe.tally import begin_tally
from cozmic.observe.totals import Totals, read_fullest, read_totals
from cozmic.reads.measurements import find_connections
from cozmic.rules.measured import Measured
from cozmic.transaction import end_reading, transaction
from cozmic.writes.measurements import keep_measured, thin_out

TICK_S = 10.0
MOST_WAITING = 120
"""Minutes that are kept in memory while the database does not take them."""
MINUTE = timedelta(minutes=1)
log = logging.getLogger(__name__)


def start_sampling(app: Flask, *, folder: Path, threads: int) -> None:
    """Start this worker's thread, unless MEASURE is off; called once in each worker, after the fork."""
    if app.config["MEASURE"]:
        sampler = Sampler(app, folder=folder, threads=threads)
        threading.Thread(target=sampler.run, name="sampler", daemon=True).start()


@dataclass(slots=True)
class Turn:
    """Whose turn it is, told by a lock that ends with its process, and what was counted when it was last taken."""

    folder: Path
    _lock: int | None = None

    def is_mine(self) -> bool:
        """Whether this process samples; asks again each time until it does."""
        if self._lock is not None:
            return True
        lock = os.open(self.folder / "sampling.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def give_up(self) -> None:
        """Leave it to another."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def read(self) -> Totals:
        """Return what the last sample counted up to; nothing where there was none: so the counts began."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            return Totals.from_dict(json.loads((self.folder / "sampled.json").read_text()))
        return Totals()

    def write(self, totals: Totals) -> None:
        """Keep it for whoever is next."""
        new = self.folder / "sampled.new"
        new.write_text(json.dumps(totals.as_dict()))
        new.replace(self.folder / "sampled.json")  # whole, whoever reads it


class Sampler:
    """What the thread does."""

    def __init__(
        self, app: Flask, *, folder: Path, threads: int, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._app = app
        self._turn = Turn(folder)
        self._threads = threads
        self._clock = clock or _now
        self._ahead = timedelta()
        """How far the database's clock, which decides, is ahead of this machine's."""
        self._host: Host | None = None
        self._minute: datetime | None = None
        self._fullest = 0.0
        self._waiting: list[Measured] = []
        self._recent: list[Measured] = []
        self._unjudged: datetime | None = None
        self._alerting = Alerting()
        self._complained = ""
        self.server = f"{socket.gethostname()[:60]}:{os.getppid()}"
        """The host and gunicorn's first process on it, whichever worker samples."""

    def run(self) -> None:
        """Go on for ever; what fails is said once, and tried again at the next turn."""
        while True:
            # Not the database's clock: only how long to sleep, so that the turns of all servers fall together.
            time.sleep(TICK_S - time.time() % TICK_S)
            try:
                self.tick()
            except Exception as error:  # noqa: BLE001  no page may fail for what is measured of it
                self._complain(error)

    def tick(self) -> None:
        """Bring this worker's gauges up to date; where it is its turn, look at all, and once a minute write it down."""
        gauges: Gauges = self._app.extensions["gauges"]
        gauges.sample(is_due=True)
        if not self._turn.is_mine():
            return
        if self._host is None:
            self._host, self._minute = Host(), self._this_minute()
            self._host.read()
        self._fullest = max(self._fullest, read_fullest())
        minute = self._this_minute()
        is_over = self._minute is not None and minute > self._minute
        if is_over:
            self._take(minute, self._host.read())
        with self._app.app_context(), within_deadline():
            if self._waiting:
                self._write()
            # One turn later, when the other servers have written their minute too.
            if self._unjudged is not None and not is_over:
                end, self._unjudged = self._unjudged, None
                begin_tally()
                self._alerting.judge(end, self._recent)

    def _take(self, minute: datetime, use: HostUse) -> None:
        """Make a minute of what has been counted since the one before."""
        totals, now = read_totals()
        counted = totals.since(self._turn.read())
        span = Measured(
            began_at=minute - MINUTE, threads=now.workers * self._threads, workers=now.workers,
            breakers_open=now.breakers_open, pool_most=now.pool_most, pool_percent=self._fullest,
            cores=use.cores, memory_mb=use.memory_mb, cpu_percent=use.cpu_percent,
            memory_percent=use.memory_percent, active_people=count_people(minute), **counted.as_dict(),
        )  # fmt: skip
        self._turn.write(totals)
        self._minute, self._fullest, self._unjudged = minute, 0.0, minute
        self._waiting = [*self._waiting, span][-MOST_WAITING:]
        self._recent = [*self._recent, span][-NEEDED:]

    def _write(self) -> None:
        begin_tally()  # the deadline is counted from here
        try:
            self._store()
            self._waiting, self._complained = [], ""
        except SQLAlchemyError as error:
            self._complain(error)
        finally:
            end_reading()

    def _store(self) -> None:
        connections, spans = find_connections(), self._waiting
        # The database's clock decides; this machine's only names the minutes between.
        self._ahead = get_now() - self._clock()
        if connections is not None:
            used, most = connections
            spans = [*spans[:-1], replace(spans[-1], server_used=used, server_most=most)]
        end_reading()
        with transaction():
            keep_measured(self.server, spans)
            if spans[-1].began_at.minute % 5 == 0:
                thin_out(spans[-1].began_at)

    def _this_minute(self) -> datetime:
        return (self._clock() + self._ahead).replace(second=0, microsecond=0)

    def _complain(self, error: Exception) -> None:
        if repr(type(error)) != self._complained:
            self._complained = repr(type(error))
            log.warning("this minute's figures wait: %s", " ".join(str(error).split())[:300])


def _now() -> datetime:
    # A minute that the database does not take now has to be named all the same.
    return datetime.now(UTC)
