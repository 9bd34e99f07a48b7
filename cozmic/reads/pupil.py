"""One pupil's work in a class, for its teacher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select

from cozmic.access.work import WINDOW, window_of
from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, Enrolment, Grade, Submission
from cozmic.reads.own_work import get_standing, select_attempts
from cozmic.reads.roster import Pupil, find_pupil
from cozmic.rules.enums import WorkState
from cozmic.rules.scoring import NOTHING, percent
from cozmic.rules.work import work_state


@dataclass(frozen=True, slots=True)
class PupilWork:
    """One assignment, and where the pupil stands with it."""

    assignment_id: int
    title: str
    due_at: datetime | None
    state: WorkState
    is_late: bool
    """The attempt that counts, or the latest one before there is a grade."""
    points: Decimal | None
    """None: no grade yet. Held points are shown too, since this is the teacher's page."""
    max_points: Decimal
    submission_id: int | None
    """The attempt to read: the one that counts, else the latest; None: nothing begun."""


@dataclass(frozen=True, slots=True)
class PupilPage:
    """The pupil and their work."""

    pupil: Pupil
    work: tuple[PupilWork, ...]
    """The latest due first, those without a due date at the top."""

    @property
    def average(self) -> int | None:
        """Points won as a whole percentage of those possible, over graded work; None: nothing graded."""
        graded = [work for work in self.work if work.points is not None]
        if not graded:
            return None
        won = sum((work.points or NOTHING for work in graded), NOTHING)
        return percent(won, sum((work.max_points for work in graded), NOTHING))

    def count(self, *states: WorkState) -> int:
        """How many assignments are in one of these states."""
        return sum(work.state in states for work in self.work)


def get_pupil_page(classroom_id: int, student_id: int, *, now: datetime) -> PupilPage:
    """Return one pupil of a class with all assignments; raise NotFound for anybody without a place. Two queries."""
    pupil = find_pupil(classroom_id, student_id)
    if pupil is None:
        raise NotFound("pupil")
    rows = db.session.execute(_work(classroom_id, student_id)).all()
    work = sorted((_pupil_work(row, now) for row in rows), key=_latest_first, reverse=True)
    return PupilPage(pupil, tuple(work))


def _work(classroom_id: int, student_id: int) -> Any:
    attempts = select_attempts(student_id)
    return (
        select(
            Assignment.id, Assignment.title, *WINDOW, Assignment.max_points, Grade.points, Grade.released_at,
            Grade.submission_id, Enrolment.joined_at, attempts.c.handed_in, attempts.c.open_id,
            attempts.c.latest_id, Submission.is_late,
        )
        .select_from(Enrolment)
        .join(Assignment, Assignment.classroom_id == Enrolment.classroom_id)
        .outerjoin(attempts, attempts.c.assignment_id == Assignment.id)
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))
        .outerjoin(Submission, Submission.id == func.coalesce(Grade.submission_id, attempts.c.latest_id))
        .where(
            Enrolment.classroom_id == classroom_id, Enrolment.student_id == student_id,
            Assignment.published_at.is_not(None),
        )
    )  # fmt: skip


def _pupil_work(row: Row[Any], now: datetime) -> PupilWork:
    return PupilWork(
        assignment_id=row.id, title=row.title, due_at=row.due_at,
        state=work_state(window_of(row), get_standing(row), now), is_late=bool(row.is_late), points=row.points,
        max_points=row.max_points, submission_id=row.submission_id or row.open_id or row.latest_id,
    )  # fmt: skip


def _latest_first(work: PupilWork) -> tuple[bool, float, int]:
    return work.due_at is None, work.due_at.timestamp() if work.due_at else 0, work.assignment_id
