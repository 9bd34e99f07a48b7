"""What the pupils of a load did: attempts, answers and marks.

The answers are made up, what they are worth is not: points come from the rules that grade real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from cozmic.models import Response, Submission
from cozmic.rules.enums import LateRule, Outcome
from cozmic.rules.points import show_points
from cozmic.rules.scoring import outcome_for, points_for, total
from cozmic.rules.work import is_work_late
from cozmic.seed.load_grades import RELEASED_AFTER, Result, cents, settle
from cozmic.seed.load_term import DAY, Item, LoadClass, Maker, Task

BLANK, BLANK_WHILE_OPEN = 0.02, 0.5
LATE, LEFT_OPEN, TRIES_AGAIN = 0.06, 0.01, 0.5
IN_BY_NOW, UNDER_WAY = 0.45, 0.12
ZERO_FOR_MISSING, LEFT_UNMARKED = 0.1, 0.08
MARKED_AFTER = 2 * DAY


@dataclass(frozen=True, slots=True)
class Pupil:
    """How somebody works in a class; shares from 0 to 1."""

    id: int
    joined_at: datetime
    skill: float
    care: float
    """How often work is handed in at all."""


@dataclass(slots=True)
class Answers:
    """What was given in an attempt, and what it is worth so far."""

    points: list[Decimal | None] = field(default_factory=list)
    marked_at: datetime | None = None
    """When the teacher gave the last points; None: nothing by hand."""
    reason: str = "Handed in"


@dataclass(slots=True)
class Work:
    """The work on one assignment of a class."""

    maker: Maker
    one: LoadClass
    task: Task
    responses: int = 0
    marked_at: datetime | None = field(init=False)
    """When the teacher marked what waited; None: not yet."""

    def __post_init__(self) -> None:
        """Decide whether the teacher got round to it."""
        marked_at = self.task.due_at + MARKED_AFTER
        is_marked = marked_at < self.maker.now and self.maker.dice.random() > LEFT_UNMARKED
        self.marked_at = marked_at if is_marked else None

    def make(self, pupils: Sequence[Pupil]) -> int:
        """Make everybody's work; return how many responses it has."""
        if self.task.opens_at > self.maker.now:
            return 0
        for pupil in pupils:
            if not self.task.window.was_over(pupil.joined_at):
                self._make_attempts(pupil)
        return self.responses

    def _make_attempts(self, pupil: Pupil) -> None:
        results, has_handed_in = [], False
        for attempt, (started_at, handed_in_at) in enumerate(self._list_times(pupil), start=1):
            result = self._make_attempt(pupil, attempt, started_at, handed_in_at)
            has_handed_in = has_handed_in or handed_in_at is not None
            if result is not None:
                results.append(result)
        if has_handed_in or self._is_given_up():
            settle(self.maker, self.one, self.task, pupil.id, results)

    def _is_given_up(self) -> bool:
        """Whether the teacher made a row for work that never came: only some get a zero, later."""
        is_over = self.task.due_at + RELEASED_AFTER < self.maker.now
        return is_over and self.maker.dice.random() < ZERO_FOR_MISSING

    def _list_times(self, pupil: Pupil) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield when each attempt was started and handed in; None: it is open."""
        dice, task, now = self.maker.dice, self.task, self.maker.now
        earliest = max(task.opens_at, pupil.joined_at)
        if task.due_at > now:
            chance = dice.random()
            if chance > IN_BY_NOW + UNDER_WAY or now - earliest < timedelta(hours=1):
                return
            started_at = now - dice.random() * (now - earliest)
            is_in = chance < IN_BY_NOW and now - started_at > timedelta(minutes=40)
            first = started_at + timedelta(minutes=dice.randint(6, 35)) if is_in else None
        else:
            if dice.random() > pupil.care:
                return
            first = self._pick_time()
            started_at = max(earliest, first - timedelta(minutes=dice.randint(6, 40)))
            if first <= started_at or first > now:
                return
            if dice.random() < LEFT_OPEN:
                first = None
        yield started_at, first
        if first is not None and task.attempts_allowed > 1 and dice.random() < TRIES_AGAIN:
            again = first + timedelta(minutes=dice.randint(20, 1200))
            if again < min(task.due_at, now):
                yield again - timedelta(minutes=dice.randint(5, 18)), again

    def _pick_time(self) -> datetime:
        """Pick a time of the day, mostly in the days before it is due at four, sometimes late."""
        dice, task = self.maker.dice, self.task
        hour = timedelta(minutes=dice.randint(-8 * 60, 4 * 60))
        if dice.random() < LATE and task.window.late_rule is not LateRule.REFUSE:
            days = dice.randint(0, 2)
            return task.due_at + days * DAY + (abs(hour / 2) if days == 0 else hour)
        days = dice.randint(0, 4)
        return task.due_at - days * DAY + (-abs(hour) if days == 0 else hour)

    def _make_attempt(
        self, pupil: Pupil, attempt: int, started_at: datetime, handed_in_at: datetime | None
    ) -> Result | None:
        """Write an attempt and its answers; return what it gives, None while it is open or waits."""
        submission_id, points, is_late = self.maker.sink.next_id(Submission), None, False
        answers = self._answer(pupil, attempt, submission_id, handed_in_at)
        if handed_in_at is not None:
            window = self.task.window
            is_late = is_work_late(window, handed_in_at, joined_at=pupil.joined_at)
            points = total(
                answers.points, is_late=is_late, late_rule=window.late_rule,
                penalty_percent=self.task.penalty_percent,
            )  # fmt: skip
        saved_at = handed_in_at or started_at + timedelta(seconds=40)
        self.maker.sink.rows(Submission).append(
            (
                submission_id, self.task.id, pupil.id, attempt, started_at, saved_at, handed_in_at,
                is_late, answers.points.count(None), cents(points),
            )
        )  # fmt: skip
        if points is None or handed_in_at is None:
            return None
        by_id = None if answers.marked_at is None else self.one.teacher_id
        at = answers.marked_at or handed_in_at
        return Result(submission_id, attempt, points, at, by_id, answers.reason)

    def _answer(
        self, pupil: Pupil, attempt: int, submission_id: int, handed_in_at: datetime | None
    ) -> Answers:
        """Write a response to each question."""
        dice, rows, answers = self.maker.dice, self.maker.sink.rows(Response), Answers()
        skill = pupil.skill + 0.12 * (attempt - 1)
        blank = BLANK_WHILE_OPEN if handed_in_at is None else BLANK
        self.responses += len(self.task.items)
        for item in self.task.items:
            answer, outcome = None, Outcome.BLANK
            if dice.random() >= blank:
                known = item.question
                is_right = dice.random() < skill - 0.07 * (known.difficulty - 2)
                pool = known.right if is_right else known.wrong
                answer, outcome = pool[int(dice.random() * len(pool))]
            given = (submission_id, item.id, answer, int(answer is not None))
            if handed_in_at is None:
                rows.append((*given, None, None, "", None, None))
                continue
            points = points_for(outcome, item.worth)
            if points is None:
                mark = self._mark(answers, item, attempt, outcome, handed_in_at)
                rows.append((*given, *mark))
            else:
                answers.points.append(points)
                rows.append((*given, outcome.value, cents(points), "", handed_in_at, None))
        return answers

    def _mark(
        self, answers: Answers, item: Item, attempt: int, outcome: Outcome, handed_in_at: datetime
    ) -> tuple[object, ...]:
        """Return outcome, points, comment, when and by whom for an answer that waits, or was marked since."""
        dice, at = self.maker.dice, self._when_marked(handed_in_at)
        if at is None:
            answers.points.append(None)
            return outcome.value, None, "", None, None
        points = dice.choice((item.worth, item.worth, item.worth / 2, Decimal(0)))
        answers.points.append(points)
        answers.marked_at = at
        shown = f"{show_points(points)} of {show_points(item.worth)} points"
        answers.reason = f"Attempt {attempt}, question {item.position}: {shown}"
        comment = dice.choice(self.maker.plan.praise) if item.question.is_essay else ""
        return (
            outcome_for(points, item.worth).value,
            cents(points),
            comment,
            at,
            self.one.teacher_id,
        )

    def _when_marked(self, handed_in_at: datetime) -> datetime | None:
        if self.marked_at is None:
            return None
        at = max(self.marked_at, handed_in_at + timedelta(hours=6))
        return at if at < self.maker.now else None
