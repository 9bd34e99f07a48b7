"""Everybody, for admins: search, filter, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from cozmic.extensions import db
from cozmic.models import User
from cozmic.reads.paging import START, Cursor, Page, list_page
from cozmic.reads.searching import list_word_conditions
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name, initials_of

MOST_COUNTED = 1000
KEYS = (User.family_name, User.given_name, User.id)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom to show."""

    text: str = ""
    """Words that stand in name, user name or e-mail."""
    role: Role | None = None
    only_suspended: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list."""

    id: int
    name: str
    initials: str
    username: str
    email: str | None
    role: Role
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """A page of people, and how many there are of each role in all."""

    page: Page[PersonRow]
    counts: dict[Role, int]
    """Of each role that anybody has; more than MOST_COUNTED are not counted to the end."""


def list_people(wanted: PeopleFilter, cursor: Cursor = START) -> People:
    """Return a page of people by family name. Two queries, three from the second page on."""
    statement = select(
        User.id, User.given_name, User.family_name, User.username, User.email, User.role, User.suspended_at
    ).where(*_conditions(wanted))  # fmt: skip
    page = list_page(statement, KEYS, _row, cursor)
    return People(page, _count_by_role())


def has_teachers() -> bool:
    """Return whether anybody teaches yet. One query."""
    one = select(User.id).where(User.role == Role.TEACHER).limit(1)
    return db.session.execute(one).first() is not None


def _count_by_role() -> dict[Role, int]:
    """Count no further than anybody reads: in a district of 100,000 the whole count costs five times the page."""
    counts = [_count(role).label(role.value) for role in Role]
    row = db.session.execute(select(*counts)).one()
    return {role: number for role, number in zip(Role, row, strict=True) if number}


def _count(role: Role) -> Any:
    some = select(User.id).where(User.role == role).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    columns = (User.given_name, User.family_name, User.username, User.email)
    conditions = list_word_conditions(columns, wanted.text)
    if wanted.role is not None:
        conditions.append(User.role == wanted.role)
    if wanted.only_suspended:
        conditions.append(User.suspended_at.is_not(None))
    return conditions


def _row(row: Any) -> PersonRow:
    return PersonRow(
        id=row.id, name=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        username=row.username, email=row.email, role=row.role, suspended_at=row.suspended_at,
    )  # fmt: skip
