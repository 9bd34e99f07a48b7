"""People as they reach themselves, and as those who administer the school reach them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Classroom, Invitation, School, User
from cozmic.rules.enums import Role
from cozmic.rules.usernames import username_stem

CHANGED_MEANWHILE = "The password was changed at this moment. Sign in with the new one."


def list_taken_usernames(names: Iterable[tuple[str, str]]) -> set[str]:
    """Return the user names in use that (given, family) names might be given. One query, whatever the number."""
    stems = {username_stem(given_name, family_name) for given_name, family_name in names}
    if not stems:
        return set()
    # One look at every name, not one for each stem: 0.1 s instead of 1.5 s for 300 of them among 100,000 people.
    without_number = func.rtrim(User.username, "0123456789")
    names_in_use = select(User.username).where(without_number.in_(sorted(stems)))
    return set(db.session.execute(names_in_use).scalars())


def get_person(user_id: int) -> User:
    """Return a person, locked, for themselves or for an admin, who may reach everybody; raise NotFound."""
    statement = select(User).where(User.id == user_id).with_for_update(key_share=True)
    person = db.session.execute(statement).scalar_one_or_none()
    if person is None:
        raise NotFound("person")
    return person


def get_person_to_suspend(user_id: int) -> User:
    """Return a person for an admin, locked behind the school, so that two admins cannot suspend each other at once."""
    db.session.execute(select(School.id).with_for_update(key_share=True))
    return get_person(user_id)


def get_classroom_to_hand_over(classroom_id: int) -> Classroom:
    """Return any class, locked, for an admin; raise NotFound."""
    statement = (
        select(Classroom).where(Classroom.id == classroom_id).with_for_update(key_share=True)
    )
    classroom = db.session.execute(statement).scalar_one_or_none()
    if classroom is None:
        raise NotFound("class")
    return classroom


def find_active_teacher(user_id: int, *, username: str = "") -> User | None:
    """Return a teacher who may sign in, locked so that nobody suspends them meanwhile; None for anybody else.

    They are known by their id, or by their user name where that is 0.
    """
    is_meant = User.id == user_id if user_id else User.username == username.lower()
    statement = (
        select(User)
        .where(is_meant, User.role == Role.TEACHER, User.suspended_at.is_(None))
        .with_for_update(key_share=True)
    )
    return db.session.execute(statement).scalar_one_or_none()


def get_proven_person(user_id: int, proven_hash: str) -> User:
    """Return a person, locked, who has shown that they know the password behind this hash.

    Raise Conflict where it has been changed since: that signs out everybody who came with it.
    """
    person = get_person(user_id)
    if person.password_hash != proven_hash:
        raise Conflict(CHANGED_MEANWHILE)
    return person


def get_role_of(user_id: int) -> Role:
    """Return what a person is, for an admin; raise NotFound. One query."""
    role = db.session.execute(select(User.role).where(User.id == user_id)).scalar_one_or_none()
    if role is None:
        raise NotFound("person")
    return role


def find_person_by_email(email: str) -> User | None:
    """Return who has this address and may sign in."""
    statement = select(User).where(User.email == email, User.suspended_at.is_(None))
    return db.session.execute(statement).scalar_one_or_none()


def get_invitation(invitation_id: int) -> Invitation:
    """Return any invitation, locked, for an admin; raise NotFound."""
    invitation = db.session.get(Invitation, invitation_id, with_for_update={"key_share": True})
    if invitation is None:
        raise NotFound("invitation")
    return invitation
