"""A person's own account: what is known of them, and where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import School, User, UserSession
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name
from cozmic.rules.passwords import shortest_for


@dataclass(frozen=True, slots=True)
class SignIn:
    """One device on which a person is signed in."""

    id: int
    device: str
    since: datetime
    is_here: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What the account page shows."""

    username: str
    name: str
    email: str | None
    is_pupil: bool
    shortest_password: int
    sign_ins: tuple[SignIn, ...]
    """Newest first; the one that asks among them."""


def get_account(user_id: int, session_id: int, *, now: datetime) -> Account:
    """Read one's own account. Two queries."""
    person = db.session.execute(
        select(User.username, User.given_name, User.family_name, User.email, User.role).where(
            User.id == user_id
        )
    ).one()
    return Account(
        username=person.username,
        name=full_name(person.given_name, person.family_name),
        email=person.email,
        is_pupil=person.role is Role.STUDENT,
        shortest_password=shortest_for(person.role),
        sign_ins=list_sign_ins(user_id, now=now, here=session_id),
    )


def list_sign_ins(user_id: int, *, now: datetime, here: int | None = None) -> tuple[SignIn, ...]:
    """Return where a person is signed in, newest first. One query."""
    rows = db.session.execute(
        select(UserSession.id, UserSession.device, UserSession.created_at)
        .where(UserSession.user_id == user_id, UserSession.expires_at > now)
        .order_by(UserSession.created_at.desc(), UserSession.id)
    )
    return tuple(SignIn(row.id, row.device, row.created_at, row.id == here) for row in rows)


def get_school_name() -> str:
    """Return the school's name, for people who are not signed in. One query."""
    return db.session.execute(select(School.name)).scalar_one()
