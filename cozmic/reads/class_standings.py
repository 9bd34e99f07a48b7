"""How a teacher's classes stand: pupils, answers to grade, averages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Subquery, exists, func, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment, Grade, Submission
from cozmic.rules.scoring import percent


@dataclass(frozen=True, slots=True)
class ClassStanding:
    """A class at a glance."""

    id: int
    name: str
    pupils: int
    average_percent: int | None
    """Points won of points possible over all graded work; None: nothing graded yet."""
    has_assignments: bool
    """Published or not."""
    waiting: int
    """Answers to grade."""


def list_class_standings(teacher_id: int) -> tuple[ClassStanding, ...]:
    """List a teacher's current classes by name. One query, whatever their number and size."""
    sizes, waiting, marks = _sizes(teacher_id), _waiting(teacher_id), _marks(teacher_id)
    statement = (
        select(
            Classroom.id,
            Classroom.name,
            func.coalesce(sizes.c.pupils, 0).label("pupils"),
            func.coalesce(waiting.c.answers, 0).label("waiting"),
            marks.c.points,
            marks.c.possible,
            exists().where(Assignment.classroom_id == Classroom.id).label("has_assignments"),
        )
        .outerjoin(sizes, sizes.c.classroom_id == Classroom.id)
        .outerjoin(waiting, waiting.c.classroom_id == Classroom.id)
        .outerjoin(marks, marks.c.classroom_id == Classroom.id)
        .where(Classroom.teacher_id == teacher_id, Classroom.archived_at.is_(None))
        .order_by(Classroom.name, Classroom.id)
    )
    return tuple(_standing(row) for row in db.session.execute(statement))


def _standing(row: Row[Any]) -> ClassStanding:
    points: Decimal | None = row.points
    return ClassStanding(
        id=row.id,
        name=row.name,
        pupils=row.pupils,
        waiting=row.waiting,
        has_assignments=row.has_assignments,
        average_percent=None if points is None else percent(points, row.possible),
    )


def _sizes(teacher_id: int) -> Subquery:
    return (
        select(Enrolment.classroom_id, func.count().label("pupils"))
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .where(Classroom.teacher_id == teacher_id, Enrolment.removed_at.is_(None))
        .group_by(Enrolment.classroom_id)
        .subquery()
    )


def _waiting(teacher_id: int) -> Subquery:
    return (
        select(Assignment.classroom_id, func.sum(Submission.waiting).label("answers"))
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(Classroom.teacher_id == teacher_id, Submission.waiting > 0)
        .group_by(Assignment.classroom_id)
        .subquery()
    )


def _marks(teacher_id: int) -> Subquery:
    return (
        select(
            Assignment.classroom_id,
            func.sum(Grade.points).label("points"),
            func.sum(Assignment.max_points).label("possible"),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(
            Enrolment,
            (Enrolment.classroom_id == Assignment.classroom_id)
            & (Enrolment.student_id == Grade.student_id),
        )
        .where(
            Classroom.teacher_id == teacher_id,
            Enrolment.removed_at.is_(None),
            Grade.points.is_not(None),
        )
        .group_by(Assignment.classroom_id)
        .subquery()
    )
