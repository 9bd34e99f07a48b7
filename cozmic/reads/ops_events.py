"""What people with power did, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from cozmic.extensions import db
from cozmic.models import AuditEvent, Classroom, User
from cozmic.reads.paging import START, Cursor, Page, list_page
from cozmic.rules.names import full_name

Actor, Subject = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One act."""

    happened_at: datetime
    verb: str
    detail: str
    actor_id: int | None
    """None: the command line."""
    actor: str
    subject_id: int | None
    """None: it was not done to a person."""
    subject: str
    classroom_id: int | None
    classroom: str


def list_events(cursor: Cursor = START) -> Page[EventRow]:
    """Return a page of all events. One query."""
    return list_page(
        _select(), (AuditEvent.id,), _row, cursor, newest_first=True
    )  # fmt: skip


def list_events_of(user_id: int, *, most: int) -> tuple[EventRow, ...]:
    """Return the newest events that a person caused or met. One query."""
    theirs = or_(AuditEvent.subject_id == user_id, AuditEvent.actor_id == user_id)
    statement = _select(theirs).order_by(AuditEvent.id.desc()).limit(most)
    return tuple(_row(row) for row in db.session.execute(statement))


def _select(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEvent.id, AuditEvent.happened_at, AuditEvent.verb, AuditEvent.detail,
            AuditEvent.actor_id, Actor.given_name.label("actor_given"), Actor.family_name.label("actor_family"),
            AuditEvent.subject_id, Subject.given_name.label("subject_given"),
            Subject.family_name.label("subject_family"),
            AuditEvent.classroom_id, Classroom.name.label("classroom"),
        )
        .outerjoin(Actor, Actor.id == AuditEvent.actor_id)
        .outerjoin(Subject, Subject.id == AuditEvent.subject_id)
        .outerjoin(Classroom, Classroom.id == AuditEvent.classroom_id)
        .where(*conditions)
    )  # fmt: skip


def _row(row: Any) -> EventRow:
    return EventRow(
        happened_at=row.happened_at, verb=row.verb, detail=row.detail,
        actor_id=row.actor_id, actor=full_name(row.actor_given, row.actor_family),
        subject_id=row.subject_id, subject=full_name(row.subject_given, row.subject_family),
        classroom_id=row.classroom_id, classroom=row.classroom or "",
    )  # fmt: skip
