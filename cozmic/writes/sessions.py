"""Signing in and out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from cozmic.extensions import db
from cozmic.models import User, UserSession

SESSION_ID_BITS = 63


def open_session(user: User, *, now: datetime, hours: int, device: str) -> UserSession:
    """Sign a person in on one device, named in words; what had expired of theirs goes."""
    db.session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at <= now)
    )
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
