"""The stream of a class: its announcements, newest first, and what is due soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from cozmic.extensions import db
from cozmic.models import Announcement, Assignment, Classroom, User
from cozmic.reads.clock_changes import find_clock_change
from cozmic.rules.linked_text import Piece, split_links
from cozmic.rules.names import full_name, initials_of

PAGE = 20
SOON = timedelta(days=14)
MOST_DUE = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Note:
    """One announcement."""

    id: int
    author: str
    initials: str
    pieces: tuple[Piece, ...]
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class DueSoon:
    """Published work that is open now and due within two weeks."""

    assignment_id: int
    title: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Stream:
    """One page of it."""

    notes: tuple[Note, ...]
    older: str | None
    """The cursor of the next page; None: this is the last."""
    is_first: bool
    due: tuple[DueSoon, ...]
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""


def get_stream(classroom_id: int, *, before: str, now: datetime) -> Stream:
    """Return the announcements before a cursor, the newest without one or with one that nobody gave. Three queries."""
    cursor = _read_cursor(before)
    rows = db.session.execute(_notes(classroom_id, cursor)).all()
    page = rows[:PAGE]
    return Stream(
        notes=tuple(_note(row) for row in page),
        older=_cursor(page[-1]) if len(rows) > PAGE else None,
        is_first=cursor is None,
        due=_list_due(classroom_id, now),
        changes_at=find_clock_change(Classroom.id == classroom_id, now=now, around_due=(-SOON,)),
    )


def _notes(classroom_id: int, cursor: tuple[datetime, int] | None) -> Any:
    statement = (
        select(
            Announcement.id, Announcement.body, Announcement.posted_at,
            User.given_name, User.family_name,
        )
        .join(User, User.id == Announcement.author_id)
        .where(Announcement.classroom_id == classroom_id)
        .order_by(Announcement.posted_at.desc(), Announcement.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if cursor is None:
        return statement
    posted_at, note_id = cursor
    return statement.where(
        Announcement.posted_at <= posted_at,
        or_(
            Announcement.posted_at < posted_at,
            and_(Announcement.posted_at == posted_at, Announcement.id < note_id),
        ),
    )


def _note(row: Any) -> Note:
    return Note(
        id=row.id, author=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        pieces=split_links(row.body), posted_at=row.posted_at,
    )  # fmt: skip


def _list_due(classroom_id: int, now: datetime) -> tuple[DueSoon, ...]:
    statement = (
        select(Assignment.id, Assignment.title, Assignment.due_at)
        .where(
            Assignment.classroom_id == classroom_id,
            Assignment.published_at.is_not(None),
            Assignment.due_at > now, Assignment.due_at <= now + SOON,
            or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
        )
        .order_by(Assignment.due_at, Assignment.id)
        .limit(MOST_DUE)
    )  # fmt: skip
    return tuple(
        DueSoon(row.id, row.title, row.due_at)
        for row in db.session.execute(statement)
        if row.due_at is not None
    )


def _cursor(row: Any) -> str:
    """Name a place in the stream that stays where it is when announcements come and go."""
    return f"{(row.posted_at - EPOCH) // MICROSECOND}-{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, int] | None:
    moment, _, note_id = cursor.partition("-")
    parts = (moment, note_id)
    if not all(part.isascii() and part.isdigit() and len(part) <= 16 for part in parts):
        return None
    return EPOCH + int(moment) * MICROSECOND, int(note_id)
