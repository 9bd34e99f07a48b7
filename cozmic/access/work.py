"""Assignments and attempts, for the pupil whose they are and for the teacher who marks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Question,
    Response,
    Submission,
)
from cozmic.rules.work import Window

ARCHIVED = "This class is archived. Its work can be read, but not changed."
HAS_PLACE = (Enrolment.classroom_id == Classroom.id) & (
    Enrolment.student_id == Submission.student_id
)
"""Joins a submission to its pupil's place in the class, which stays when the pupil is removed."""
WINDOW = (Assignment.opens_at, Assignment.due_at, Assignment.closes_at, Assignment.late_rule)
"""The columns of a Window."""
ATTEMPT = (Submission, Assignment, Enrolment.joined_at, Classroom.archived_at)
"""The columns of an Attempt."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A submission with the assignment it belongs to."""

    submission: Submission
    assignment: Assignment
    joined_at: datetime
    """When its pupil joined the class."""


@dataclass(frozen=True, slots=True)
class MarkedResponse:
    """A response with all that marking it needs."""

    response: Response
    item: AssignmentItem
    question: Question
    attempt: Attempt


def window_of(dated: Assignment | Row[*tuple[Any, ...]]) -> Window:
    """Return when an assignment, or the one whose WINDOW a row holds, takes work."""
    return Window(dated.opens_at, dated.due_at, dated.closes_at, dated.late_rule)


def own_assignment(student_id: Any, assignment_id: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of columns of a published assignment of a class this pupil is in, and of the class."""
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .where(
            Assignment.id == assignment_id,
            Assignment.published_at.is_not(None),
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
        )
    )


def get_assignment_to_start(student_id: int, assignment_id: int) -> Assignment:
    """Return a published assignment of a class this pupil is in; raise NotFound, or Conflict where it is archived.

    The pupil's place in the class is locked, so that two presses of "start" come one after the other. The assignment
    is locked first, against being taken back or given other questions meanwhile, but not against other pupils.
    """
    db.session.execute(
        select(Assignment.id)
        .where(Assignment.id == assignment_id)
        .with_for_update(read=True, key_share=True)
    )
    statement = own_assignment(student_id, assignment_id, Assignment, Classroom.archived_at)
    row = db.session.execute(
        statement.with_for_update(of=Enrolment).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("assignment")
    if row.archived_at is not None:
        raise Conflict(ARCHIVED)
    assignment: Assignment = row.Assignment
    return assignment


def own_attempt(student_id: Any, submission_id: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of columns of this pupil's attempt, its assignment and class, while they are on the roster."""
    return _attempts(*columns).where(
        Submission.id == submission_id,
        Submission.student_id == student_id,
        Enrolment.removed_at.is_(None),
        Assignment.published_at.is_not(None),
    )


def responses_of(submission_id: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of columns of an attempt's responses, with their items, in their order."""
    return (
        select(*columns)
        .select_from(Response)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .where(Response.submission_id == submission_id)
        .order_by(AssignmentItem.position, AssignmentItem.id)
    )


def answers_of(submission_id: int, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the same with their questions."""
    return responses_of(submission_id, *columns).join(
        Question, Question.id == AssignmentItem.question_id
    )


def get_own_attempt(student_id: int, submission_id: int, *, for_update: bool = False) -> Attempt:
    """Return this pupil's attempt while they are on the class's roster; raise NotFound otherwise."""
    return _one_attempt(own_attempt(student_id, submission_id, *ATTEMPT), for_update=for_update)


def get_attempt_to_hand_in(student_id: int, submission_id: int) -> Attempt:
    """Return this pupil's attempt, locked, with its assignment kept as it is: grading depends on both."""
    _keep_release(own_attempt(student_id, submission_id, Assignment.id))
    return get_own_attempt(student_id, submission_id, for_update=True)


def get_attempt_to_mark(
    teacher_id: int, submission_id: int, *, for_update: bool = False
) -> Attempt:
    """Return an attempt from a class this teacher teaches; raise NotFound otherwise."""
    statement = _attempts(*ATTEMPT).where(
        Submission.id == submission_id, Classroom.teacher_id == teacher_id
    )
    if for_update:
        _keep_release(statement.with_only_columns(Assignment.id))
    return _one_attempt(statement, for_update=for_update)


def list_open_attempt_ids(teacher_id: int, classroom_id: int, assignment_id: int) -> list[int]:
    """List the attempts at an assignment that pupils on the roster have open; raise NotFound for another's class."""
    mine = select(Assignment.id).join(Classroom, Classroom.id == Assignment.classroom_id).where(
        Assignment.id == assignment_id, Classroom.id == classroom_id, Classroom.teacher_id == teacher_id,
        Assignment.published_at.is_not(None),
    )  # fmt: skip
    if db.session.execute(mine).one_or_none() is None:
        raise NotFound("assignment")
    statement = (
        select(Submission.id)
        .join(Enrolment, Enrolment.student_id == Submission.student_id)
        .where(
            Submission.assignment_id == assignment_id,
            Submission.handed_in_at.is_(None),
            Enrolment.classroom_id == classroom_id,
            Enrolment.removed_at.is_(None),
        )
        .order_by(Submission.id)
    )
    return list(db.session.execute(statement).scalars())


def get_response_to_mark(
    teacher_id: int, response_id: int, *, for_update: bool = False
) -> MarkedResponse:
    """Return a handed-in response from a class this teacher teaches; raise NotFound otherwise.

    With for_update its submission is locked, since marking and handing in change the same sums. It is locked before
    anything else is read: a SELECT that waits for one row's lock shows the others as they were before it waited.
    """
    statement = (
        _attempts(Response, AssignmentItem, Question, *ATTEMPT)
        .join(Response, Response.submission_id == Submission.id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .where(
            Response.id == response_id,
            Classroom.teacher_id == teacher_id,
            Submission.handed_in_at.is_not(None),
        )
    )
    if for_update:
        _keep_release(statement.with_only_columns(Assignment.id))
        locking = statement.with_only_columns(Submission.id).with_for_update(of=Submission)
        db.session.execute(locking)
        statement = statement.execution_options(populate_existing=True)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("answer")
    attempt = _attempt(row, for_update=for_update)
    return MarkedResponse(row.Response, row.AssignmentItem, row.Question, attempt)


def _keep_release(statement: Select[*tuple[Any, ...]]) -> None:
    """Keep the assignment as it is until the commit, so that grades are not released while they are being held.

    First of all locks, as for a teacher who changes the assignment: two in another order could wait for each other.
    """
    db.session.execute(statement.with_for_update(read=True, of=Assignment))


def _attempts(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(Submission)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, HAS_PLACE)
    )


def _one_attempt(statement: Select[*tuple[Any, ...]], *, for_update: bool) -> Attempt:
    if for_update:
        statement = statement.with_for_update(of=Submission).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("attempt")
    return _attempt(row, for_update=for_update)


def _attempt(row: Row[*tuple[Any, ...]], *, for_update: bool) -> Attempt:
    if for_update and row.archived_at is not None:
        raise Conflict(ARCHIVED)
    return Attempt(row.Submission, row.Assignment, row.joined_at)
