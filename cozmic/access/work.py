"""Assignments and attempts, for the pupil whose they are and for the teacher who marks them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

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


@dataclass(frozen=True, slots=True)
class Attempt:
    """A submission with the assignment it belongs to."""

    submission: Submission
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class MarkedResponse:
    """A response with all that marking it needs."""

    response: Response
    item: AssignmentItem
    question: Question
    attempt: Attempt


def window_of(assignment: Assignment) -> Window:
    """Return when an assignment takes work."""
    return Window(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        closes_at=assignment.closes_at,
        late_rule=assignment.late_rule,
    )


def get_own_assignment(
    student_id: int, assignment_id: int, *, for_update: bool = False
) -> Assignment:
    """Return a published assignment of a class this pupil is in; raise NotFound otherwise.

    With for_update the pupil's place in the class is locked, so that two presses of "start" come one after the other.
    """
    statement = (
        select(Assignment, Classroom.archived_at)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .where(
            Assignment.id == assignment_id,
            Assignment.published_at.is_not(None),
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
        )
    )
    if for_update:
        statement = statement.with_for_update(of=Enrolment)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("assignment")
    assignment, archived_at = row
    if for_update and archived_at is not None:
        raise Conflict(ARCHIVED)
    found: Assignment = assignment
    return found


def get_own_attempt(student_id: int, submission_id: int, *, for_update: bool = False) -> Attempt:
    """Return this pupil's attempt while they are on the class's roster; raise NotFound otherwise."""
    statement = (
        _attempts()
        .join(
            Enrolment,
            (Enrolment.classroom_id == Classroom.id)
            & (Enrolment.student_id == Submission.student_id),
        )
        .where(
            Submission.id == submission_id,
            Submission.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Assignment.published_at.is_not(None),
        )
    )
    return _one_attempt(statement, for_update=for_update)


def get_attempt_to_mark(
    teacher_id: int, submission_id: int, *, for_update: bool = False
) -> Attempt:
    """Return an attempt from a class this teacher teaches; raise NotFound otherwise."""
    statement = _attempts().where(
        Submission.id == submission_id, Classroom.teacher_id == teacher_id
    )
    return _one_attempt(statement, for_update=for_update)


def get_response_to_mark(
    teacher_id: int, response_id: int, *, for_update: bool = False
) -> MarkedResponse:
    """Return a handed-in response from a class this teacher teaches; raise NotFound otherwise.

    With for_update its submission is locked: marking and handing in change the same sums.
    """
    statement = (
        select(Response, AssignmentItem, Question, Submission, Assignment, Classroom.archived_at)
        .join(Submission, Submission.id == Response.submission_id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            Response.id == response_id,
            Classroom.teacher_id == teacher_id,
            Submission.handed_in_at.is_not(None),
        )
    )
    if for_update:
        statement = statement.with_for_update(of=Submission).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("answer")
    response, item, question, submission, assignment, archived_at = row
    if for_update and archived_at is not None:
        raise Conflict(ARCHIVED)
    return MarkedResponse(response, item, question, Attempt(submission, assignment))


def _attempts() -> Select[Submission, Assignment, object]:
    return (
        select(Submission, Assignment, Classroom.archived_at)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
    )


def _one_attempt(statement: Select[Submission, Assignment, object], *, for_update: bool) -> Attempt:
    if for_update:
        statement = statement.with_for_update(of=Submission).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("attempt")
    submission, assignment, archived_at = row
    if for_update and archived_at is not None:
        raise Conflict(ARCHIVED)
    return Attempt(submission, assignment)
