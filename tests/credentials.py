"""Whose password it is, asked of the database without the limits of the door."""

from __future__ import annotations

from sqlalchemy import select

from cozmic.access.credentials import is_password
from cozmic.extensions import db
from cozmic.models import User


def find_user_by_credentials(username: str, password: str) -> User | None:
    """Return the person with this user name (or e-mail) and password."""
    name = username.strip().lower()
    column = User.email if "@" in name else User.username
    found = select(User.id, User.password_hash).where(column == name)
    row = db.session.execute(found).one_or_none()
    db.session.rollback()  # nobody hashes inside a transaction
    is_theirs = row is not None and is_password(row.password_hash, password)
    return db.session.get(User, row.id) if row is not None and is_theirs else None
