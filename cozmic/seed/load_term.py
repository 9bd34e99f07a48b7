"""A class of a load: its roster, what was announced, and a term of assignments."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    Classroom,
    ClassroomRevision,
    Enrolment,
)
from cozmic.rules.enums import LateRule, Release
from cozmic.rules.wall_clock import start_of_day, to_utc, to_wall
from cozmic.rules.work import Window
from cozmic.seed.demo_plan import DemoPlan
from cozmic.seed.load_questions import Known
from cozmic.seed.load_sink import Sink
from cozmic.transaction import REVISION_BITS

TERM = timedelta(weeks=11)
DAY = timedelta(days=1)
OPEN_DAYS, LATE_DAYS = 6, 3
INSTRUCTIONS = "Take your time. Read each question twice."
WORTH = (Decimal(1), Decimal(2), Decimal(1), Decimal(1), Decimal(3))
CENTS = 100
LATE_RULES = (LateRule.ACCEPT, LateRule.PENALTY, LateRule.ACCEPT, LateRule.REFUSE)
PENALTY_PERCENT = 10
CODE = "LOAD"
"""Join codes of the school's own have no such letters (rules/join_codes.py), so none is ever the same."""
PRACTICE_DAYS, PRACTICE_ITEMS, PRACTICE_ATTEMPTS, ESSAY_IN_EVERY = 30, 4, 10, 3
JOINS_LATE, LEAVES = 0.02, 0.01


@dataclass(frozen=True, slots=True)
class Item:
    """A question on an assignment."""

    id: int
    position: int
    worth: Decimal
    question: Known


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment as made."""

    id: int
    window: Window
    attempts_allowed: int
    penalty_percent: int
    release: Release
    items: Sequence[Item]
    max_points: Decimal

    @property
    def opens_at(self) -> datetime:
        """When work may start: load assignments always say."""
        assert self.window.opens_at is not None  # noqa: S101  a load has all its moments
        return self.window.opens_at

    @property
    def due_at(self) -> datetime:
        """When it is due: load assignments always say."""
        assert self.window.due_at is not None  # noqa: S101  a load has all its moments
        return self.window.due_at


@dataclass(slots=True)
class LoadClass:
    """A class in the making."""

    id: int
    number: int
    teacher_id: int
    pool: list[Known]
    pupils: dict[int, datetime]
    """Who is in it, and when they joined."""
    label: str


@dataclass(frozen=True, slots=True)
class Maker:
    """What every class is made from."""

    sink: Sink
    plan: DemoPlan
    dice: Random
    now: datetime
    zone: ZoneInfo
    events: list[tuple[Any, ...]] = field(default_factory=list)
    """Lines of the audit: its page lists them by id, so they are written last, in the order of time."""

    @property
    def begun(self) -> datetime:
        """When the term began."""
        return self.now - TERM

    def make_class(
        self, number: int, teacher_id: int, pool: list[Known], pupil_ids: Sequence[int], *, is_even: bool
    ) -> LoadClass:  # fmt: skip
        """Open a class, with its roster and announcements."""
        grade = self.dice.choice(pool).grade
        subject = pool[0].subject.value
        label = f"{subject.title()} {grade}{'ABCDEF'[number % 6]}"
        one = LoadClass(self.sink.next_id(Classroom), number, teacher_id, pool, {}, label)
        code = f"{CODE}{one.id:04d}"
        self.sink.rows(Classroom).append((one.id, teacher_id, label, grade, code, self.begun, None))
        for is_work in (False, True):
            revision = secrets.randbits(REVISION_BITS)
            self.sink.rows(ClassroomRevision).append((one.id, is_work, revision))
        self.record(one, "open_classroom", self.begun, label)
        self.record(one, "add_pupils", self.begun, f"{len(pupil_ids)} lines")
        for pupil_id in pupil_ids:
            self._enrol(one, pupil_id, is_even=is_even)
        self._announce(one, subject)
        return one

    def record(self, one: LoadClass, verb: str, at: datetime, detail: str) -> None:
        """Keep what the teacher did, as the writes do."""
        self.events.append((at, one.teacher_id, verb, None, one.id, detail))

    def _enrol(self, one: LoadClass, pupil_id: int, *, is_even: bool) -> None:
        joined_at, removed_at = self.begun, None
        chance = 1.0 if is_even else self.dice.random()
        if chance < JOINS_LATE:
            joined_at += timedelta(days=self.dice.randint(7, 60), hours=self.dice.randint(0, 6))
        elif chance > 1 - LEAVES and not is_even:
            removed_at = self.now - timedelta(days=self.dice.randint(1, 20))
        one.pupils[pupil_id] = joined_at
        self.sink.rows(Enrolment).append((one.id, pupil_id, joined_at, removed_at))

    def _announce(self, one: LoadClass, subject: str) -> None:
        known = [note for plan in self.plan.classes for note in plan.notes if subject in plan.name.lower()]  # fmt: skip
        for age in range(self.dice.randint(1, 4)):
            posted_at = self.now - timedelta(days=2 + 7 * age, hours=self.dice.randint(0, 20))
            body = self.dice.choice(known)
            self.sink.rows(Announcement).append((one.id, one.teacher_id, body, posted_at))
            self.record(one, "announce", posted_at, "")

    def make_task(
        self, one: LoadClass, days: int, *, items: int, is_draft: bool = False
    ) -> Task:  # fmt: skip
        """Set work that is due so many days from tomorrow, at four by the school's clocks."""
        dice, due_at = self.dice, self._at_four(days + 1 + one.number % 4)
        theme = dice.choice(one.pool)
        of_skill = [known for known in one.pool if known.skill_id == theme.skill_id]
        chosen = dice.sample(of_skill, min(items, len(of_skill)))
        late_rule, number = dice.choice(LATE_RULES), dice.randint(1, 40)
        closes_at = None if late_rule is LateRule.REFUSE else due_at + LATE_DAYS * DAY
        worths = [dice.choice(WORTH) for _ in chosen]
        task = Task(
            id=self.sink.next_id(Assignment),
            window=Window(due_at - OPEN_DAYS * DAY, due_at, closes_at, late_rule),
            attempts_allowed=2 if dice.random() < 0.25 else 1,
            penalty_percent=PENALTY_PERCENT if late_rule is LateRule.PENALTY else 0,
            release=Release.BY_TEACHER if dice.random() < 0.2 else Release.AUTOMATIC,
            items=[
                Item(self.sink.next_id(AssignmentItem), place, worth, question)
                for place, (worth, question) in enumerate(zip(worths, chosen, strict=True), start=1)
            ],
            max_points=sum(worths, Decimal(0)),
        )
        title = f"{dice.choice(self.plan.topics)} {number}: {theme.skill.lower()}"
        self._write(one, task, title, is_draft=is_draft)
        return task

    def make_practice(self, one: LoadClass, number: int) -> None:
        """Set a quiz that is open for weeks and may be taken ten times; nobody has begun it yet."""
        due_at = self._at_four(PRACTICE_DAYS)
        essays = [known for known in one.pool if known.is_essay]
        others = [known for known in one.pool if not known.is_essay]
        chosen = self.dice.sample(others, min(PRACTICE_ITEMS, len(others)))
        if essays and number % ESSAY_IN_EVERY == 0:  # so that teachers have something to mark
            chosen[-1] = self.dice.choice(essays)
        items = [
            Item(self.sink.next_id(AssignmentItem), place, Decimal(1), question)
            for place, question in enumerate(chosen, start=1)
        ]
        task = Task(
            id=self.sink.next_id(Assignment),
            window=Window(self.now - DAY, due_at, None, LateRule.ACCEPT),
            attempts_allowed=PRACTICE_ATTEMPTS, penalty_percent=0, release=Release.AUTOMATIC, items=items,
            max_points=Decimal(len(items)),
        )  # fmt: skip
        self._write(one, task, f"Open practice {number}: {chosen[0].skill.lower()}", is_draft=False)

    def _at_four(self, days: int) -> datetime:
        day = to_wall(start_of_day(self.now, self.zone, days=days), self.zone)
        return to_utc(day + timedelta(hours=16), self.zone)

    def _write(self, one: LoadClass, task: Task, title: str, *, is_draft: bool) -> None:
        window = task.window
        created_at = min(task.due_at - 8 * DAY, self.now - timedelta(hours=2))
        published_at = None if is_draft else created_at + timedelta(hours=1)
        self.sink.rows(Assignment).append(
            (
                task.id, one.id, title, INSTRUCTIONS, window.opens_at, window.due_at, window.closes_at,
                task.attempts_allowed, window.late_rule.value, task.penalty_percent, task.release.value,
                int(task.max_points * CENTS), created_at, published_at,
            )
        )  # fmt: skip
        self.record(one, "draft_assignment", created_at, title)
        if published_at is not None:
            self.record(one, "publish_assignment", published_at, title)
        self.sink.rows(AssignmentItem).extend(
            (item.id, task.id, item.question.id, item.position, int(item.worth * CENTS))
            for item in task.items
        )
