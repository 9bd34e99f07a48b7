"""A teacher's classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment


@dataclass(frozen=True, slots=True)
class ClassroomRow:
    """One class in the list."""

    id: int
    name: str
    grade: int | None
    join_code: str
    archived_at: datetime | None
    pupils: int
    """On the roster, without those removed."""


@dataclass(frozen=True, slots=True)
class Classrooms:
    """Those in use and those put away, each by name."""

    in_use: tuple[ClassroomRow, ...]
    archived: tuple[ClassroomRow, ...]


def list_classrooms(teacher_id: int) -> Classrooms:
    """Return all classes of a teacher. One query, whatever their number and size."""
    statement = (
        select(
            Classroom.id, Classroom.name, Classroom.grade, Classroom.join_code, Classroom.archived_at,
            func.count(Enrolment.id).label("pupils"),
        )
        .outerjoin(
            Enrolment, (Enrolment.classroom_id == Classroom.id) & Enrolment.removed_at.is_(None)
        )
        .where(Classroom.teacher_id == teacher_id)
        .group_by(Classroom.id)
        .order_by(func.lower(Classroom.name), Classroom.id)
    )  # fmt: skip
    rows = [_row(row) for row in db.session.execute(statement)]
    return Classrooms(
        in_use=tuple(row for row in rows if row.archived_at is None),
        archived=tuple(row for row in rows if row.archived_at is not None),
    )


def _row(row: Any) -> ClassroomRow:
    return ClassroomRow(
        id=row.id, name=row.name, grade=row.grade, join_code=row.join_code,
        archived_at=row.archived_at, pupils=row.pupils,
    )  # fmt: skip
