"""People: made, given passwords, renamed, suspended and reinstated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cozmic.access.new_passwords import NewPassword
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, Invalid
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from cozmic.rules.enums import Role
from cozmic.rules.usernames import make_username
from cozmic.writes.audit import record
from cozmic.writes.failures import forget_wrong_passwords
from cozmic.writes.sessions import end_sessions

MOST_RACES = 20
USERNAME_TAKEN = "This user name is taken. Choose another."
EMAIL_TAKEN = "Another account has this e-mail address. Each address belongs to one account."


def create_person(
    touched: Touched, role: Role, *, username: str, given_name: str, family_name: str,
    email: str | None, password: NewPassword, now: datetime,
) -> User:  # fmt: skip
    """Make a person with a user name and a password that they chose themselves.

    Raise Invalid for a user name or e-mail that is taken.
    """
    _refuse_taken_username(username)
    refuse_taken_email(email)
    user = User(
        role=role, username=username, given_name=given_name, family_name=family_name, email=email,
        password_hash=password.password_hash, created_at=now,
    )  # fmt: skip
    if not _is_added(user):
        raise Conflict("Somebody took this user name or e-mail at the same moment. Try again.")
    touched.person(user.id)
    return user


def make_pupil(
    touched: Touched, given_name: str, family_name: str, *, taken: set[str], now: datetime,
    first: NewPassword, username: str = "",
) -> tuple[User, str]:  # fmt: skip
    """Make a pupil with a user name that is free; return both, the password in the clear.

    `taken` holds the user names in use (access.people.list_taken_usernames) and gains the new one. A name that somebody
    else takes at the same moment is passed over; one asked for by `username` raises Conflict.
    """
    for _ in range(MOST_RACES):
        free = username or make_username(given_name, family_name, taken)
        taken.add(free)
        user = User(
            role=Role.STUDENT, username=free, given_name=given_name, family_name=family_name,
            password_hash=first.password_hash, created_at=now,
        )  # fmt: skip
        if _is_added(user):
            touched.person(user.id)
            return user, first.plain
        if username:
            raise Conflict(f"The user name “{username}” has just been taken. Choose another.")
    raise Conflict("Too many people are being added at once. Try again in a moment.")


def change_password(
    touched: Touched,
    user: User,
    password: NewPassword,
    *,
    keep_session_id: int | None,
    now: datetime,
) -> None:
    """Take the password that a person chose, and end their sessions but the one they sit at."""
    user.password_hash = password.password_hash
    end_sessions(user.id, except_id=keep_session_id)
    forget_wrong_passwords(user.id)
    record("change_password", now=now, actor_id=user.id, subject_id=user.id)
    touched.person(user.id)


def reset_password(
    touched: Touched, user: User, first: NewPassword, *, actor_id: int, now: datetime,
    classroom_id: int | None = None, once_key: str | None = None,
) -> None:  # fmt: skip
    """Give a person a new first password, and end their sessions.

    Raise Conflict where the same form has done so before.
    """
    record(
        "reset_password", now=now, actor_id=actor_id, subject_id=user.id, classroom_id=classroom_id,
        once_key=once_key,
    )  # fmt: skip
    user.password_hash = first.password_hash
    end_sessions(user.id)
    forget_wrong_passwords(user.id)
    touched.person(user.id)


def set_email(
    touched: Touched, user: User, email: str | None, *, actor_id: int, now: datetime
) -> None:
    """Set or remove a person's e-mail address, tidied already; raise Invalid where another account has it."""
    if email == user.email:
        return
    refuse_taken_email(email)
    try:
        with db.session.begin_nested():
            user.email = email
    except IntegrityError:  # somebody took it since
        raise Invalid("email", EMAIL_TAKEN) from None
    record("set_email", now=now, actor_id=actor_id, subject_id=user.id, detail=email or "removed")
    touched.person(user.id)


def rename_person(
    touched: Touched, user: User, *, given_name: str, family_name: str, actor_id: int, now: datetime
) -> None:
    """Correct a person's name; the user name stays, since they know it by heart."""
    if (user.given_name, user.family_name) == (given_name, family_name):
        return
    before = user.name
    user.given_name, user.family_name = given_name, family_name
    record(
        "rename_person", now=now, actor_id=actor_id, subject_id=user.id,
        detail=f"from {before} to {user.name}",
    )  # fmt: skip
    touch_person_everywhere(touched, user.id)


def suspend(touched: Touched, user: User, *, actor_id: int, now: datetime) -> None:
    """Keep a person out from the next request on; suspending twice is the same as once.

    Raise Conflict for oneself and for the last admin who may sign in. Their work stays.
    """
    if user.suspended_at is not None:
        return
    if user.id == actor_id:
        raise Conflict("You cannot suspend yourself. Another admin can.")
    if user.role is Role.ADMIN and count_other_active_admins(user.id) == 0:
        raise Conflict("This is the last admin who may sign in. Invite another one first.")
    user.suspended_at = now
    end_sessions(user.id)
    record("suspend_person", now=now, actor_id=actor_id, subject_id=user.id)
    touch_person_everywhere(touched, user.id)


def reinstate(touched: Touched, user: User, *, actor_id: int, now: datetime) -> None:
    """Let a suspended person in again, with the password they had."""
    if user.suspended_at is None:
        return
    user.suspended_at = None
    record("reinstate_person", now=now, actor_id=actor_id, subject_id=user.id)
    touch_person_everywhere(touched, user.id)


def count_other_active_admins(user_id: int) -> int:
    """Return how many admins may sign in beside this one."""
    statement = select(func.count()).where(
        User.role == Role.ADMIN, User.suspended_at.is_(None), User.id != user_id
    )
    return db.session.execute(statement).scalar_one()


def touch_person_everywhere(touched: Touched, user_id: int) -> None:
    """Touch a person's own screens and those of every class that shows their name."""
    touched.person(user_id)
    taught = select(Classroom.id).where(Classroom.teacher_id == user_id)
    attended = select(Enrolment.classroom_id).where(Enrolment.student_id == user_id)
    for classroom_id in db.session.execute(taught.union(attended)).scalars():
        touched.posts(classroom_id)
        touched.work(classroom_id)


def refuse_taken_email(email: str | None) -> None:
    """Raise Invalid where an account has this address."""
    if email and db.session.execute(select(User.id).where(User.email == email)).first():
        raise Invalid("email", EMAIL_TAKEN)


def _refuse_taken_username(username: str) -> None:
    if db.session.execute(select(User.id).where(User.username == username)).first():
        raise Invalid("username", USERNAME_TAKEN)


def _is_added(user: User) -> bool:
    """Insert behind a savepoint; False where the user name was taken since the list of them was read."""
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        return False
    return True
