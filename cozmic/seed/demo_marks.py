"""What the demo's pupils answered, and what it was worth.

Answers are made up, verdicts are not: every answer goes through the rules that grade real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import Row

from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Grade, GradeChange, Response, Submission
from cozmic.rules.enums import QuestionKind, Release
from cozmic.rules.kinds import grade
from cozmic.rules.scoring import outcome_for, points_for, total
from cozmic.seed.demo_answers import make_answer
from cozmic.seed.demo_people import DemoClass
from cozmic.seed.demo_plan import DemoPlan

MARKED_AFTER = timedelta(days=9)
BLANK, BLANK_WHILE_OPEN = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of an assignment and its question."""

    item: AssignmentItem
    question: Row[Any]


def answer_and_mark(
    plan: DemoPlan,
    one: DemoClass,
    assignment: Assignment,
    submission: Submission,
    asked: list[Asked],
    dice: Random,
    *,
    skill: float,
    now: datetime,
) -> None:
    """Fill an attempt with answers; if it was handed in, grade it, by hand too where that is due by now."""
    responses = [_answer(plan, submission, part, dice, skill) for part in asked]
    db.session.add_all(responses)
    if submission.handed_in_at is None:
        return
    is_marked = submission.handed_in_at < now - MARKED_AFTER
    for response, part in zip(responses, asked, strict=True):
        _mark_by_rule(response, part, submission.handed_in_at)
        if response.points is None and is_marked:
            _mark_by_hand(response, part, one.teacher_id, submission.handed_in_at, plan, dice)
    submission.waiting = sum(response.points is None for response in responses)
    submission.points = total(
        [response.points for response in responses],
        is_late=submission.is_late,
        late_rule=assignment.late_rule,
        penalty_percent=assignment.late_penalty_percent,
    )
    is_released = assignment.release is Release.AUTOMATIC or is_marked
    _make_grade(submission, is_released=is_released)


def _answer(
    plan: DemoPlan, submission: Submission, part: Asked, dice: Random, skill: float
) -> Response:
    question = part.question
    is_right = dice.random() < skill - 0.07 * (question.difficulty - 2)
    is_blank = dice.random() < (BLANK_WHILE_OPEN if submission.handed_in_at is None else BLANK)
    answer: str | None = None
    if not is_blank and question.kind is QuestionKind.ESSAY:
        answer = dice.choice(plan.essays[question.slug])
    elif not is_blank:
        answer = make_answer(question.kind, question.body, dice, is_right=is_right)
    return Response(
        submission_id=submission.id,
        item_id=part.item.id,
        answer=answer,
        version=int(answer is not None),
        comment="",
    )


def _mark_by_rule(response: Response, part: Asked, handed_in_at: datetime) -> None:
    response.outcome = grade(part.question.kind, part.question.body, response.answer).outcome
    response.points = points_for(response.outcome, part.item.points)
    response.graded_at = None if response.points is None else handed_in_at


def _mark_by_hand(
    response: Response,
    part: Asked,
    teacher_id: int,
    handed_in_at: datetime,
    plan: DemoPlan,
    dice: Random,
) -> None:
    worth = part.item.points
    response.points = dice.choice([worth, worth, worth / 2, Decimal(0)])
    response.outcome = outcome_for(response.points, worth)
    response.graded_at, response.graded_by_id = handed_in_at + timedelta(days=2), teacher_id
    if part.question.kind is QuestionKind.ESSAY:
        response.comment = dice.choice(plan.praise)


def _make_grade(submission: Submission, *, is_released: bool) -> None:
    has_points = submission.points is not None
    row = Grade(
        assignment_id=submission.assignment_id,
        student_id=submission.student_id,
        submission_id=submission.id if has_points else None,
        points=submission.points,
        is_by_hand=False,
        comment="",
        graded_at=submission.handed_in_at if has_points else None,
        released_at=submission.handed_in_at if has_points and is_released else None,
    )
    db.session.add(row)
    if not has_points:
        return
    db.session.flush()
    change = GradeChange(
        grade_id=row.id,
        changed_at=submission.handed_in_at,
        changed_by_id=None,
        to_points=row.points,
        reason="Handed in",
    )
    db.session.add(change)
