"""Classes, their rosters and their announcements, as their teacher or a code may reach them, ready to be changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, select

from cozmic.errors import Conflict, NotFound
from cozmic.extensions import Base, db
from cozmic.models import Announcement, AuditEvent, Classroom, Enrolment, User
from cozmic.rules.enums import Role

Columns = TypeVarTuple("Columns")
NEWCOMER = "join_as_new_pupil"
ARCHIVED = "This class is archived, so nothing in it changes. Restore it first, under Settings."


def get_taught_classroom(classroom_id: int, teacher_id: int) -> Classroom:
    """Return a class of this teacher, archived or not, locked; raise NotFound for any other."""
    statement = select(Classroom).where(
        Classroom.id == classroom_id, Classroom.teacher_id == teacher_id
    )
    classroom = db.session.execute(_locked(statement)).scalar_one_or_none()
    if classroom is None:
        raise NotFound("class")
    return classroom


def get_open_classroom(classroom_id: int, teacher_id: int) -> Classroom:
    """Return a class of this teacher, locked, for a change in it; raise NotFound, or Conflict where it is archived."""
    classroom = get_taught_classroom(classroom_id, teacher_id)
    _refuse_archived(classroom.archived_at)
    return classroom


def get_place(classroom_id: int, teacher_id: int, student_id: int) -> tuple[Enrolment, User]:
    """Return a pupil's place in this teacher's class, removed or not, and the pupil, both locked.

    Raise NotFound, also for staff on a roster, whose password is not the teacher's to give, or Conflict where the class
    is archived.
    """
    statement = (
        select(Enrolment, User, Classroom.archived_at)
        .join(User, User.id == Enrolment.student_id)
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .where(
            Enrolment.classroom_id == classroom_id, Enrolment.student_id == student_id,
            Classroom.teacher_id == teacher_id, User.role == Role.STUDENT,
        )
    )  # fmt: skip
    row = db.session.execute(_locked(statement, Enrolment, User)).one_or_none()
    if row is None:
        raise NotFound("pupil")
    _refuse_archived(row[2])
    return row[0], row[1]


def list_pupils(classroom: Classroom, student_ids: Collection[int]) -> list[User]:
    """Return those of these people who are pupils on the roster of a class that was reached before, locked."""
    statement = (
        select(User)
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(
            Enrolment.classroom_id == classroom.id, Enrolment.removed_at.is_(None),
            User.id.in_(sorted(student_ids)), User.role == Role.STUDENT,
        )
        .order_by(User.id)
    )  # fmt: skip
    return list(db.session.execute(_locked(statement, User)).scalars())


def find_place(classroom_id: int, student_id: int) -> Enrolment | None:
    """Return somebody's place in a class, removed or not; None where they never had one."""
    return db.session.execute(
        select(Enrolment).where(
            Enrolment.classroom_id == classroom_id, Enrolment.student_id == student_id
        )
    ).scalar_one_or_none()


def find_classroom_by_code(code: str, *, for_update: bool = False) -> Classroom | None:
    """Return the class that a tidied join code opens, archived or not; None for a wrong or old code.

    Knowing the code is the right: nobody has to be signed in.
    """
    statement = select(Classroom).where(Classroom.join_code == code)
    found = _locked(statement) if for_update else statement
    return db.session.execute(found).scalar_one_or_none()


def find_newcomer(once_key: str) -> User | None:
    """Return the pupil whose account was made by the form with this key; None where it was not sent before."""
    statement = (
        select(User)
        .join(AuditEvent, AuditEvent.subject_id == User.id)
        .where(AuditEvent.once_key == once_key, AuditEvent.verb == NEWCOMER)
    )
    return db.session.execute(statement).scalar_one_or_none()


def get_announcement(classroom_id: int, teacher_id: int, announcement_id: int) -> Announcement:
    """Return an announcement in this teacher's class, locked; raise NotFound, or Conflict where it is archived."""
    statement = (
        select(Announcement, Classroom.archived_at)
        .join(Classroom, Classroom.id == Announcement.classroom_id)
        .where(
            Announcement.id == announcement_id, Announcement.classroom_id == classroom_id,
            Classroom.teacher_id == teacher_id,
        )
    )  # fmt: skip
    row = db.session.execute(_locked(statement, Announcement)).one_or_none()
    if row is None:
        raise NotFound("announcement")
    _refuse_archived(row[1])
    return row[0]


def _locked(statement: Select[*Columns], *models: type[Base]) -> Select[*Columns]:
    """Lock the rows, but let rows that only point to them by foreign key come and go."""
    return statement.with_for_update(key_share=True, of=models or None)


def _refuse_archived(archived_at: datetime | None) -> None:
    if archived_at is not None:
        raise Conflict(ARCHIVED)
