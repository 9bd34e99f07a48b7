"""A class whose work opens, is due, closes, goes missing and lies unfinished around the day when the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from cozmic.extensions import db
from cozmic.models import Assignment, Submission, UserSession
from cozmic.rules.enums import LateRule, Role
from cozmic.rules.wall_clock import start_of_day
from cozmic.transaction import transaction
from tests.factories import (
    LONG_AGO,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
)
from tests.work import hand_in_work

CHANGE_OF_CLOCKS = {
    "Europe/London": date(2026, 10, 25),
    "America/New_York": date(2026, 11, 1),
    "America/Santiago": date(2026, 9, 6),
}
"""Days of 25, 25 and 23 hours; the last has no midnight."""
BEFORE, AFTER = timedelta(days=1), timedelta(days=4, hours=10)
SHIFTS = (timedelta(0), -timedelta(days=7), -timedelta(days=14), timedelta(days=28))
"""As DESIGN and the screens' own words have it: due within a week, within two; missing in the last four weeks."""
STUCK = timedelta(days=2)
A_LITTLE = timedelta(milliseconds=1)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Term:
    """The class, its people, and the moments that matter."""

    zone: ZoneInfo
    day: date
    ada: int
    ben: int
    lee: int
    """Who joined when some of the work was over."""
    room: int

    def at(self, days: int, clock: str, *, micros: int = 0) -> datetime:
        """A wall-clock time some days after the change of the clocks."""
        wall = datetime.combine(self.day + timedelta(days=days), time.fromisoformat(clock))
        return wall.replace(tzinfo=self.zone) + timedelta(microseconds=micros)

    @property
    def begins(self) -> datetime:
        """From when on the clock is moved."""
        return self.at(0, "00:00") - BEFORE

    def moments(self) -> list[datetime]:
        """Every moment at which the clock alone may change a page, from what stands in the database."""
        found = set(self._midnights())
        windows = select(Assignment.opens_at, Assignment.closes_at, Assignment.due_at)
        for opens_at, closes_at, due_at in db.session.execute(windows):
            found |= {one for one in (opens_at, closes_at) if one}
            found |= {due_at + shift for shift in SHIFTS if due_at}
        found |= {
            one + STUCK for one in db.session.execute(select(Submission.started_at)).scalars()
        }
        db.session.rollback()
        return sorted(one for one in found if self.begins <= one <= self.begins + AFTER)

    def instants(self) -> list[datetime]:
        """Just before, at and just after each moment."""
        return sorted(
            {
                one + little
                for one in self.moments()
                for little in (-A_LITTLE, 0 * A_LITTLE, A_LITTLE)
            }
        )

    def _midnights(self) -> Iterator[datetime]:
        for days in range(-1, AFTER.days + 1):
            yield start_of_day(self.at(days, "12:00"), self.zone)


def make_term(zone: str) -> Term:
    """Commit it; the school moves to the zone."""
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE school SET zone = :zone"), {"zone": zone})
    ada, ben, lee = (
        make_user(Role.TEACHER, "Ada"),
        make_user(given_name="Ben"),
        make_user(given_name="Lee"),
    )
    room = make_classroom(ada, "Class")
    term = Term(ZoneInfo(zone), CHANGE_OF_CLOCKS[zone], ada, ben, lee, room)
    enrol(room, ben)
    enrol(room, lee, joined_at=term.at(-1, "12:00"))
    _give_work(term)
    return term


def _give_work(term: Term) -> None:
    question, at = [make_question()], term.at
    begun = make_assignment(
        term.room, question, title="Begun", opens_at=at(-1, "10:00"), due_at=at(0, "15:00"), closes_at=at(3, "09:00"),
    )  # fmt: skip
    windows: dict[str, dict[str, Any]] = {
        "Refused when late": {"due_at": at(1, "08:30", micros=500), "late_rule": LateRule.REFUSE},
        "Late over midnight": {
            "due_at": at(0, "23:30"), "closes_at": at(1, "00:30"), "late_rule": LateRule.PENALTY,
            "late_penalty_percent": 20,
        },
        "Never due": {"closes_at": at(2, "12:00")},
        "In two weeks": {"due_at": at(15, "11:00")},
        "In a week": {"due_at": at(9, "11:00")},
        "Scheduled": {"opens_at": at(2, "07:00"), "due_at": at(2, "20:00")},
        "Due at midnight": {"due_at": at(2, "00:00")},
        "Old": {"due_at": at(-27, "13:00")},
        "Old too": {"due_at": at(-26, "14:00"), "closes_at": at(1, "14:00")},
        "Just before Lee came": {"due_at": at(-1, "11:59")},
        "As Lee came": {"due_at": at(-1, "12:00")},
        "A draft": {"opens_at": at(1, "05:00"), "published_at": None},
    }  # fmt: skip
    for title, window in windows.items():
        make_assignment(term.room, question, title=title, **window)
    make_submission(begun, term.ben, started_at=at(-1, "16:00", micros=250_000))
    stuck = make_assignment(term.room, question, title="Stuck for good")
    make_submission(stuck, term.lee, started_at=at(-1, "20:00"))
    done = make_assignment(term.room, question, title="Done", due_at=at(1, "18:00"))
    hand_in_work(done, term.ben, "100", now=LONG_AGO)


def keep_sessions() -> None:
    """Let everybody stay signed in for the whole term."""
    with transaction():
        for row in db.session.execute(select(UserSession)).scalars():
            row.expires_at += A_YEAR
