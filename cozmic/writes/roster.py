"""The roster: pupils added, joined by code, removed and brought back. Removing keeps the place and the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cozmic.access.classrooms import NEWCOMER, find_newcomer, find_place
from cozmic.access.new_passwords import NewPassword
from cozmic.access.people import list_taken_usernames
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, Invalid
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from cozmic.rules.names import name_order
from cozmic.rules.roster import Planned, Step
from cozmic.writes.audit import record
from cozmic.writes.people import make_pupil, reset_password
from cozmic.writes.sessions import end_sessions

SENT_TWICE = (
    "This form was carried out when it was sent the first time. First passwords are not shown again: "
    "on the People page you can make new login cards."
)
WRONG_CODE = "No class has this code. Check it with your teacher: it has 8 letters and digits."
CLASS_ARCHIVED = (
    "This class is over: its teacher has archived it. Ask for the code of your new class."
)
REMOVED = "You were removed from this class. Its teacher can bring you back."


@dataclass(frozen=True, slots=True)
class Login:
    """What a pupil is handed to sign in with."""

    name: str
    username: str
    password: str | None
    """In the clear, shown once; None: the one they have."""


def add_pupils(
    touched: Touched,
    classroom: Classroom,
    planned: Sequence[Planned],
    *,
    firsts: Sequence[NewPassword],
    once_key: str,
    now: datetime,
) -> list[Login]:
    """Carry out a list that its teacher has confirmed; return the logins of all who are new in the class, in its order.

    `firsts` holds a password for each line that makes an account. Raise Conflict where the form was sent before.
    """
    _once("add_pupils", classroom, once_key, now=now, detail=f"{len(planned)} lines")
    taken = list_taken_usernames(
        (line.given_name, line.family_name) for line in planned if line.step is Step.ADD
    )
    passwords = iter(firsts)
    logins = []
    for line in planned:
        if line.step is Step.ADD:
            user, password = make_pupil(
                touched, line.given_name, line.family_name, taken=taken, now=now,
                username=line.username, first=next(passwords),
            )  # fmt: skip
            _enrol(touched, classroom.id, user.id, now=now)
            logins.append(Login(user.name, user.username, password))
        elif line.user_id is not None and line.step is not Step.NOTHING:
            enrol_pupil(touched, classroom.id, line.user_id, now=now)
            name = f"{line.given_name} {line.family_name}".strip()
            logins.append(Login(name, line.username, None))
    return logins


def enrol_pupil(touched: Touched, classroom_id: int, student_id: int, *, now: datetime) -> None:
    """Put a pupil on the roster, or back on it; doing it twice is the same as once."""
    place = find_place(classroom_id, student_id)
    if place is None:
        _enrol(touched, classroom_id, student_id, now=now)
    elif place.removed_at is not None:
        place.removed_at = None
        _touch(touched, classroom_id, student_id)


def join_with_code(
    touched: Touched, classroom: Classroom | None, student: User, *, now: datetime
) -> Classroom:
    """Put a pupil on the roster of the class whose code they typed; joining twice is the same as once.

    Raise Invalid for a wrong code, an archived class, and a pupil whom the teacher removed.
    """
    found = get_joinable(classroom)
    place = find_place(found.id, student.id)
    if place is not None and place.removed_at is not None:
        raise Invalid("code", REMOVED)
    if place is None:
        _enrol(touched, found.id, student.id, now=now)
    return found


def join_as_new_pupil(
    touched: Touched, classroom: Classroom | None, given_name: str, family_name: str, *,
    first: NewPassword, once_key: str, now: datetime,
) -> User:  # fmt: skip
    """Make an account for somebody who typed a code, with the password they chose, and put them on the roster.

    Where the form is sent again, the account of the first time is returned with the password it has: whoever sent it
    has yet to prove that this is theirs. Raise Invalid as get_joinable does.
    """
    found = get_joinable(classroom)
    before = find_newcomer(once_key)
    if before is not None:
        return before
    taken = list_taken_usernames([(given_name, family_name)])
    user, _ = make_pupil(touched, given_name, family_name, taken=taken, now=now, first=first)
    record(
        NEWCOMER, now=now, actor_id=user.id, subject_id=user.id, classroom_id=found.id,
        once_key=once_key,
    )  # fmt: skip
    _enrol(touched, found.id, user.id, now=now)
    return user


def get_joinable(classroom: Classroom | None) -> Classroom:
    """Return the class of a code that opens one; raise Invalid for any other."""
    if classroom is None:
        raise Invalid("code", WRONG_CODE)
    if classroom.archived_at is not None:
        raise Invalid("code", CLASS_ARCHIVED)
    return classroom


def remove_pupil(touched: Touched, place: Enrolment, *, actor_id: int, now: datetime) -> None:
    """Take a pupil off the roster and end their sessions; their work stays. Twice is the same as once."""
    if place.removed_at is not None:
        return
    place.removed_at = now
    end_sessions(place.student_id)
    _record("remove_pupil", place, actor_id=actor_id, now=now)
    _touch(touched, place.classroom_id, place.student_id)


def bring_back_pupil(touched: Touched, place: Enrolment, *, actor_id: int, now: datetime) -> None:
    """Put a removed pupil back on the roster, with all their work. Twice is the same as once."""
    if place.removed_at is None:
        return
    place.removed_at = None
    _record("bring_back_pupil", place, actor_id=actor_id, now=now)
    _touch(touched, place.classroom_id, place.student_id)


def reset_pupil_password(
    touched: Touched,
    place: Enrolment,
    student: User,
    first: NewPassword,
    *,
    actor_id: int,
    once_key: str,
    now: datetime,
) -> Login:
    """Give a pupil on the roster a new password and end their sessions.

    Raise Conflict for a removed pupil, and where the form was sent before.
    """
    if place.removed_at is not None:
        raise Conflict("This pupil was removed from the class. Bring them back first.")
    reset_password(
        touched, student, first, actor_id=actor_id, now=now, classroom_id=place.classroom_id, once_key=once_key
    )  # fmt: skip
    return Login(student.name, student.username, first.plain)


def make_new_cards(
    touched: Touched,
    classroom: Classroom,
    pupils: Sequence[User],
    *,
    firsts: Sequence[NewPassword],
    once_key: str,
    now: datetime,
) -> list[Login]:
    """Give pupils of a class new passwords and end their sessions; return the logins by family name.

    `firsts` holds a password for each. Raise Conflict where the form was sent before.
    """
    _once("make_new_cards", classroom, once_key, now=now, detail=f"{len(pupils)} pupils")
    logins = []
    for pupil, first in zip(sorted(pupils, key=_by_name), firsts, strict=False):
        record(
            "reset_password", now=now, actor_id=classroom.teacher_id, subject_id=pupil.id,
            classroom_id=classroom.id,
        )  # fmt: skip
        pupil.password_hash = first.password_hash
        end_sessions(pupil.id)
        touched.person(pupil.id)
        logins.append(Login(pupil.name, pupil.username, first.plain))
    return logins


def _by_name(pupil: User) -> tuple[str, str, int]:
    return name_order(pupil.given_name, pupil.family_name, pupil.id)


def _enrol(touched: Touched, classroom_id: int, student_id: int, *, now: datetime) -> None:
    db.session.add(Enrolment(classroom_id=classroom_id, student_id=student_id, joined_at=now))
    _touch(touched, classroom_id, student_id)


def _touch(touched: Touched, classroom_id: int, student_id: int) -> None:
    """A roster changes: the class's screens, its grades among them, and the pupil's own."""
    touched.person(student_id)
    touched.posts(classroom_id)
    touched.work(classroom_id)


def _record(verb: str, place: Enrolment, *, actor_id: int, now: datetime) -> None:
    record(
        verb, now=now, actor_id=actor_id, subject_id=place.student_id, classroom_id=place.classroom_id
    )  # fmt: skip


def _once(verb: str, classroom: Classroom, once_key: str, *, now: datetime, detail: str) -> None:
    try:
        record(
            verb, now=now, actor_id=classroom.teacher_id, classroom_id=classroom.id,
            detail=detail, once_key=once_key,
        )  # fmt: skip
    except Conflict:
        raise Conflict(SENT_TWICE) from None
