"""One answer on the teacher's desk: what was asked, what was given, what a rule found, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from cozmic.access.work import answers_of
from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Question,
    Response,
    Submission,
    User,
)
from cozmic.reads.grading_queue import QueueFilter, count_waiting, find_next_waiting
from cozmic.rules import kinds
from cozmic.rules.enums import Outcome, QuestionKind
from cozmic.rules.marks import half_of, mark_version
from cozmic.rules.names import full_name, initials_of


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another answer of the same attempt."""

    response_id: int
    position: int
    outcome: Outcome
    points: Decimal | None
    worth: Decimal


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """All that the page shows."""

    response_id: int
    submission_id: int
    assignment_id: int
    classroom_id: int
    student_id: int
    name: str
    initials: str
    is_removed: bool
    classroom_name: str
    is_archived: bool
    title: str
    attempt: int
    attempts_allowed: int
    handed_in_at: datetime
    is_late: bool
    item_id: int
    position: int
    worth: Decimal
    kind: QuestionKind
    prompt: str
    explanation: str
    answer: str
    """As people read it; "" for a blank one."""
    key: str
    also_accepted: tuple[str, ...]
    """Further listed forms of a short text."""
    guidance: str
    note: str
    """Why the rule left it to the teacher, or what it found."""
    outcome: Outcome
    points: Decimal | None
    comment: str
    graded_at: datetime | None
    graded_by: str
    """"" where a rule graded it, or nobody yet."""
    siblings: tuple[Sibling, ...]
    """All answers of the attempt, this one too, in their order."""
    waiting: int
    """Answers that wait in the filter."""
    next_id: int | None

    @property
    def version(self) -> str:
        """Which state of the mark this page shows."""
        return mark_version(self.graded_at, self.points)

    @property
    def half(self) -> Decimal:
        """Half of what the question is worth."""
        return half_of(self.worth)


def get_marking_page(teacher_id: int, response_id: int, chosen: QueueFilter) -> MarkingPage:
    """Return a handed-in answer from a class this teacher teaches, in four queries; raise NotFound otherwise."""
    row = _find_row(teacher_id, response_id)
    if row is None:
        raise NotFound("answer")
    values = row._asdict()
    for used in ("given_name", "family_name", "body", "raw", "place_id", "archived_at"):
        values.pop(used)
    grader = full_name(values.pop("grader_given"), values.pop("grader_family"))
    return MarkingPage(
        **values,
        name=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        is_removed=row.place_id is None,
        is_archived=row.archived_at is not None,
        answer=kinds.show_answer(row.kind, row.body, row.raw),
        key=kinds.show_key(row.kind, row.body),
        also_accepted=tuple(row.body.get("accepted", ())[1:]),
        guidance=row.body.get("guidance", ""),
        note=kinds.grade(row.kind, row.body, row.raw).note,
        graded_by=grader,
        siblings=_list_siblings(row.submission_id),
        waiting=count_waiting(teacher_id, chosen),
        next_id=find_next_waiting(teacher_id, chosen, after=response_id),
    )


def _find_row(teacher_id: int, response_id: int) -> Row[*tuple[Any, ...]] | None:
    grader = aliased(User)
    statement = (
        select(
            Response.id.label("response_id"), Response.answer.label("raw"), Response.outcome, Response.points,
            Response.comment, Response.graded_at, Response.item_id, Submission.id.label("submission_id"),
            Submission.attempt, Submission.handed_in_at, Submission.is_late, Submission.student_id,
            Assignment.id.label("assignment_id"), Assignment.title, Assignment.attempts_allowed,
            Assignment.classroom_id, Classroom.name.label("classroom_name"), Classroom.archived_at,
            AssignmentItem.position, AssignmentItem.points.label("worth"), Question.kind, Question.body,
            Question.prompt, Question.explanation, User.given_name, User.family_name,
            Enrolment.id.label("place_id"), grader.given_name.label("grader_given"),
            grader.family_name.label("grader_family"),
        )
        .select_from(Response)
        .join(Submission, Submission.id == Response.submission_id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(User, User.id == Submission.student_id)
        .outerjoin(
            Enrolment,
            (Enrolment.classroom_id == Classroom.id)
            & (Enrolment.student_id == Submission.student_id)
            & Enrolment.removed_at.is_(None),
        )
        .outerjoin(grader, grader.id == Response.graded_by_id)
        .where(
            Response.id == response_id,
            Classroom.teacher_id == teacher_id,
            Submission.handed_in_at.is_not(None),
        )
    )  # fmt: skip
    return db.session.execute(statement).one_or_none()


def _list_siblings(submission_id: int) -> tuple[Sibling, ...]:
    statement = answers_of(
        submission_id, Response.id.label("response_id"), AssignmentItem.position, Response.outcome,
        Response.points, AssignmentItem.points.label("worth"),
    )  # fmt: skip
    return tuple(Sibling(**row._asdict()) for row in db.session.execute(statement))
