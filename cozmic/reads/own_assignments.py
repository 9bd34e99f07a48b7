"""The assignments of one class for one of its pupils, with the pupil's own state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, select

from cozmic.extensions import db
from cozmic.models import Assignment, Enrolment, Grade, Submission
from cozmic.reads.assignments import by_moment, count_items, window_of_row
from cozmic.rules.enums import WorkState
from cozmic.rules.work import Standing, Window, work_state

CAN_BE_DONE = {WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.MISSING}


@dataclass(frozen=True, slots=True)
class OwnAssignment:
    """One published assignment as a pupil stands with it."""

    id: int
    title: str
    window: Window
    state: WorkState
    items: int
    max_points: Decimal
    points: Decimal | None
    """None until there is a grade and it is released."""


@dataclass(frozen=True, slots=True)
class OwnAssignments:
    """A pupil's assignments in a class: what can be done, what is still to open, what is behind."""

    to_do: tuple[OwnAssignment, ...]
    """Missing work that can still be handed in stands here too. The next due first."""
    coming: tuple[OwnAssignment, ...]
    done: tuple[OwnAssignment, ...]
    """Handed in, graded, or closed. The latest first."""

    @property
    def is_empty(self) -> bool:
        """Whether there are none at all."""
        return not (self.to_do or self.coming or self.done)


def list_own_assignments(classroom_id: int, student_id: int, *, now: datetime) -> OwnAssignments:
    """Return what a pupil of the class sees. One query."""
    found = [
        _own_assignment(row, now) for row in db.session.execute(_own(classroom_id, student_id))
    ]
    to_do = [one for one in found if one.state in CAN_BE_DONE and one.window.is_open(now)]
    coming = [one for one in found if one.state is WorkState.NOT_OPEN]
    elsewhere = {one.id for one in [*to_do, *coming]}
    return OwnAssignments(
        to_do=tuple(sorted(to_do, key=lambda one: by_moment(one.window.due_at))),
        coming=tuple(sorted(coming, key=lambda one: by_moment(one.window.opens_at))),
        done=tuple(one for one in found if one.id not in elsewhere),
    )


def _own(classroom_id: int, student_id: int) -> Any:
    attempts = (
        select(
            Submission.assignment_id,
            func.count(Submission.handed_in_at).label("handed_in"),
            func.sum(case((Submission.handed_in_at.is_(None), 1), else_=0)).label("open"),
        )
        .where(Submission.student_id == student_id)
        .group_by(Submission.assignment_id)
        .subquery()
    )
    items = count_items(classroom_id)
    return (
        select(
            Assignment.id, Assignment.title, Assignment.opens_at, Assignment.due_at, Assignment.closes_at,
            Assignment.late_rule, Assignment.max_points, func.coalesce(items.c.number, 0).label("items"),
            func.coalesce(attempts.c.handed_in, 0).label("handed_in"),
            func.coalesce(attempts.c.open, 0).label("open"), Grade.points, Grade.released_at,
            Enrolment.joined_at,
        )
        .select_from(Assignment)
        .join(Enrolment, Enrolment.classroom_id == Assignment.classroom_id)
        .outerjoin(items, items.c.assignment_id == Assignment.id)
        .outerjoin(attempts, attempts.c.assignment_id == Assignment.id)
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))
        .where(
            Assignment.classroom_id == classroom_id, Assignment.published_at.is_not(None),
            Enrolment.student_id == student_id,
        )
        .order_by(func.coalesce(Assignment.due_at, Assignment.created_at).desc(), Assignment.id.desc())
    )  # fmt: skip


def _own_assignment(row: Row[Any], now: datetime) -> OwnAssignment:
    window = window_of_row(row)
    standing = Standing(
        attempts_handed_in=row.handed_in, has_open_attempt=row.open > 0,
        is_graded=row.points is not None, is_released=row.released_at is not None, joined_at=row.joined_at,
    )  # fmt: skip
    state = work_state(window, standing, now)
    return OwnAssignment(
        id=row.id, title=row.title, window=window, state=state, items=row.items, max_points=row.max_points,
        points=row.points if state is WorkState.GRADED else None,
    )  # fmt: skip
