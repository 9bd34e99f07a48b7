"""What became of an attempt, for its pupil: as much of it as has been released, and not a byte more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from cozmic.access.ready import ready
from cozmic.access.work import WINDOW, own_attempt, responses_of, window_of
from cozmic.errors import NotFound
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Grade,
    Response,
    Submission,
)
from cozmic.reads.met_questions import MetQuestion, get_met_questions
from cozmic.reads.student_assignment import OwnGrade
from cozmic.rules import kinds
from cozmic.rules.enums import LateRule, Outcome, QuestionKind, WorkState
from cozmic.rules.work import Standing, may_see_key, may_start


@dataclass(frozen=True, slots=True)
class Marked:
    """What is known of an answer after release."""

    outcome: Outcome
    points: Decimal
    comment: str
    key: str
    """The right answer as people read it; "" while it may not be seen, or where there is none."""
    explanation: str
    """"" while the key may not be seen."""


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One question with what the pupil gave."""

    id: int
    number: int
    points: Decimal
    kind: QuestionKind
    prompt: str
    body: dict[str, object]
    answer: str | None
    shown_answer: str
    marked: Marked | None
    """None before release."""


@dataclass(frozen=True, slots=True)
class Result:
    """All that the page shows."""

    submission_id: int
    attempt: int
    attempts_allowed: int
    assignment_id: int
    title: str
    classroom_name: str
    handed_in_at: datetime | None
    """None: still open, there is no result."""
    is_late: bool
    state: WorkState
    """HANDED_IN (not graded yet), HELD or GRADED."""
    points: Decimal | None
    """After any late penalty; None before release."""
    max_points: Decimal
    penalty_percent: int
    """What was taken off because it was late; 0 before release."""
    grade: OwnGrade | None
    """For the assignment as a whole; None before release."""
    counts: bool
    """Whether the grade is taken from this attempt; False before release."""
    sees_keys: bool
    may_try_again: bool
    items: tuple[ResultItem, ...]

    @property
    def points_before_penalty(self) -> Decimal:
        """The sum over the questions; 0 before release."""
        return sum((item.marked.points for item in self.items if item.marked), Decimal(0))


def get_result(
    student_id: int, submission_id: int, *, school_revision: int, now: datetime
) -> Result:
    """Return the page in two queries, three the first time that its questions are asked for.

    Raises NotFound unless the attempt is this pupil's, in a class they are in.
    """
    row = _attempt.find_row(student_id=student_id, submission_id=submission_id)
    if row is None:
        raise NotFound("attempt")
    is_released = row.grade_points is not None and row.released_at is not None
    state = WorkState.HANDED_IN
    if row.points is not None:
        state = WorkState.GRADED if is_released else WorkState.HELD
    is_shown = state is WorkState.GRADED
    window = window_of(row)
    standing = Standing(
        attempts_handed_in=row.handed_in, has_open_attempt=row.started > row.handed_in,
        is_graded=row.grade_points is not None, is_released=is_released, joined_at=row.joined_at,
    )  # fmt: skip
    allowed = row.attempts_allowed
    sees_keys = is_shown and may_see_key(window, standing, now, attempts_allowed=allowed)
    is_penalised = is_shown and row.is_late and row.late_rule is LateRule.PENALTY
    return Result(
        submission_id=row.id, attempt=row.attempt, attempts_allowed=allowed, assignment_id=row.assignment_id,
        title=row.title, classroom_name=row.classroom_name, handed_in_at=row.handed_in_at, is_late=row.is_late,
        state=state, points=row.points if is_shown else None, max_points=row.max_points,
        penalty_percent=row.late_penalty_percent if is_penalised else 0,
        grade=OwnGrade(row.grade_points, row.is_by_hand, row.comment) if is_released else None,
        counts=is_shown and row.counting_id == row.id and not row.is_by_hand, sees_keys=sees_keys,
        may_try_again=row.archived_at is None and may_start(window, standing, now, attempts_allowed=allowed),
        items=_list_items(
            submission_id, school_revision=school_revision, now=now, is_shown=is_shown, sees_keys=sees_keys
        ),
    )  # fmt: skip


@ready
def _attempt(student_id: Any, submission_id: Any) -> Any:
    every = aliased(Submission)
    mine = (
        select(func.count())
        .where(every.assignment_id == Assignment.id, every.student_id == student_id)
        .correlate(Assignment)
    )
    return own_attempt(
        student_id, submission_id, Submission.id, Submission.attempt, Submission.handed_in_at,
        Submission.is_late, Submission.points, Assignment.id.label("assignment_id"), Assignment.title,
        Assignment.attempts_allowed, Assignment.max_points, *WINDOW, Assignment.late_penalty_percent,
        Classroom.name.label("classroom_name"), Classroom.archived_at, Enrolment.joined_at,
        Grade.points.label("grade_points"), Grade.released_at, Grade.is_by_hand, Grade.comment,
        Grade.submission_id.label("counting_id"), mine.scalar_subquery().label("started"),
        mine.where(every.handed_in_at.is_not(None)).scalar_subquery().label("handed_in"),
    ).outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))  # fmt: skip


def _list_items(
    submission_id: int, *, school_revision: int, now: datetime, is_shown: bool, sees_keys: bool
) -> tuple[ResultItem, ...]:
    rows = _answers.list_rows(submission_id=submission_id)
    questions = get_met_questions([row.question_id for row in rows], school_revision, now=now)
    return tuple(
        _item(number, row, questions[row.question_id], is_shown=is_shown, sees_keys=sees_keys)
        for number, row in enumerate(rows, start=1)
    )


@ready
def _answers(submission_id: Any) -> Any:
    return responses_of(
        submission_id, AssignmentItem.id, AssignmentItem.points.label("worth"), AssignmentItem.question_id,
        Response.answer, Response.outcome, Response.points, Response.comment,
    )  # fmt: skip


def _item(
    number: int, row: Row[Any], question: MetQuestion, *, is_shown: bool, sees_keys: bool
) -> ResultItem:
    return ResultItem(
        id=row.id, number=number, points=row.worth, kind=question.kind, prompt=question.prompt,
        body=kinds.public_body(question.kind, question.body), answer=row.answer,
        shown_answer=kinds.show_answer(question.kind, question.body, row.answer),
        marked=_marked(row, question, sees_keys=sees_keys) if is_shown else None,
    )  # fmt: skip


def _marked(row: Row[Any], question: MetQuestion, *, sees_keys: bool) -> Marked:
    return Marked(
        outcome=row.outcome,
        points=row.points,
        comment=row.comment,
        key=kinds.show_key(question.kind, question.body) if sees_keys else "",
        explanation=question.explanation if sees_keys else "",
    )
