"""The assignments of one class for its teacher, with counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Subquery, func, select

from cozmic.access.work import WINDOW, window_of
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Enrolment, Grade, Submission
from cozmic.rules.next_change import moments_of, next_change
from cozmic.rules.schedule import Phase, by_moment, phase
from cozmic.rules.scoring import percent
from cozmic.rules.work import Window


@dataclass(frozen=True, slots=True)
class TaughtAssignment:
    """One assignment with counts over the pupils on the roster."""

    id: int
    title: str
    phase: Phase
    window: Window
    max_points: Decimal
    items: int
    handed_in: int
    pupils: int
    to_grade: int
    """Answers that wait for the teacher."""
    average_percent: int | None
    """None: nobody has a grade."""

    @property
    def not_handed_in(self) -> int:
        """Pupils who have not handed in."""
        return self.pupils - self.handed_in


@dataclass(frozen=True, slots=True)
class TaughtAssignments:
    """All of a class: open ones by due time, scheduled ones by opening time, drafts and closed ones latest first."""

    drafts: tuple[TaughtAssignment, ...]
    scheduled: tuple[TaughtAssignment, ...]
    open: tuple[TaughtAssignment, ...]
    closed: tuple[TaughtAssignment, ...]
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""

    @property
    def is_empty(self) -> bool:
        """Whether there are none at all."""
        return not (self.drafts or self.scheduled or self.open or self.closed)


def list_taught_assignments(classroom_id: int, *, now: datetime) -> TaughtAssignments:
    """Return a class's assignments for its teacher. One query, whatever their number and the class's size."""
    rows = db.session.execute(_taught(classroom_id))
    found = [_taught_assignment(row, now) for row in rows]
    by_phase = {
        each: tuple(one for one in found if one.phase is each) for each in Phase
    }  # newest first
    return TaughtAssignments(
        drafts=by_phase[Phase.DRAFT],
        scheduled=tuple(
            sorted(by_phase[Phase.SCHEDULED], key=lambda one: by_moment(one.window.opens_at))
        ),
        open=tuple(sorted(by_phase[Phase.OPEN], key=lambda one: by_moment(one.window.due_at))),
        closed=tuple(
            sorted(
                by_phase[Phase.CLOSED],
                key=lambda one: by_moment(one.window.last_moment),
                reverse=True,
            )
        ),
        changes_at=next_change(now, moments_of(one.window for one in found)),
    )


def _taught(classroom_id: int) -> Any:
    items, work, grades = _items(classroom_id), _work(classroom_id), _grades(classroom_id)
    pupils = select(func.count()).where(
        Enrolment.classroom_id == classroom_id, Enrolment.removed_at.is_(None)
    )
    return (
        select(
            Assignment.id, Assignment.title, *WINDOW, Assignment.max_points, Assignment.published_at,
            func.coalesce(items.c.number, 0).label("items"),
            func.coalesce(work.c.handed_in, 0).label("handed_in"),
            func.coalesce(work.c.to_grade, 0).label("to_grade"),
            pupils.scalar_subquery().label("pupils"),
            func.coalesce(grades.c.graded, 0).label("graded"), grades.c.points,
        )
        .outerjoin(items, items.c.assignment_id == Assignment.id)
        .outerjoin(work, work.c.assignment_id == Assignment.id)
        .outerjoin(grades, grades.c.assignment_id == Assignment.id)
        .where(Assignment.classroom_id == classroom_id)
        .order_by(Assignment.created_at.desc(), Assignment.id.desc())
    )  # fmt: skip


def _items(classroom_id: int) -> Subquery:
    """Per assignment: how many questions are on it."""
    return (
        select(AssignmentItem.assignment_id, func.count().label("number"))
        .join(Assignment, Assignment.id == AssignmentItem.assignment_id)
        .where(Assignment.classroom_id == classroom_id)
        .group_by(AssignmentItem.assignment_id)
        .subquery()
    )


def _work(classroom_id: int) -> Subquery:
    """Per assignment: how many pupils on the roster have handed in, and how many of their answers wait."""
    return (
        select(
            Submission.assignment_id,
            func.count(Submission.student_id.distinct()).label("handed_in"),
            func.sum(Submission.waiting).label("to_grade"),
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Enrolment, _is_on_roster(Submission))
        .where(Assignment.classroom_id == classroom_id, Submission.handed_in_at.is_not(None))
        .group_by(Submission.assignment_id)
        .subquery()
    )


def _grades(classroom_id: int) -> Subquery:
    """Per assignment: how many pupils on the roster have a grade, and their points together."""
    return (
        select(
            Grade.assignment_id,
            func.count().label("graded"),
            func.sum(Grade.points).label("points"),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .join(Enrolment, _is_on_roster(Grade))
        .where(Assignment.classroom_id == classroom_id, Grade.points.is_not(None))
        .group_by(Grade.assignment_id)
        .subquery()
    )


def _is_on_roster(owned: type[Submission | Grade]) -> Any:
    return (
        (Enrolment.classroom_id == Assignment.classroom_id)
        & (Enrolment.student_id == owned.student_id)
        & Enrolment.removed_at.is_(None)
    )


def _taught_assignment(row: Row[Any], now: datetime) -> TaughtAssignment:
    window = window_of(row)
    return TaughtAssignment(
        id=row.id, title=row.title, window=window, max_points=row.max_points, items=row.items,
        phase=phase(window, published_at=row.published_at, now=now),
        handed_in=row.handed_in, pupils=row.pupils, to_grade=row.to_grade,
        average_percent=percent(row.points, row.max_points * row.graded) if row.graded else None,
    )  # fmt: skip
