"""The grades of a load, settled as writes/grades.py settles real ones, with every change kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from cozmic.models import Grade, GradeChange
from cozmic.rules.enums import Release
from cozmic.seed.load_term import CENTS, DAY, LoadClass, Maker, Task
from cozmic.writes.grades import RELEASED

BY_HAND, SAYS_SOMETHING = 0.015, 0.05
OVERRULED_AFTER, RELEASED_AFTER = timedelta(days=5, hours=4), 6 * DAY
"""After the due time: when all marks have been given, and late work has come in."""
NOTHING_CAME, SPOKEN = "Nothing was handed in", "Explained it in class"
NOTES = ("Well done.", "Better than last time.", "Come and see me about question 2.")


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt, as a grade's history tells it."""

    submission_id: int
    attempt: int
    points: Decimal
    at: datetime
    by_id: int | None
    """None: by rule."""
    reason: str


@dataclass(slots=True)
class Settled:
    """A grade in the making."""

    best: Result | None = None
    points: Decimal | None = None
    graded_at: datetime | None = None
    released_at: datetime | None = None
    is_by_hand: bool = False
    changes: list[tuple[object, ...]] = field(default_factory=list)

    def change(self, at: datetime, by_id: int | None, points: Decimal, reason: str) -> None:
        """Take new points, or note the same ones again, and keep the change."""
        self.changes.append((at, by_id, cents(self.points), cents(points), reason))
        self.points = points


def cents(points: Decimal | None) -> int | None:
    """Return points as they are stored."""
    return None if points is None else int(points * CENTS)


def settle(
    maker: Maker, one: LoadClass, task: Task, student_id: int, results: Sequence[Result]
) -> None:
    """Write the grade that a pupil's graded attempts give, or 0 for none; some are overruled, some are held."""
    grade = Settled()
    for result in sorted(results, key=lambda one: (one.at, one.attempt)):
        _count(grade, result, task)
    if task.due_at + OVERRULED_AFTER < maker.now:
        _overrule(grade, maker, one, task)
    released_at = task.due_at + RELEASED_AFTER
    if grade.points is not None and grade.released_at is None and released_at < maker.now:
        grade.change(released_at, one.teacher_id, grade.points, RELEASED)
        grade.released_at = released_at
    says = grade.points is not None and maker.dice.random() < SAYS_SOMETHING
    _write(maker, task, student_id, grade, maker.dice.choice(NOTES) if says else "")


def _count(grade: Settled, result: Result, task: Task) -> None:
    """Take a result where it is better; of two that are equal the earlier attempt counts."""
    if grade.best is None or result.points > grade.best.points:
        grade.change(result.at, result.by_id, result.points, result.reason)
        if grade.graded_at is None and task.release is Release.AUTOMATIC:
            grade.released_at = result.at
        grade.best, grade.graded_at = result, result.at
    elif result.points == grade.best.points and result.attempt < grade.best.attempt:
        grade.best = result


def _overrule(grade: Settled, maker: Maker, one: LoadClass, task: Task) -> None:
    """Let the teacher set a few grades by hand."""
    if maker.dice.random() >= BY_HAND or grade.points == task.max_points:
        return
    at = task.due_at + OVERRULED_AFTER
    if grade.points is None and grade.best is None:
        grade.change(at, one.teacher_id, Decimal(0), NOTHING_CAME)
    else:
        grade.change(at, one.teacher_id, task.max_points, SPOKEN)
    if grade.graded_at is None and task.release is Release.AUTOMATIC:
        grade.released_at = at
    grade.graded_at, grade.is_by_hand = at, True


def _write(maker: Maker, task: Task, student_id: int, grade: Settled, comment: str) -> None:
    grade_id = maker.sink.next_id(Grade)
    maker.sink.rows(Grade).append(
        (
            grade_id, task.id, student_id, grade.best.submission_id if grade.best else None,
            cents(grade.points), grade.is_by_hand, comment, grade.graded_at, grade.released_at,
        )
    )  # fmt: skip
    maker.sink.rows(GradeChange).extend((grade_id, *change) for change in grade.changes)
