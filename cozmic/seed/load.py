"""A school's worth of people and work for load tests, beside whatever is there. unload.py takes it away again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cozmic.access.credentials import hash_password
from cozmic.caching.touched import Touched
from cozmic.extensions import db
from cozmic.models import AuditEvent, Question, School
from cozmic.rules.enums import Subject
from cozmic.rules.passwords import make_first_password
from cozmic.seed.bank import load_bank
from cozmic.seed.demo_plan import read_plan
from cozmic.seed.load_people import LoadPeople, write_people
from cozmic.seed.load_plan import LoadShape, PlannedClass, plan_classes
from cozmic.seed.load_questions import Known, by_subject, read_questions, write_own_questions
from cozmic.seed.load_sink import COLUMNS, Sink
from cozmic.seed.load_term import TERM, LoadClass, Maker
from cozmic.seed.load_work import Pupil, Work
from cozmic.transaction import end_reading, transaction

USUAL_ITEMS = (2, 2, 3, 3, 4, 5)
MOST_ITEMS, WEEK = 8, 7
WORKING_DAYS = 70
"""How far back work goes: the term is a week longer."""
COMING, DRAFT, HAS_CURRENT = 0.6, 0.15, 0.5
TURNOUT = 0.95
"""How many responses a question gets for each pupil, about: some hand in nothing, some twice."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LoadedClass:
    """A class that was made."""

    id: int
    teacher_id: int
    teacher_username: str
    pupil_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made."""

    people: LoadPeople
    classes: tuple[LoadedClass, ...]
    password: str
    """Of everybody in it; it stands nowhere else in the clear."""
    counts: Mapping[str, int]
    """Rows by table."""


def load_school(
    shape: LoadShape, now: datetime, *, on_progress: Progress = lambda _rows: None
) -> Loaded:
    """Make people, classes and work in one transaction; the same for the same shape, moment and bank.

    Secrets aside: the password and the revisions. on_progress hears how many pupils and responses came.
    """
    # Not for secrets: a load that can be made again.
    dice, plan = Random(shape.seed), read_plan()  # noqa: S311
    password = make_first_password(secrets.choice, words=4)
    planned = plan_classes(shape, dice)
    end_reading()
    password_hash = hash_password(password)
    with transaction() as touched:
        _ensure_bank(touched, now)
        sink = Sink()
        zone = db.session.execute(select(School.zone)).scalar_one()
        people = write_people(
            sink, plan, dice, pupils=shape.students, teachers=planned[-1].teacher + 1,
            password_hash=password_hash, begun=now - TERM,
        )  # fmt: skip
        on_progress(shape.students)
        bank = by_subject(read_questions(plan, dice))
        maker = Maker(sink, plan, dice, now, ZoneInfo(zone))
        classes = tuple(Load(shape, maker, people, bank).make(planned, on_progress))
        sink.rows(AuditEvent).extend(sorted(maker.events, key=itemgetter(0)))
        sink.flush()
        _analyze()
        touched.school()
    counts = {model.__tablename__: sink.counts[model] for model in COLUMNS}
    return Loaded(people, classes, password, counts)


def _ensure_bank(touched: Touched, now: datetime) -> None:
    """Load the starter bank where there is none; it stays when the load goes."""
    if (
        db.session.execute(select(Question.id).where(Question.owner_id.is_(None)).limit(1)).first()
        is None
    ):
        load_bank(touched, now)
        db.session.flush()


def _analyze() -> None:
    """Tell the planner of the new rows before anybody meets them."""
    for model in COLUMNS:
        db.session.connection().exec_driver_sql(f"ANALYZE {model.__tablename__}")


@dataclass(slots=True)
class Load:
    """A load under way."""

    shape: LoadShape
    maker: Maker
    people: LoadPeople
    bank: dict[Subject, list[Known]]
    responses: int = 0
    pools: tuple[int, list[Known]] = (-1, [])
    """What the teacher of this place picks from: classes come teacher by teacher."""

    def make(self, planned: Sequence[PlannedClass], on_progress: Progress) -> Iterator[LoadedClass]:
        """Make class after class."""
        people = self.people
        for plan in planned:
            pupil_ids = [people.pupil_ids[place] for place in plan.pupils]
            teacher_id = people.teacher_ids[plan.teacher]
            pool = self._pool(plan.teacher, teacher_id)
            one = self.maker.make_class(
                plan.number, teacher_id, pool, pupil_ids, is_even=plan.is_even
            )
            before = self.responses
            self._fill(one, plan.quota)
            for number in range(1, self.shape.practice + 1):
                self.maker.make_practice(one, number)
            self.maker.sink.flush(at_least=30_000)
            on_progress(self.responses - before)
            teacher_name = people.teacher_name(plan.teacher)
            yield LoadedClass(one.id, teacher_id, teacher_name, tuple(pupil_ids))

    def _pool(self, place: int, teacher_id: int) -> list[Known]:
        if self.pools[0] != place:
            maker = self.maker
            known = self.bank[maker.dice.choice(list(self.bank))]
            pool = write_own_questions(maker.sink, teacher_id, known, maker.dice, begun=maker.begun)
            self.pools = place, pool
        return self.pools[1]

    def _fill(self, one: LoadClass, quota: int) -> None:
        """Set work until there are as many responses as planned; then what is to come, and perhaps a draft."""
        pupils, dice = [self._make_pupil(*pupil) for pupil in one.pupils.items()], self.maker.dice
        if self.shape.assignments is not None:
            self._fill_evenly(one, pupils, quota, self.shape.assignments)
            return
        usual = sum(USUAL_ITEMS) / len(USUAL_ITEMS)
        tasks = (quota - self.responses) / (len(pupils) * TURNOUT * usual)
        spacing = max(1, min(WEEK, int(WORKING_DAYS / max(tasks, 1))))
        days = 0 if dice.random() < HAS_CURRENT else spacing
        while self.responses < quota and days <= WORKING_DAYS:
            self._set_work(one, pupils, -days, items=dice.choice(USUAL_ITEMS))
            days += spacing
        if dice.random() < COMING:
            self.maker.make_task(one, WEEK, items=dice.choice(USUAL_ITEMS))
        if dice.random() < DRAFT:
            self.maker.make_task(one, 2 * WEEK, items=dice.choice(USUAL_ITEMS), is_draft=True)

    def _fill_evenly(self, one: LoadClass, pupils: list[Pupil], quota: int, number: int) -> None:
        spacing = min(WEEK, WORKING_DAYS / number)
        for place in range(number):
            wanted = (quota - self.responses) / (len(pupils) * TURNOUT * (number - place))
            items = min(max(1, round(wanted)), MOST_ITEMS)
            self._set_work(one, pupils, -int(place * spacing), items=items)

    def _set_work(self, one: LoadClass, pupils: list[Pupil], days: int, *, items: int) -> None:
        task = self.maker.make_task(one, days, items=items)
        self.responses += Work(self.maker, one, task).make(pupils)

    def _make_pupil(self, student_id: int, joined_at: datetime) -> Pupil:
        dice = self.maker.dice
        skill = min(0.98, max(0.3, dice.gauss(0.76, 0.14)))
        care = 0.6 if dice.random() < 0.07 else 0.97
        return Pupil(student_id, joined_at, skill, care)
