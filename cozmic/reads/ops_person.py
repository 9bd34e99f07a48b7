"""One person, for admins: account, classes, sign-ins, events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from cozmic.reads.account import SignIn, list_sign_ins
from cozmic.reads.ops_events import EventRow, list_events_of
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name, initials_of

MOST_EVENTS = 20


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A class that the person teaches or attends."""

    id: int
    name: str
    is_archived: bool
    removed_at: datetime | None
    """When a pupil was taken off the roster; None: on it, or the teacher."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the page shows."""

    id: int
    name: str
    given_name: str
    family_name: str
    initials: str
    username: str
    email: str | None
    role: Role
    created_at: datetime
    suspended_at: datetime | None
    is_last_admin: bool
    """The only admin who may sign in."""
    places: tuple[PlaceRow, ...]
    sign_ins: tuple[SignIn, ...]
    events: tuple[EventRow, ...]


def get_person_page(user_id: int, *, now: datetime) -> Person:
    """Read one person; raise NotFound. Four queries."""
    row = _get_row(user_id)
    is_active_admin = row.role is Role.ADMIN and row.suspended_at is None
    return Person(
        id=user_id, name=full_name(row.given_name, row.family_name),
        given_name=row.given_name, family_name=row.family_name,
        initials=initials_of(row.given_name, row.family_name),
        username=row.username, email=row.email, role=row.role,
        created_at=row.created_at, suspended_at=row.suspended_at,
        is_last_admin=is_active_admin and row.admins == 1,
        places=_list_places(user_id, row.role), sign_ins=list_sign_ins(user_id, now=now),
        events=list_events_of(user_id, most=MOST_EVENTS),
    )  # fmt: skip


def _get_row(user_id: int) -> Any:
    admin = aliased(User)
    admins = (
        select(func.count(admin.id))
        .where(admin.role == Role.ADMIN, admin.suspended_at.is_(None))
        .scalar_subquery()
    )
    columns = (
        User.given_name, User.family_name, User.username, User.email, User.role, User.created_at,
        User.suspended_at, admins.label("admins"),
    )  # fmt: skip
    row = db.session.execute(select(*columns).where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("person")
    return row


def _list_places(user_id: int, role: Role) -> tuple[PlaceRow, ...]:
    columns = (Classroom.id, Classroom.name, Classroom.archived_at, Enrolment.removed_at)
    joined = (Enrolment.classroom_id == Classroom.id) & (Enrolment.student_id == user_id)
    statement = select(*columns).outerjoin(Enrolment, joined)
    if role is Role.STUDENT:
        statement = statement.where(Enrolment.id.is_not(None))
    else:
        statement = statement.where(Classroom.teacher_id == user_id)
    rows = db.session.execute(statement.order_by(Classroom.name, Classroom.id))
    return tuple(
        PlaceRow(row.id, row.name, row.archived_at is not None, row.removed_at) for row in rows
    )
