"""The People page of a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import Enrolment, User
from cozmic.rules.names import full_name, initials_of, name_order


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil with a place in the class."""

    id: int
    given_name: str
    family_name: str
    username: str
    joined_at: datetime
    removed_at: datetime | None
    is_suspended: bool

    @property
    def name(self) -> str:
        """The name as shown."""
        return full_name(self.given_name, self.family_name)

    @property
    def initials(self) -> str:
        """Letters for the avatar."""
        return initials_of(self.given_name, self.family_name)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in the class, and who was, both by family name."""

    pupils: tuple[Pupil, ...]
    removed: tuple[Pupil, ...]


def list_roster(classroom_id: int) -> Roster:
    """Return everybody with a place in the class. One query, whatever its size."""
    rows = db.session.execute(_places().where(Enrolment.classroom_id == classroom_id))
    everybody = sorted((_pupil(row) for row in rows), key=_by_name)
    return Roster(
        pupils=tuple(pupil for pupil in everybody if pupil.removed_at is None),
        removed=tuple(pupil for pupil in everybody if pupil.removed_at is not None),
    )


def find_pupil(classroom_id: int, student_id: int) -> Pupil | None:
    """Return one pupil with a place in the class, removed or not; None for anybody else. One query."""
    row = db.session.execute(
        _places().where(Enrolment.classroom_id == classroom_id, Enrolment.student_id == student_id)
    ).one_or_none()
    return _pupil(row) if row else None


def _places() -> Any:
    return select(
        User.id, User.given_name, User.family_name, User.username, User.suspended_at,
        Enrolment.joined_at, Enrolment.removed_at,
    ).join(Enrolment, Enrolment.student_id == User.id)  # fmt: skip


def _pupil(row: Any) -> Pupil:
    return Pupil(
        id=row.id, given_name=row.given_name, family_name=row.family_name, username=row.username,
        joined_at=row.joined_at, removed_at=row.removed_at, is_suspended=row.suspended_at is not None,
    )  # fmt: skip


def _by_name(pupil: Pupil) -> tuple[str, str, int]:
    return name_order(pupil.given_name, pupil.family_name, pupil.id)
