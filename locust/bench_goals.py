"""What `make bench` asks for, and the verdict on what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """On which side of its bar a figure has to be."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure that is asked for."""

    key: str
    what: str
    sense: Sense
    bar: float
    unit: str = ""
    digits: int = 2

    def admits(self, value: float | None) -> bool:
        """Whether a value, which need not be there, is on the right side."""
        if value is None:
            return False
        return value >= self.bar if self.sense is Sense.AT_LEAST else value <= self.bar

    def shown(self, value: float | None) -> str:
        """A value as the tables show it; nothing for none."""
        return "" if value is None else f"{value:,.{self.digits}f}{self.unit}"

    @property
    def asked(self) -> str:
        """The bar as the tables show it."""
        return f"{self.sense} {self.bar:g}{self.unit}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was measured for a goal."""

    goal: Goal
    value: float
    by_cpu: float | None = None
    """The same ratio by processor time a request; None where it is no ratio of loads."""
    note: str = ""
    faults: tuple[str, ...] = ()
    """Wrong replies: with one of them no figure holds."""

    @property
    def holds(self) -> bool:
        """Whether either ratio reaches the bar, and every reply was right."""
        return not self.faults and (self.goal.admits(self.value) or self.goal.admits(self.by_cpu))

    @property
    def verdict(self) -> str:
        """The same in words."""
        if self.faults:
            return "WRONG REPLIES"
        if self.goal.admits(self.value):
            return "holds"
        return "holds by CPU" if self.goal.admits(self.by_cpu) else "FALLS SHORT"


def _at_least(key: str, what: str, bar: float, unit: str = "") -> Goal:
    return Goal(key, what, Sense.AT_LEAST, bar, unit)


def _at_most(key: str, what: str, bar: float, unit: str = "", digits: int = 2) -> Goal:
    return Goal(key, what, Sense.AT_MOST, bar, unit, digits)


ALL = (
    _at_least("cached", "signed-in, limited, cached student dashboard ÷ hello", 0.36),
    _at_most("cached_sql", "cached student dashboard: PostgreSQL round trips", 1),
    _at_most("cached_redis", "cached student dashboard: Redis round trips", 2),
    _at_least("unchanged", "unchanged dashboard asked with its ETag (304) ÷ hello", 0.38),
    _at_most("unchanged_sql", "unchanged dashboard (304): PostgreSQL round trips", 1),
    _at_most("unchanged_redis", "unchanged dashboard (304): Redis round trips", 1),
    _at_least("student", "cached ÷ uncached: student dashboard", 3, " ×"),
    _at_least("teacher_30", "cached ÷ uncached: teacher dashboard, 30 pupils", 5, " ×"),
    _at_least("teacher_300", "cached ÷ uncached: teacher dashboard, 300 pupils", 8, " ×"),
    _at_least("size", "cached teacher dashboard, 300 pupils ÷ 30", 0.75),
    _at_most("queries", "any uncached dashboard: queries", 6, digits=0),
    _at_most(
        "queries_grow",
        "any uncached dashboard: queries more for 300 pupils than for 30",
        0,
        digits=0,
    ),
    _at_most("gradebook", "gradebook 300 × 60 ÷ 30 × 60, uncached: time", 9, " ×"),
    _at_most(
        "gradebook_grow", "gradebook 300 × 60, uncached: queries more than 30 × 60", 0, digits=0
    ),
    _at_most("screens", "slowest-growing screen, 1,000,000 responses ÷ 10,000", 1.5, " ×"),
    _at_least("pool_key", "pool ÷ no pool: key look-up", 4, " ×"),
    _at_least("pool_screen", "pool ÷ no pool: uncached screen", 2, " ×"),
    _at_most("rush", "teacher dashboard, p95 while 30 pupils hand in ÷ uncached and idle", 2, " ×"),
    _at_most("memory", "memory of a worker after 100,000 requests", 150, " MB", 0),
    _at_most(
        "memory_grow", "memory of a worker: growth over the second 50,000 requests", 5, " %", 1
    ),
)
GOALS = {goal.key: goal for goal in ALL}


def has_met_all(findings: Sequence[Finding], *, is_whole: bool) -> bool:
    """Whether every figure holds; in a whole run also whether none is lacking."""
    measured = {finding.goal.key for finding in findings}
    return all(finding.holds for finding in findings) and (not is_whole or measured == set(GOALS))
