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
    user = db.session.execute(select(User).where(column == name)).scalar_one_or_none()
    return user if user is not None and is_password(user.password_hash, password) else None
