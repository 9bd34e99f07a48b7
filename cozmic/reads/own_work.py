"""A pupil's assignments and where the pupil stands with each: what every list of a pupil's own work is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, case, func, or_, select

from cozmic.access.ready import ready
from cozmic.access.work import WINDOW, window_of
from cozmic.models import Assignment, AssignmentItem, Classroom, Enrolment, Grade, Submission
from cozmic.rules.enums import WorkState
from cozmic.rules.work import Standing, Window, work_state

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OwnWork:
    """One published assignment as its pupil stands with it."""

    id: int
    title: str
    classroom_name: str
    is_archived: bool
    questions: int
    state: WorkState
    """IN_PROGRESS also where a further attempt is under way."""
    window: Window
    takes_work: bool
    """An attempt can be started or handed in just now."""
    open_attempt_id: int | None
    handed_in_at: datetime | None
    """When the latest attempt came in; None: none yet."""
    is_late: bool
    """The latest attempt came in late."""
    released_at: datetime | None
    points: Decimal | None
    """None until there is a grade and it is released."""
    max_points: Decimal

    @property
    def moment(self) -> datetime | None:
        """The time that matters: when it opens, was handed in, was returned, else when it is due; None: no due time."""
        of_state = {
            WorkState.NOT_OPEN: self.window.opens_at,
            WorkState.HANDED_IN: self.handed_in_at,
            WorkState.HELD: self.handed_in_at,
            WorkState.GRADED: self.released_at,
        }
        return of_state.get(self.state, self.window.due_at)


def list_own_work(
    student_id: int, *, now: datetime, classroom_id: int | None = None
) -> list[OwnWork]:
    """List all that a pupil's classes, or one of them, were given, the latest due first. One query."""
    if classroom_id is None:
        rows = _all_work.list_rows(student_id=student_id)
    else:
        rows = _work_in_class.list_rows(student_id=student_id, classroom_id=classroom_id)
    return [_own_work(row, now) for row in rows]


def list_unfinished_work(student_id: int, *, now: datetime, limit: int) -> list[OwnWork]:
    """List what a pupil has not handed in and what is under way, in current classes, the latest due first. One query.

    The limit leaves out what was due longest ago.
    """
    rows = _unfinished_work.list_rows(student_id=student_id, most=limit)
    return [_own_work(row, now) for row in rows]


@ready
def _all_work(student_id: Any) -> Statement:
    return _assigned(student_id, select_attempts(student_id))


@ready
def _work_in_class(student_id: Any, classroom_id: Any) -> Statement:
    return _assigned(student_id, select_attempts(student_id)).where(Classroom.id == classroom_id)


@ready
def _unfinished_work(student_id: Any, most: Any) -> Statement:
    attempts = select_attempts(student_id)
    is_unfinished = or_(
        attempts.c.open_id.is_not(None),
        and_(attempts.c.handed_in.is_(None), Grade.points.is_(None)),
    )
    statement = _assigned(student_id, attempts)
    return statement.where(Classroom.archived_at.is_(None), is_unfinished).limit(most)


def select_attempts(student_id: Any) -> Subquery:
    """Return a pupil's attempts by assignment: how many came in, which of them last, and which is open."""
    is_handed_in = Submission.handed_in_at.is_not(None)
    return (
        select(
            Submission.assignment_id,
            func.count(Submission.handed_in_at).label("handed_in"),
            func.max(case((is_handed_in, Submission.id))).label("latest_id"),
            func.max(case((~is_handed_in, Submission.id))).label("open_id"),
        )
        .where(Submission.student_id == student_id)
        .group_by(Submission.assignment_id)
        .subquery()
    )


def _assigned(student_id: Any, attempts: Subquery) -> Statement:
    questions = select(func.count()).where(AssignmentItem.assignment_id == Assignment.id)
    return (
        select(
            Assignment.id, Assignment.title, *WINDOW, Assignment.attempts_allowed, Assignment.max_points,
            Classroom.name.label("classroom_name"), Classroom.archived_at, Enrolment.joined_at,
            questions.scalar_subquery().label("questions"),
            attempts.c.handed_in, attempts.c.open_id,
            Submission.handed_in_at, Submission.is_late, Grade.points, Grade.released_at,
        )
        .select_from(Enrolment)
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .join(Assignment, Assignment.classroom_id == Classroom.id)
        .outerjoin(attempts, attempts.c.assignment_id == Assignment.id)
        .outerjoin(Submission, Submission.id == attempts.c.latest_id)
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))
        .where(
            Enrolment.student_id == student_id, Enrolment.removed_at.is_(None),
            Assignment.published_at.is_not(None),
        )
        .order_by(func.coalesce(Assignment.due_at, Assignment.created_at).desc(), Assignment.id.desc())
    )  # fmt: skip


def get_standing(row: Row[*tuple[Any, ...]]) -> Standing:
    """Return where the pupil stands, from the columns of select_attempts, their place and their grade."""
    return Standing(
        attempts_handed_in=row.handed_in or 0,
        has_open_attempt=row.open_id is not None,
        is_graded=row.points is not None,
        is_released=row.released_at is not None,
        joined_at=row.joined_at,
    )


def _own_work(row: Row[*tuple[Any, ...]], now: datetime) -> OwnWork:
    window, is_archived = window_of(row), row.archived_at is not None
    standing = get_standing(row)
    state = work_state(window, standing, now)
    is_open = window.is_open(now) and not is_archived
    is_under_way = is_open and standing.has_open_attempt
    return OwnWork(
        id=row.id, title=row.title, classroom_name=row.classroom_name, is_archived=is_archived,
        questions=row.questions, state=WorkState.IN_PROGRESS if is_under_way else state, window=window,
        takes_work=is_under_way or (is_open and standing.attempts_handed_in < row.attempts_allowed),
        open_attempt_id=row.open_id, handed_in_at=row.handed_in_at, is_late=bool(row.is_late),
        released_at=row.released_at, points=row.points if state is WorkState.GRADED else None,
        max_points=row.max_points,
    )  # fmt: skip
