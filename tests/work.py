"""Work handed in for tests, through the writes that the pupil's pages use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.work import get_own_attempt, get_response_to_mark
from cozmic.extensions import db
from cozmic.models import AssignmentItem, Grade, Response, Submission
from cozmic.transaction import transaction
from cozmic.writes.attempts import GivenAnswer
from cozmic.writes.handing_in import hand_in
from cozmic.writes.marking import give_points
from tests.factories import make_submission


def hand_in_work(
    assignment_id: int,
    student_id: int,
    *answers: str,
    attempt: int = 1,
    now: datetime | None = None,
) -> int:
    """Hand in an attempt with these answers to the first questions; return its id."""
    submission_id = make_submission(assignment_id, student_id, attempt=attempt)
    hand_in_open(student_id, submission_id, answers, now=now)
    return submission_id


def hand_in_open(
    student_id: int, submission_id: int, answers: Sequence[str], *, now: datetime | None = None
) -> None:
    """Hand in an open attempt."""
    moment = now or get_now()
    with transaction() as touched:
        attempt = get_own_attempt(student_id, submission_id, for_update=True)
        items = list_item_ids(attempt.assignment.id)
        given = {
            item_id: GivenAnswer(answer, 0) for item_id, answer in zip(items, answers, strict=False)
        }
        hand_in(touched, attempt, given, now=moment)


def list_item_ids(assignment_id: int) -> list[int]:
    """An assignment's items in their order."""
    statement = (
        select(AssignmentItem.id)
        .where(AssignmentItem.assignment_id == assignment_id)
        .order_by(AssignmentItem.position)
    )
    return list(db.session.execute(statement).scalars())


def list_response_ids(submission_id: int) -> list[int]:
    """An attempt's responses in the order of its questions."""
    statement = (
        select(Response.id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .where(Response.submission_id == submission_id)
        .order_by(AssignmentItem.position)
    )
    found = list(db.session.execute(statement).scalars())
    db.session.rollback()
    return found


def mark(teacher_id: int, response_id: int, points: str, comment: str = "") -> None:
    """Mark an answer, whatever mark is there."""
    now = get_now()
    with transaction() as touched:
        marked = get_response_to_mark(teacher_id, response_id, for_update=True)
        give_points(touched, marked, Decimal(points), comment=comment, by_id=teacher_id, now=now)


def stored_response(response_id: int) -> Response:
    """A response as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Response, response_id, populate_existing=True)


def stored_submission(submission_id: int) -> Submission:
    """An attempt as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Submission, submission_id, populate_existing=True)


def find_stored_grade(assignment_id: int, student_id: int) -> Grade | None:
    """A grade as the database has it now."""
    db.session.rollback()
    statement = select(Grade).where(
        Grade.assignment_id == assignment_id, Grade.student_id == student_id
    )
    return db.session.execute(
        statement.execution_options(populate_existing=True)
    ).scalar_one_or_none()


def stored_grade(assignment_id: int, student_id: int) -> Grade:
    """The same; the test fails where there is none."""
    grade = find_stored_grade(assignment_id, student_id)
    assert grade is not None
    return grade
