"""What each shape of load has to meet. The guide's floor (errors < 1 %, p95 < 2 s) stands under every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench_goals import Goal, Sense

MOST, LEAST = Sense.AT_MOST, Sense.AT_LEAST

WRONG = Goal("wrong", "pages of somebody else", MOST, 0, digits=0)
LOST = Goal("lost", "acknowledged work that is not there", MOST, 0, digits=0)
DOUBLED = Goal("doubled", "work that is there twice", MOST, 0, digits=0)
LIMITED = Goal("limited", "people told to wait (429)", MOST, 0, digits=0)
WRITES = Goal("writes_percent", "writes among the requests", LEAST, 15, " %", 1)
WORKERS = Goal("workers", "worker processes at the end", LEAST, 4, digits=0)
HITS = Goal("hit_percent", "cached screens that came from the cache", LEAST, 30, " %", 1)
SCANNED = Goal(
    "scanned", "rows of large tables read without an index, a request", MOST, 2000, digits=0
)
"""Some pages need much of a table, about 500 rows a request in all; without indices it is ten times that."""


def errors(percent: float) -> Goal:
    """No more errors than that."""
    return Goal("errors_percent", "errors", MOST, percent, " %", 3)


def time_ms(key: str, what: str, bar: float) -> Goal:
    """No longer than that."""
    return Goal(key, what, MOST, bar, " ms", 0)


ALWAYS = (WRONG, LOST, DOUBLED, LIMITED)
GUIDE = (errors(1), time_ms("p95", "p95", 2000))
COUNTS = (WRITES, WORKERS, HITS, SCANNED)
STORED = Goal("stored_once_percent", "handed in and stored once", LEAST, 100, " %", 1)
ALL_IN = Goal("all_in_percent", "signed in at the bell", LEAST, 100, " %", 1)

GOALS: Mapping[str, tuple[Goal, ...]] = {
    "smoke": (*ALWAYS, *GUIDE, *COUNTS[1:]),
    "class": (*ALWAYS, errors(0.1), time_ms("p95", "p95", 500), *COUNTS),
    "bell": (
        *ALWAYS, errors(0.1), ALL_IN, time_ms("bell_p95", "signing in at the bell, p95, worst start", 1500),
        time_ms("others_p95", "the others' dashboards meanwhile, p95, worst start", 250),
    ),
    "exam": (
        *ALWAYS, errors(0.1), STORED, time_ms("hand_in_p95", "handing in, p95", 600),
        time_ms("teacher_p95", "teachers' dashboards meanwhile, p95", 400),
    ),
    "2000": (
        *ALWAYS, errors(0.1), time_ms("p50", "p50", 30), time_ms("p95", "p95", 200),
        time_ms("p99", "p99", 600), *COUNTS,
    ),
    "knee": (*ALWAYS, Goal("knee", "people at the knee", LEAST, 3000, digits=0)),
    "spike": (
        WRONG, LOST, DOUBLED,
        Goal("faults_in_spike", "replies that were neither right nor an honest 503", MOST, 0, digits=0),
        Goal("recovery_s", "seconds until all is well again", MOST, 10, " s", 0),
    ),
    "soak": (
        *ALWAYS, errors(0), time_ms("p95", "p95", 2000),
        Goal("growth_percent", "growth of the workers' memory", MOST, 5, " %", 1), *COUNTS,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A goal, and what was measured for it."""

    goal: Goal
    value: float | None

    @property
    def holds(self) -> bool:
        """Whether it is met; what was not measured is not."""
        return self.goal.admits(self.value)


def judge(shape: str, figures: Mapping[str, float], *, scale: float = 1) -> list[Found]:
    """Return every goal of a shape with what was found; with fewer people the knee is asked for in proportion."""
    found = [Found(goal, figures.get(goal.key)) for goal in GOALS[shape]]
    if scale != 1:
        found = [one for one in found if one.goal.key != "knee"]
    return found
