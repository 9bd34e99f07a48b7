"""What a list of pupils would do to a class, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from cozmic.extensions import db
from cozmic.formats.roster import Layout, RosterLine, parse_roster
from cozmic.models import Enrolment, User
from cozmic.rules.roster import Known, Place, Planned, Step, Wish, name_key, plan_roster


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """Every line with what becomes of it."""

    lines: tuple[Planned, ...]
    faults: tuple[str, ...]
    """What is wrong with the list as a whole."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing has to be put right first."""
        return not self.faults and not any(line.faults for line in self.lines)

    @property
    def has_doubts(self) -> bool:
        """Whether the teacher must have looked at something."""
        return any(line.doubts for line in self.lines)

    def count(self, *steps: Step) -> int:
        """How many sound lines come to one of these steps."""
        return sum(line.step in steps and not line.faults for line in self.lines)


def get_roster_preview(classroom_id: int, text: str, layout: Layout) -> RosterPreview:
    """Return what a list would do to a class. At most two queries, whatever its length."""
    roster = parse_roster(text, layout)
    if roster.faults:
        return RosterPreview((), roster.faults)
    return get_preview_of_lines(classroom_id, roster.lines)


def get_preview_of_lines(classroom_id: int, lines: Iterable[RosterLine]) -> RosterPreview:
    """Return what lines that have been read would do to a class. At most two queries."""
    wishes = [
        Wish(line.line, line.given_name, line.family_name, line.username, line.faults)
        for line in lines
    ]
    known = _list_known(classroom_id, {wish.username for wish in wishes if wish.username})
    return RosterPreview(plan_roster(wishes, known, _list_names(classroom_id)), ())


def _list_known(classroom_id: int, usernames: set[str]) -> dict[str, Known]:
    if not usernames:
        return {}
    statement = (
        select(
            User.id, User.username, User.role, User.given_name, User.family_name,
            Enrolment.id.label("enrolment_id"), Enrolment.removed_at,
        )
        .outerjoin(
            Enrolment,
            and_(Enrolment.student_id == User.id, Enrolment.classroom_id == classroom_id),
        )
        .where(User.username.in_(sorted(usernames)))
    )  # fmt: skip
    return {
        row.username: Known(row.id, row.role, row.given_name, row.family_name, _place(row))
        for row in db.session.execute(statement)
    }


def _list_names(classroom_id: int) -> dict[str, Place]:
    """Return the names with a place in the class; of two alike, the one on the roster counts."""
    statement = (
        select(
            User.given_name, User.family_name,
            Enrolment.id.label("enrolment_id"), Enrolment.removed_at,
        )
        .join(User, User.id == Enrolment.student_id)
        .where(Enrolment.classroom_id == classroom_id)
    )  # fmt: skip
    names: dict[str, Place] = {}
    for row in db.session.execute(statement):
        key = name_key(row.given_name, row.family_name)
        if names.get(key) is not Place.ON_ROSTER:
            names[key] = _place(row)
    return names


def _place(row: Any) -> Place:
    if row.enrolment_id is None:
        return Place.NONE
    return Place.ON_ROSTER if row.removed_at is None else Place.REMOVED
