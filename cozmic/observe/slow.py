"""The log of slow statements: one line of JSON each on standard error, with the plan, and never with a value.

Whoever waited for the statement only leaves a note. A thread of its own asks for the plan and writes the line, so that
no page waits for it; a database in trouble, which makes many statements slow at once, is not asked for many plans.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any

from cozmic.observe.masking import mask_plan, mask_values
from cozmic.observe.metrics import SLOW
from cozmic.observe.place import find_place
from cozmic.observe.request_log import RequestLog
from cozmic.observe.tally import current_tally

STANDARD_ERROR = 2
"""A command's own output goes to the other one, perhaps into a file."""
PLAN_EVERY_S = 300.0
"""One plan for each statement in so long; the lines between carry the same digest."""
WAIT_AFTER_FAILURE_S = 30.0
MOST_WAITING, MOST_REMEMBERED = 50, 500
LONGEST_STATEMENT, MOST_PLAN_LINES = 4000, 80
ENDS_WITHIN_S = 2.0

Plan = Callable[[], list[str]]


@dataclass(frozen=True, slots=True)
class _Note:
    request_id: str
    endpoint: str
    ms: float
    statement: str | bytes
    plan: Plan | None


class SlowLog:
    """Notes, and the thread that makes lines of them; it starts with the first note, so after a fork."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        self._write = write
        self._notes: Queue[_Note] = Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._explained_at: dict[str, float] = {}
        self._ask_again_at = 0.0

    def take(self, note: _Note) -> None:
        """Take a note. Where more wait than the thread gets done, the line is written here, without a plan."""
        try:
            self._notes.put_nowait(note)
        except Full:
            self._write(_facts(note, mask_values(note.statement), None, "too many at once"))
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="slow-log", daemon=True)
                self._thread.start()
                atexit.register(self.finish)

    def finish(self) -> None:
        """Wait, for two seconds at most, until all notes have become lines."""
        ends_at = time.monotonic() + ENDS_WITHIN_S
        while self._notes.unfinished_tasks and time.monotonic() < ends_at:
            time.sleep(0.01)

    def _run(self) -> None:
        while True:
            with suppress(Empty):
                note = self._notes.get()
                try:
                    self._tell(note)
                except Exception as error:  # noqa: BLE001  the next one shall have its line
                    self._write({"slow_log_failed": type(error).__name__})
                finally:
                    self._notes.task_done()

    def _tell(self, note: _Note) -> None:
        statement = mask_values(note.statement)
        plan, reason = self._explain(note.plan, _digest(statement))
        self._write(_facts(note, statement, plan, reason))

    def _explain(self, plan: Plan | None, digest: str) -> tuple[list[str] | None, str]:
        now = time.monotonic()
        if plan is None:
            return None, "not to be had"
        if now - self._explained_at.get(digest, -PLAN_EVERY_S) < PLAN_EVERY_S:
            return None, "told before"
        if now < self._ask_again_at:
            return None, "the database could not be asked"
        if len(self._explained_at) >= MOST_REMEMBERED:
            self._explained_at.clear()
        self._explained_at[digest] = now
        try:
            return mask_plan(plan()[:MOST_PLAN_LINES]), ""
        except Exception as error:  # noqa: BLE001  its words may hold values
            self._ask_again_at = time.monotonic() + WAIT_AFTER_FAILURE_S
            return None, f"the database could not be asked: {type(error).__name__}"


def _facts(note: _Note, statement: str, plan: list[str] | None, reason: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": note.request_id,
        "endpoint": note.endpoint,
        "slow_ms": round(note.ms, 1),
        "digest": _digest(statement),
        "statement": statement[:LONGEST_STATEMENT],
        "plan": plan,
    }
    return facts if plan else {**facts, "no_plan": reason}


def _digest(statement: str) -> str:
    return hashlib.blake2b(statement.encode(), digest_size=4).hexdigest()


def _make_log() -> SlowLog:
    return SlowLog(RequestLog(STANDARD_ERROR).write)


class _Place:
    log = _make_log()


def slow_log() -> SlowLog:
    """Return this process's log of slow statements."""
    return _Place.log


def _begin_anew() -> None:
    """In a fork: the thread stayed with the parent, and a lock may be held for ever."""
    _Place.log = _make_log()


os.register_at_fork(after_in_child=_begin_anew)


def note_slow(statement: str | bytes, seconds: float, plan: Plan | None = None) -> None:
    """Note a statement that took long; `plan`, called later in a thread, returns its plan. 20 us; never raises."""
    with suppress(Exception):  # no page, and no job, may fail for its log
        endpoint = find_place()
        SLOW.labels(endpoint).inc()
        note = _Note(current_tally().request_id, endpoint, seconds * 1000, statement, plan)
        slow_log().take(note)
