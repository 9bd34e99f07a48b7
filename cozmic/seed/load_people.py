"""The people of a load: user names that nobody can choose, one password for all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import ColumnElement, func, select

from cozmic.extensions import db
from cozmic.models import PersonRevision, User
from cozmic.rules.enums import Role
from cozmic.seed.demo_plan import DemoPlan
from cozmic.seed.load_sink import Sink
from cozmic.transaction import REVISION_BITS

# Two dots: neither a name made from a person's (rules/usernames.py) nor a chosen one has them side by side.
PREFIX = "load.."
PUPIL, TEACHER = f"{PREFIX}s", f"{PREFIX}t"


@dataclass(frozen=True, slots=True)
class LoadPeople:
    """Who was made, by place; ids and the number in each user name."""

    pupil_ids: list[int]
    first_pupil: int
    teacher_ids: list[int]
    first_teacher: int

    def pupil_name(self, place: int) -> str:
        """Return a pupil's user name: load..s000001; -1 is the last one."""
        return f"{PUPIL}{self.first_pupil + place % len(self.pupil_ids):06d}"

    def teacher_name(self, place: int) -> str:
        """Return a teacher's user name: load..t00001; -1 is the last one."""
        return f"{TEACHER}{self.first_teacher + place % len(self.teacher_ids):05d}"


def is_of_load() -> ColumnElement[bool]:
    """Whether a row of users was made by a load."""
    return User.username.startswith(PREFIX, autoescape=True)


def write_people(
    sink: Sink, plan: DemoPlan, dice: Random, *, pupils: int, teachers: int, password_hash: str,
    begun: datetime,
) -> LoadPeople:  # fmt: skip
    """Make the people, numbered on from those of an earlier load; their user names tell pupils from teachers."""
    people = LoadPeople(
        [sink.next_id(User) for _ in range(pupils)], _next_number(PUPIL),
        [sink.next_id(User) for _ in range(teachers)], _next_number(TEACHER),
    )  # fmt: skip

    def write(user_id: int, role: Role, username: str, email: str | None) -> None:
        given, family = dice.choice(plan.given_names), dice.choice(plan.family_names)
        values = (user_id, role.value, username, given, family, email, password_hash, begun)
        sink.rows(User).append(values)
        sink.rows(PersonRevision).append((user_id, secrets.randbits(REVISION_BITS)))

    for place, user_id in enumerate(people.teacher_ids):
        username = people.teacher_name(place)
        write(user_id, Role.TEACHER, username, f"{username.replace('..', '.')}@load.invalid")
    for place, user_id in enumerate(people.pupil_ids):
        write(user_id, Role.STUDENT, people.pupil_name(place), None)
        sink.flush(at_least=20_000)
    return people


def _next_number(stem: str) -> int:
    statement = (
        select(User.username)
        .where(User.username.startswith(stem, autoescape=True))
        .order_by(func.length(User.username).desc(), User.username.desc())
        .limit(1)
    )
    last = db.session.execute(statement).scalar_one_or_none()
    return 1 if last is None else int(last.removeprefix(stem)) + 1
