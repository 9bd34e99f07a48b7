"""The cells of a gradebook. A class has thousands of them of few sorts: each sort is made once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, case, func, select, type_coerce

from cozmic.extensions import db
from cozmic.models import Assignment, Grade, Submission
from cozmic.models.types import CENTS
from cozmic.rules.enums import WorkState
from cozmic.rules.points import show_points
from cozmic.rules.work import Standing, Window, work_state

Key = tuple[int, int]
"""Assignment id and pupil's id."""
Windows = Mapping[int, Window]
"""By assignment id."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one pupil's work on one assignment came to."""

    state: WorkState
    points: Decimal | None
    """None: not graded."""
    is_late: bool
    """The attempt that counts; before there is a grade, any that was handed in."""
    text: str
    """The points as people read them."""
    look: str
    """The state and, for late work, "-late" behind it: what a page draws."""


def get_cells(
    classroom_id: int, windows: Windows, joined: Mapping[int, datetime], *, now: datetime
) -> dict[Key, Cell]:
    """Return the cells of all work that is begun or graded in a class. Two queries.

    `joined` says when each pupil joined, by id.
    """
    return _get_ungraded(classroom_id, windows, joined, now) | _get_graded(classroom_id)


def get_untouched_cells(
    windows: Windows, moments: Iterable[datetime], *, now: datetime
) -> dict[datetime, Mapping[int, Cell]]:
    """Return the cells of pupils who have begun nothing, by assignment, by the moment when they joined.

    Pupils who joined between the same two deadlines stand alike, so one line is made for all of them.
    """
    deadlines = sorted(window.deadline for window in windows.values() if window.deadline)
    lines: dict[int, Mapping[int, Cell]] = {}
    found: dict[datetime, Mapping[int, Cell]] = {}
    for joined_at in moments:
        passed = bisect_right(deadlines, joined_at)
        if passed not in lines:
            standing = Standing(joined_at=joined_at)
            lines[passed] = {
                assignment_id: _cell(work_state(window, standing, now))
                for assignment_id, window in windows.items()
            }
        found[joined_at] = lines[passed]
    return found


def _cell(state: WorkState, points: Decimal | None = None, *, is_late: bool = False) -> Cell:
    text = "" if points is None else show_points(points)
    return Cell(state, points, is_late, text, f"{state}-late" if is_late else f"{state}")


def _get_ungraded(
    classroom_id: int, windows: Windows, joined: Mapping[int, datetime], now: datetime
) -> dict[Key, Cell]:
    @cache
    def cell(
        assignment_id: int, joined_at: datetime | None, handed_in: int, attempts: int, late: int
    ) -> Cell:
        standing = Standing(
            attempts_handed_in=handed_in,
            has_open_attempt=attempts > handed_in,
            joined_at=joined_at,
        )
        return _cell(work_state(windows[assignment_id], standing, now), is_late=late > 0)

    return {
        (assignment_id, student_id): cell(assignment_id, joined.get(student_id), *counts)
        for assignment_id, student_id, *counts in db.session.execute(_ungraded(classroom_id))
    }


def _ungraded(classroom_id: int) -> Select[*tuple[Any, ...]]:
    """Attempts that came in, attempts in all, and whether one was late, where there is no grade yet."""
    return (
        select(
            Submission.assignment_id,
            Submission.student_id,
            func.count(Submission.handed_in_at),
            func.count(),
            func.max(case((Submission.is_late, 1), else_=0)),
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(
            Grade,
            (Grade.assignment_id == Submission.assignment_id)
            & (Grade.student_id == Submission.student_id),
        )
        .where(
            Assignment.classroom_id == classroom_id,
            Assignment.published_at.is_not(None),
            Grade.points.is_(None),
        )
        .group_by(Submission.assignment_id, Submission.student_id)
    )


def _get_graded(classroom_id: int) -> dict[Key, Cell]:
    # Plain numbers: making a Decimal and two booleans of each of thousands of rows costs as much as all the rest.
    statement = (
        select(
            Grade.assignment_id,
            Grade.student_id,
            type_coerce(Grade.points, Integer),
            case((Grade.released_at.is_(None), 0), else_=1),
            case((Submission.is_late, 1), else_=0),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .outerjoin(Submission, Submission.id == Grade.submission_id)
        .where(
            Assignment.classroom_id == classroom_id,
            Assignment.published_at.is_not(None),
            Grade.points.is_not(None),
        )
    )

    @cache
    def cell(hundredths: int, released: int, late: int) -> Cell:
        state = WorkState.GRADED if released else WorkState.HELD
        return _cell(state, Decimal(hundredths) / CENTS, is_late=late > 0)

    return {
        (assignment_id, student_id): cell(hundredths, released, late)
        for assignment_id, student_id, hundredths, released, late in db.session.execute(statement)
    }
