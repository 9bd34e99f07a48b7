"""The one SELECT that admits a request: whose session this is, whether it holds, and what they are to the classroom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import Engine, Select, and_, bindparam, select

from cozmic.access.clock import database_now, shifted
from cozmic.access.revisions import Depends, read_revisions, revision_columns
from cozmic.access.standalone import StandaloneSelect
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, School, SchoolRevision, User, UserSession
from cozmic.observe.people import note_person
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name, initials_of


@dataclass(frozen=True, slots=True)
class Room:
    """The classroom of this request, as its viewer stands to it."""

    id: int
    name: str
    grade: int | None
    join_code: str
    is_archived: bool
    is_teacher: bool
    """True for its teacher, False for a pupil on its roster; others get no Room."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking, in which school, and when by the database's clock."""

    session_id: int
    user_id: int
    role: Role
    username: str
    given_name: str
    family_name: str
    school_name: str
    zone: str
    language: str
    now: datetime
    school_revision: int
    room: Room | None
    revisions: dict[str, int | None] | None
    """What the screen that was asked for depends on, by name; None: it is not a cached one."""

    @property
    def name(self) -> str:
        """The name as shown."""
        return full_name(self.given_name, self.family_name)

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        return initials_of(self.given_name, self.family_name)

    @property
    def tz(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.zone)


def _base_columns() -> list[Any]:
    return [
        User.role, User.username, User.given_name, User.family_name, User.suspended_at, UserSession.expires_at,
        School.name.label("school_name"), School.zone, School.language, database_now().label("now"),
        SchoolRevision.value.label("school_revision"),
    ]  # fmt: skip


def _viewer_select(columns: list[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(UserSession)
        .join(User, User.id == UserSession.user_id)
        .join(School, School.id == 1)
        .join(SchoolRevision, SchoolRevision.id == School.id)
        .where(
            UserSession.id == bindparam("session_id"), UserSession.user_id == bindparam("user_id")
        )
    )


@lru_cache
def _statement(depends: Depends, *, has_room: bool) -> StandaloneSelect:
    """The SELECT for a kind of screen, made once: its text is prepared by name on each connection."""
    columns = _base_columns() + revision_columns(depends)
    name = f"cozmic_viewer_{depends}"
    if not has_room:
        return StandaloneSelect(name, _viewer_select(columns))
    room_columns = [
        Classroom.id.label("room_id"), Classroom.name.label("room_name"), Classroom.grade, Classroom.join_code,
        Classroom.archived_at, Classroom.teacher_id, Enrolment.id.label("enrolment_id"),
    ]  # fmt: skip
    is_on_roster = and_(
        Enrolment.classroom_id == Classroom.id,
        Enrolment.student_id == User.id,
        Enrolment.removed_at.is_(None),
    )
    select_in_room = (
        _viewer_select(columns + room_columns)
        .outerjoin(Classroom, Classroom.id == bindparam("classroom_id"))
        .outerjoin(Enrolment, is_on_roster)
    )
    return StandaloneSelect(f"{name}_room", select_in_room)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a request knocks: the database, and how it is asked."""

    engine: Engine
    is_prepared: bool
    offset_s: float
    """What tests add to the database's clock."""


def engine_of(app: Flask) -> Engine:
    """Return an application's engine, for what works outside its context."""
    with app.app_context():
        return db.engine


def door_of(app: Flask, engine: Engine) -> Door:
    """Return an application's, as its settings are now."""
    return Door(engine, app.config.get("PREPARE_ADMISSION", True), app.config["CLOCK_OFFSET_S"])


def find_viewer(
    session_id: int,
    user_id: int,
    *,
    classroom_id: int | None = None,
    depends: Depends = Depends.NOTHING,
    door: Door | None = None,
) -> Viewer | None:
    """Return who this session admits, or None: unknown, signed out, expired or suspended. One round trip.

    With a classroom_id the viewer's Room comes along; it is None unless they teach it or are on its roster.
    With `depends` the revisions come along that such a screen of theirs depends on.
    """
    door = door or door_of(current_app, db.engine)
    has_room = classroom_id is not None
    parameters = {"session_id": session_id, "user_id": user_id}
    row = _statement(depends, has_room=has_room).find_row(
        door.engine,
        {**parameters, "classroom_id": classroom_id} if has_room else parameters,
        is_prepared=door.is_prepared,
    )
    if row is None or row.suspended_at is not None:
        return None
    now = shifted(row.now, door.offset_s)
    if row.expires_at <= now:
        return None
    note_person(user_id, row.now)
    return Viewer(
        session_id=session_id, user_id=user_id, role=row.role, username=row.username, given_name=row.given_name,
        family_name=row.family_name, school_name=row.school_name, zone=row.zone, language=row.language, now=now,
        school_revision=row.school_revision,
        room=_room(row, user_id) if has_room else None,
        revisions=read_revisions(depends, row, user_id=user_id, classroom_id=classroom_id or 0),
    )  # fmt: skip


def _room(row: Any, user_id: int) -> Room | None:
    is_teacher = row.teacher_id == user_id and row.role is Role.TEACHER
    is_pupil = row.enrolment_id is not None and row.role is Role.STUDENT
    if row.room_id is None or not (is_teacher or is_pupil):
        return None
    return Room(
        id=row.room_id, name=row.room_name, grade=row.grade, join_code=row.join_code,
        is_archived=row.archived_at is not None, is_teacher=is_teacher,
    )  # fmt: skip
