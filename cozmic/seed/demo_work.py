"""A term of work in progress: assignments week by week, and who handed in what when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Question, Skill, Submission
from cozmic.rules.enums import LateRule, QuestionKind, Release
from cozmic.rules.wall_clock import start_of_day, to_utc, to_wall
from cozmic.seed.demo_marks import Asked, answer_and_mark
from cozmic.seed.demo_people import DemoClass
from cozmic.seed.demo_plan import DemoPlan

WEEKS_BACK, WEEKS_AHEAD = 10, 2
ITEMS = 5
POINTS = (Decimal(1), Decimal(2), Decimal(1), Decimal(1), Decimal(3))
SLIPPING_WEEKS, SLIP = 3, 0.45
ESSAY_WEEKS = frozenset({-1, 0})
MISSED_WEEK = -4
"""The demo pupil forgot that week's work in the second class, so that the page shows what missing looks like."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """How a made-up pupil works. Shares are 0 to 1."""

    id: int
    skill: float
    care: float
    """How often work is handed in at all."""
    is_slipping: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One class's term in the making."""

    one: DemoClass
    plan: DemoPlan
    dice: Random
    now: datetime
    zone: ZoneInfo

    def make(self) -> None:
        """Make assignments and all work on them: ten weeks back, this week, the next, and a draft."""
        questions, pupils = self._list_questions(), self._make_pupils()
        for week in range(-WEEKS_BACK, WEEKS_AHEAD + 1):
            place = self._theme(questions, week)
            chosen = self._pick(questions, place, week)
            assignment, asked = self._make_assignment(week, self.one.plan.themes[place], chosen)
            is_begun = assignment.published_at is not None and week < 1
            for pupil in pupils if is_begun else ():
                if week == 0 and pupil is pupils[0]:
                    self._leave_for_the_visitor(pupil, assignment, asked)
                else:
                    self._make_work(pupil, assignment, asked, week)
        db.session.flush()

    def _list_questions(self) -> list[Row[Any]]:
        statement = (
            select(Question.id, Question.kind, Question.body, Question.difficulty, Skill.slug)
            .join(Skill, Skill.id == Question.skill_id)
            .where(Skill.slug.in_(self.one.plan.skills), Question.owner_id.is_(None))
            .order_by(Question.id)
        )
        return list(db.session.execute(statement).all())

    def _theme(self, questions: Sequence[Row[Any]], week: int) -> int:
        """Return the place of the week's skill: they take turns, but for weeks that ask for an essay of one."""
        slugs = self.one.plan.skills
        with_essay = {one.slug for one in questions if one.kind is QuestionKind.ESSAY}
        if week in ESSAY_WEEKS and with_essay:
            return next(place for place, slug in enumerate(slugs) if slug in with_essay)
        return week % len(slugs)

    def _pick(self, questions: Sequence[Row[Any]], place: int, week: int) -> list[Row[Any]]:
        """Pick at random; last week's work always has the essay, where there is one, so that some wait."""
        of_skill = [one for one in questions if one.slug == self.one.plan.skills[place]]
        essays = [one for one in of_skill if one.kind is QuestionKind.ESSAY]
        essays = essays if week in ESSAY_WEEKS else []
        others = [one for one in of_skill if one not in essays]
        return self.dice.sample(others, min(ITEMS - len(essays), len(others))) + essays

    def _make_pupils(self) -> list[Pupil]:
        """Give each pupil a way of working; the first of the class does well."""
        pupils = [self._make_pupil(student_id) for student_id in self.one.student_ids]
        pupils[0] = Pupil(id=pupils[0].id, skill=0.84, care=0.95, is_slipping=False)
        return pupils

    def _make_pupil(self, student_id: int) -> Pupil:
        dice = self.dice
        return Pupil(
            id=student_id,
            skill=min(0.98, max(0.3, dice.gauss(0.76, 0.14))),
            care=0.6 if dice.random() < 0.07 else 0.97,
            is_slipping=dice.random() < 0.06,
        )

    def _at_four(self, week: int, days: int) -> datetime:
        """Four in the afternoon by the school's clocks, some days from the class's own weekday."""
        days += 7 * week + 1 + self.one.id % 4
        day = to_wall(start_of_day(self.now, self.zone, days=days), self.zone)
        return to_utc(day + timedelta(hours=16), self.zone)

    def _make_assignment(
        self, week: int, theme: str, questions: list[Row[Any]]
    ) -> tuple[Assignment, list[Asked]]:
        due_at, number = self._at_four(week, 0), week + WEEKS_BACK
        points = [POINTS[place % len(POINTS)] for place in range(len(questions))]
        assignment = Assignment(
            classroom_id=self.one.id,
            title=f"{self.plan.topics[number % len(self.plan.topics)]} {number + 1}: {theme}",
            instructions="Take your time. Read each question twice.",
            opens_at=self._at_four(week, -6),
            due_at=due_at,
            closes_at=self._at_four(week, 3),
            attempts_allowed=2 if number % 4 == 3 else 1,
            late_rule=LateRule.PENALTY if number % 3 == 0 else LateRule.ACCEPT,
            late_penalty_percent=10 if number % 3 == 0 else 0,
            release=Release.BY_TEACHER if number % 5 == 4 else Release.AUTOMATIC,
            max_points=sum(points, Decimal(0)),
            created_at=due_at - timedelta(days=8),
            published_at=None if week == WEEKS_AHEAD else due_at - timedelta(days=7),
        )
        db.session.add(assignment)
        db.session.flush()
        items = [
            AssignmentItem(
                assignment_id=assignment.id, question_id=question.id, position=place, points=worth
            )
            for place, (question, worth) in enumerate(zip(questions, points, strict=True), start=1)
        ]
        db.session.add_all(items)
        db.session.flush()
        return assignment, [
            Asked(item, question) for item, question in zip(items, questions, strict=True)
        ]

    def _make_work(
        self, pupil: Pupil, assignment: Assignment, asked: list[Asked], week: int
    ) -> None:
        """Make one pupil's attempt: handed in, late, still open, or none."""
        is_second = self.plan.classes.index(self.one.plan) == 1
        has_forgotten = pupil.id == self.one.student_ids[0] and is_second and week == MISSED_WEEK
        if self.dice.random() > (0.55 if week == 0 else pupil.care) or has_forgotten:
            return
        submission = self._make_submission(
            pupil, assignment, handed_in_at=self._handed_in_at(assignment)
        )
        db.session.add(submission)
        db.session.flush()
        skill = pupil.skill - (SLIP if pupil.is_slipping and week >= -SLIPPING_WEEKS else 0)
        answer_and_mark(
            self.plan, self.one, assignment, submission, asked, self.dice, skill=skill, now=self.now
        )

    def _leave_for_the_visitor(
        self, pupil: Pupil, assignment: Assignment, asked: list[Asked]
    ) -> None:
        """Give the demo pupil something to do: this week's work is begun in every other class, untouched elsewhere."""
        if self.plan.classes.index(self.one.plan) % 2 == 0:
            return
        submission = self._make_submission(pupil, assignment, handed_in_at=None)
        db.session.add(submission)
        db.session.flush()
        answer_and_mark(
            self.plan,
            self.one,
            assignment,
            submission,
            asked,
            self.dice,
            skill=pupil.skill,
            now=self.now,
        )

    def _make_submission(
        self, pupil: Pupil, assignment: Assignment, *, handed_in_at: datetime | None
    ) -> Submission:
        minutes = timedelta(minutes=self.dice.randint(6, 40))
        started_at = (
            handed_in_at or self.now - timedelta(hours=self.dice.randint(1, 70))
        ) - minutes
        due_at = assignment.due_at
        return Submission(
            assignment_id=assignment.id,
            student_id=pupil.id,
            attempt=1,
            started_at=started_at,
            saved_at=handed_in_at or started_at + timedelta(minutes=5),
            handed_in_at=handed_in_at,
            is_late=handed_in_at is not None and due_at is not None and handed_in_at > due_at,
            waiting=0,
        )

    def _handed_in_at(self, assignment: Assignment) -> datetime | None:
        """Mostly in time, sometimes late; what would lie ahead is handed in by now or still open."""
        dice, due_at = self.dice, assignment.due_at or self.now
        moment = due_at - timedelta(minutes=dice.randint(30, 6000))
        if dice.random() < 0.06:
            moment = due_at + timedelta(hours=dice.randint(1, 40))
        if not 7 <= to_wall(moment, self.zone).hour < 21:  # pupils sleep
            moment -= timedelta(hours=10)
        if moment <= self.now:
            return moment
        return None if dice.random() < 0.4 else self.now - timedelta(minutes=dice.randint(5, 900))
