"""People: made, renamed by nobody, given passwords, suspended and reinstated."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from cozmic.access.credentials import hash_password
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.enums import Role
from cozmic.rules.passwords import make_first_password
from cozmic.rules.usernames import make_username

MOST_RACES = 20


def new_pupil(
    touched: Touched, given_name: str, family_name: str, taken: set[str], now: datetime
) -> tuple[User, str]:
    """Make a pupil with a user name that is free and a first password; return both, the password in the clear.

    `taken` holds the user names in use (access.people.list_taken_usernames) and gains the new one. About 20 ms, for
    the hash. A name that somebody else takes at the same moment is passed over.
    """
    password = make_first_password(secrets.choice)
    password_hash = hash_password(password)
    for _ in range(MOST_RACES):
        username = make_username(given_name, family_name, taken)
        taken.add(username)
        user = User(
            role=Role.STUDENT, username=username, given_name=given_name, family_name=family_name,
            email=None, password_hash=password_hash, created_at=now, suspended_at=None,
        )  # fmt: skip
        if _is_added(user):
            touched.person(user.id)
            return user, password
    raise Conflict("Too many people are being added at once. Try again in a moment.")


def _is_added(user: User) -> bool:
    """Insert behind a savepoint; False where the user name was taken since the list of them was read."""
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        return False
    return True
