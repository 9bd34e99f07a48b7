"""Every class of the school, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from cozmic.reads.paging import START, Cursor, Page, list_page
from cozmic.reads.searching import list_word_conditions
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name

MOST_TEACHERS = 200
KEYS = (Classroom.name, Classroom.id)


@dataclass(frozen=True, slots=True)
class ClassroomFilter:
    """Which classes to show."""

    text: str = ""
    """Words that stand in the class's or its teacher's name."""
    is_archived: bool | None = False
    """None: both kinds."""


@dataclass(frozen=True, slots=True)
class OpsClassroomRow:
    """One class in the list."""

    id: int
    name: str
    grade: int | None
    teacher_id: int
    teacher: str
    is_teacher_suspended: bool
    pupils: int
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil on the roster."""

    id: int
    name: str
    username: str
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class TeacherChoice:
    """A teacher who may take a class over."""

    id: int
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class OpsClassroom:
    """One class, its roster, and who could take it over."""

    classroom: OpsClassroomRow
    pupils: tuple[PupilRow, ...]
    teachers: tuple[TeacherChoice, ...]
    """Those who may sign in and do not teach it yet; no more than MOST_TEACHERS."""

    @property
    def has_too_many_teachers(self) -> bool:
        """Whether there are too many to choose from a list."""
        return len(self.teachers) >= MOST_TEACHERS


def list_all_classrooms(wanted: ClassroomFilter, cursor: Cursor = START) -> Page[OpsClassroomRow]:
    """Return a page of classes by name. One query, two from the second page on."""
    names = (Classroom.name, User.given_name, User.family_name)
    conditions = list_word_conditions(names, wanted.text)
    if wanted.is_archived is not None:
        is_in_use = Classroom.archived_at.is_(None)
        conditions.append(~is_in_use if wanted.is_archived else is_in_use)
    return list_page(_select(*conditions), KEYS, _row, cursor)


def get_any_classroom(classroom_id: int) -> OpsClassroom:
    """Read one class; raise NotFound. Three queries."""
    found = db.session.execute(_select(Classroom.id == classroom_id)).one_or_none()
    if found is None:
        raise NotFound("class")
    row = _row(found)
    return OpsClassroom(row, _list_pupils(classroom_id), _list_teachers(but=row.teacher_id))


def _select(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    pupils = (
        select(func.count(Enrolment.id))
        .where(Enrolment.classroom_id == Classroom.id, Enrolment.removed_at.is_(None))
        .correlate(Classroom)
        .scalar_subquery()
    )
    return (
        select(
            Classroom.id, Classroom.name, Classroom.grade, Classroom.teacher_id, Classroom.created_at,
            Classroom.archived_at, User.given_name, User.family_name, User.suspended_at, pupils.label("pupils"),
        )
        .join(User, User.id == Classroom.teacher_id)
        .where(*conditions)
    )  # fmt: skip


def _list_pupils(classroom_id: int) -> tuple[PupilRow, ...]:
    rows = db.session.execute(
        select(User.id, User.given_name, User.family_name, User.username, User.suspended_at)
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(Enrolment.classroom_id == classroom_id, Enrolment.removed_at.is_(None))
        .order_by(User.family_name, User.given_name, User.id)
    )
    return tuple(
        PupilRow(
            row.id,
            full_name(row.given_name, row.family_name),
            row.username,
            row.suspended_at is not None,
        )
        for row in rows
    )


def _list_teachers(*, but: int) -> tuple[TeacherChoice, ...]:
    rows = db.session.execute(
        select(User.id, User.given_name, User.family_name, User.username)
        .where(User.role == Role.TEACHER, User.suspended_at.is_(None), User.id != but)
        .order_by(User.family_name, User.given_name, User.id)
        .limit(MOST_TEACHERS)
    )
    return tuple(
        TeacherChoice(row.id, full_name(row.given_name, row.family_name), row.username)
        for row in rows
    )


def _row(row: Any) -> OpsClassroomRow:
    return OpsClassroomRow(
        id=row.id, name=row.name, grade=row.grade, teacher_id=row.teacher_id,
        teacher=full_name(row.given_name, row.family_name), is_teacher_suspended=row.suspended_at is not None,
        pupils=row.pupils, created_at=row.created_at, archived_at=row.archived_at,
    )  # fmt: skip
