"""One whole attempt for the teacher: every question, what was given for it, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from cozmic.access.work import answers_of
from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Enrolment,
    Grade,
    Question,
    Response,
    Submission,
    User,
)
from cozmic.rules import kinds
from cozmic.rules.enums import LateRule, Outcome, QuestionKind
from cozmic.rules.names import full_name, initials_of


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question and what the pupil gave for it."""

    response_id: int
    position: int
    kind: QuestionKind
    prompt: str
    worth: Decimal
    answer: str
    """As people read it; "" for a blank one."""
    key: str
    note: str
    outcome: Outcome | None
    """None: the attempt is open."""
    points: Decimal | None
    comment: str
    graded_by: str
    """"" where a rule graded it, or nobody yet."""


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """All that the page shows."""

    submission_id: int
    assignment_id: int
    classroom_id: int
    title: str
    max_points: Decimal
    attempts_allowed: int
    late_rule: LateRule
    late_penalty_percent: int
    student_id: int
    name: str
    initials: str
    is_removed: bool
    attempt: int
    started_at: datetime
    saved_at: datetime
    handed_in_at: datetime | None
    is_late: bool
    waiting: int
    points: Decimal | None
    """After any late penalty; None: open, or not graded yet."""
    counted_id: int | None
    """The attempt that counts for the grade."""
    is_by_hand: bool
    """The grade was set by hand, so no attempt decides it."""
    answers: tuple[AnswerLine, ...]
    other_attempts: tuple[tuple[int, int], ...]
    """(submission id, which attempt) of the pupil's others."""

    @property
    def given(self) -> int:
        """Questions with an answer."""
        return sum(bool(answer.answer) for answer in self.answers)

    @property
    def before_penalty(self) -> Decimal:
        """The points of the graded answers by themselves."""
        return sum((one.points for one in self.answers if one.points is not None), Decimal(0))


def get_submission_page(classroom_id: int, submission_id: int) -> SubmissionPage:
    """Return an attempt in a class whose teacher the caller has admitted. Three queries; raises NotFound."""
    row = _find_row(classroom_id, submission_id)
    if row is None:
        raise NotFound("attempt")
    values = row._asdict()
    for used in ("given_name", "family_name", "removed_at"):
        values.pop(used)
    return SubmissionPage(
        **{**values, "is_by_hand": bool(row.is_by_hand)},
        name=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        is_removed=row.removed_at is not None,
        answers=_list_answers(submission_id),
        other_attempts=_list_others(row),
    )


def _find_row(classroom_id: int, submission_id: int) -> Row[*tuple[Any, ...]] | None:
    statement = (
        select(
            Submission.id.label("submission_id"), Submission.assignment_id, Assignment.classroom_id,
            Assignment.title, Assignment.max_points, Assignment.attempts_allowed, Assignment.late_rule,
            Assignment.late_penalty_percent, Submission.student_id, User.given_name, User.family_name,
            Enrolment.removed_at, Submission.attempt, Submission.started_at, Submission.saved_at,
            Submission.handed_in_at, Submission.is_late, Submission.waiting, Submission.points,
            Grade.submission_id.label("counted_id"), Grade.is_by_hand,
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(User, User.id == Submission.student_id)
        .join(
            Enrolment,
            (Enrolment.classroom_id == Assignment.classroom_id) & (Enrolment.student_id == User.id),
        )
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == User.id))
        .where(Submission.id == submission_id, Assignment.classroom_id == classroom_id)
    )  # fmt: skip
    return db.session.execute(statement).one_or_none()


def _list_answers(submission_id: int) -> tuple[AnswerLine, ...]:
    statement = answers_of(
        submission_id, Response.id, Response.answer, Response.outcome, Response.points, Response.comment,
        AssignmentItem.position, AssignmentItem.points.label("worth"), Question.kind, Question.body,
        Question.prompt, User.given_name, User.family_name,
    ).outerjoin(User, User.id == Response.graded_by_id)  # fmt: skip
    return tuple(_answer(row) for row in db.session.execute(statement))


def _answer(row: Row[Any]) -> AnswerLine:
    is_closed = row.outcome is not None
    return AnswerLine(
        response_id=row.id,
        position=row.position,
        kind=row.kind,
        prompt=row.prompt,
        worth=row.worth,
        answer=kinds.show_answer(row.kind, row.body, row.answer),
        key=kinds.show_key(row.kind, row.body),
        note=kinds.grade(row.kind, row.body, row.answer).note if is_closed else "",
        outcome=row.outcome,
        points=row.points,
        comment=row.comment,
        graded_by=full_name(row.given_name, row.family_name),
    )


def _list_others(row: Row[Any]) -> tuple[tuple[int, int], ...]:
    statement = (
        select(Submission.id, Submission.attempt)
        .where(
            Submission.assignment_id == row.assignment_id,
            Submission.student_id == row.student_id,
            Submission.id != row.submission_id,
        )
        .order_by(Submission.attempt)
    )
    return tuple((found.id, found.attempt) for found in db.session.execute(statement))
