"""Signing in and out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from cozmic.extensions import db
from cozmic.models import User, UserSession

SESSION_ID_BITS = 63
LOOKED_THROUGH = 20
"""Of others' sessions, at each sign-in: in the long run at most one row in so many is of a session long over."""
LONG_OVER = timedelta(days=1)
"""A clock that was set wrong for an hour signs nobody out."""


def open_session(user: User, *, now: datetime, hours: int, device: str) -> UserSession:
    """Sign a person in on one device, named in words; what had expired of theirs goes, and some of others'."""
    db.session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at <= now)
    )
    _sweep(now - LONG_OVER)
    session = UserSession(
        id=secrets.randbits(SESSION_ID_BITS), user_id=user.id, created_at=now,
        expires_at=now + timedelta(hours=hours), device=device[:120],
    )  # fmt: skip
    db.session.add(session)
    return session


def end_session(user_id: int, session_id: int) -> None:
    """Sign one device out. Ending what has ended is no error."""
    db.session.execute(
        delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    )


def end_sessions(user_id: int, *, except_id: int | None = None) -> None:
    """Sign a person out everywhere, or everywhere but here."""
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    if except_id is not None:
        statement = statement.where(UserSession.id != except_id)
    db.session.execute(statement)


def _sweep(before: datetime) -> None:
    """Remove what was over before then among a few sessions, from a random id on; ids are random, so all get a turn.

    Those who never sign in again would leave theirs for ever. It walks the primary key and needs no other index, and
    rows that somebody else holds are passed over, so that no two sign-ins wait for each other.
    """
    start = secrets.randbits(SESSION_ID_BITS)
    few = (
        select(UserSession.id, UserSession.expires_at)
        .where(UserSession.id >= start)
        .order_by(UserSession.id)
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    over = select(few.c.id).where(few.c.expires_at <= before)
    free = select(UserSession.id).where(UserSession.id.in_(over)).with_for_update(skip_locked=True)
    db.session.execute(delete(UserSession).where(UserSession.id.in_(free)))
