"""What `make load` gives to locust: the people of locustfile.py in one of the shapes, with everything on time."""

from __future__ import annotations

import os
from typing import Any

import gevent  # type: ignore[import-untyped]
import locustfile  # noqa: F401  for its listeners
from load_shapes import Part, read_plan
from load_tally import View, holds
from locust import LoadTestShape, events
from people import TALLY
from people_occasions import BellPupil, ExamPupil, Signal, SpikePupil
from people_pupils import Pupil
from people_teachers import Admin, ExamTeacher, Teacher

PLAN = read_plan(os.environ["COZMIC_LOAD_PLAN"])
KINDS: dict[str, Any] = {
    one.kind: one for one in (Pupil, Teacher, Admin, BellPupil, ExamPupil, ExamTeacher, SpikePupil)
}
PARTS = [Part(**part) for part in PLAN["parts"]]
IS_KNEE = bool(PLAN["steps"][0])
STEP_S = next((part.seconds for part in PARTS if part.name == PLAN["main"]), 60.0)
SETTLE_S, HOLD_S = STEP_S / 6, STEP_S / 2
"""After people have come, how long they are left alone, and then looked at."""


def cast() -> None:
    """Say how many of each kind there are to be; towards the knee, how many of one to how many of the other."""
    for kind, person in KINDS.items():
        if not IS_KNEE or kind not in ("pupil", "teacher"):
            person.fixed_count = PLAN["people"].get(kind, 0)
            person.weight = 1 if person.fixed_count else 0
    ExamPupil.exam = os.environ.get("COZMIC_LOAD_EXAM", "")
    # In a shortened run all hand in within the shorter part, with time left for the last ones.
    ExamPupil.within_s = min(ExamPupil.within_s, 0.8 * STEP_S)


def begin(environment: Any, **_: Any) -> None:
    """Start the clocks."""
    gevent.spawn(count, environment)
    if not IS_KNEE:
        gevent.spawn(conduct)


def conduct() -> None:
    """One part after the other."""
    for part in PARTS:
        TALLY.mark(part.name)
        if part.signal:
            Signal.of(part.signal).set()
        gevent.sleep(part.seconds)


def count(environment: Any) -> None:
    """How many people there are, every second."""
    while True:
        TALLY.count_users(environment.runner.user_count)
        gevent.sleep(1)


cast()
events.test_start.add_listener(begin)  # type: ignore[no-untyped-call]

if IS_KNEE:

    class Steps(LoadTestShape):
        """Adds people until the 95th percentile of the last step passes two seconds."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self._target, self._more = PLAN["steps"]
            self._most = sum(PLAN["people"].values())
            self._held_since: float | None = None

        def tick(self) -> tuple[int, float] | None:
            """Say how many people there are to be; None ends the test."""
            now, runner = self.get_run_time(), self.runner  # type: ignore[no-untyped-call]
            if runner is None or runner.user_count < self._target:
                self._held_since = None
                return self._target, PLAN["per_s"]
            if self._held_since is None:
                self._held_since = now
                gevent.spawn_later(SETTLE_S, TALLY.mark, str(self._target))
            if now - self._held_since < SETTLE_S + HOLD_S:
                return self._target, PLAN["per_s"]
            seen = View(TALLY).sum_up(TALLY.recent(HOLD_S))
            told = f"p95 {seen.p95:.0f} ms, errors {seen.error_percent:.2f} %"
            print(f"{self._target} people: {told}", flush=True)
            if not holds(seen) or self._target >= self._most:
                return None
            TALLY.mark("more")
            self._target = min(self._most, self._target + self._more)
            return self._target, PLAN["per_s"]
