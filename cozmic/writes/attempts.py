"""A pupil's work under way: started, and saved answer by answer. writes/handing_in.py closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from cozmic.access.work import Attempt, answers_of, window_of
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, Invalid, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Question, Response, Submission
from cozmic.rules import kinds
from cozmic.rules.work import Standing, may_start

NOT_OPEN = "This assignment is not open just now."
NO_ATTEMPT = "There is no attempt left on this assignment."
CLOSED = "This assignment has closed. What you had saved is kept, and your teacher can collect it."
HANDED_IN = "This attempt has been handed in already."


class StaleAnswer(Conflict):
    """The answer was saved from somewhere else meanwhile; carries what is stored."""

    def __init__(self, *, answer: object, version: int) -> None:
        super().__init__("This answer was changed on another device or in another tab.")
        self.answer = answer
        self.version = version


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as a page sends it, and the version of the stored one that the page knew."""

    raw: object
    version: int


def start_attempt(
    touched: Touched, assignment: Assignment, student_id: int, *, now: datetime
) -> Submission:
    """Open the next attempt, or return the one that is open. The caller has locked the pupil's place in the class.

    Raises Conflict when the assignment is not open or no attempt is left.
    """
    attempts = _list_attempts(assignment.id, student_id)
    open_one = next((attempt for attempt in attempts if attempt.handed_in_at is None), None)
    if open_one is not None:
        return open_one
    standing = Standing(attempts_handed_in=len(attempts))
    window = window_of(assignment)
    if not may_start(window, standing, now, attempts_allowed=assignment.attempts_allowed):
        raise Conflict(NO_ATTEMPT if window.is_open(now) else NOT_OPEN)
    submission = Submission(
        assignment_id=assignment.id,
        student_id=student_id,
        attempt=len(attempts) + 1,
        started_at=now,
        saved_at=now,
        is_late=False,
        waiting=0,
    )
    db.session.add(submission)
    db.session.flush()
    _add_responses(submission.id, assignment.id)
    touched.person(student_id)
    touched.work(assignment.classroom_id)
    return submission


def _list_attempts(assignment_id: int, student_id: int) -> list[Submission]:
    statement = select(Submission).where(
        Submission.assignment_id == assignment_id, Submission.student_id == student_id
    )
    return list(db.session.execute(statement).scalars())


def _add_responses(submission_id: int, assignment_id: int) -> None:
    items = db.session.execute(
        select(AssignmentItem.id).where(AssignmentItem.assignment_id == assignment_id)
    ).scalars()
    rows = [
        {"submission_id": submission_id, "item_id": item_id, "version": 0, "comment": ""}
        for item_id in items
    ]
    if not rows:
        raise Conflict("This assignment has no questions yet.")
    db.session.execute(insert(Response), rows)


def save_answer(attempt: Attempt, item_id: int, given: GivenAnswer, *, now: datetime) -> int:
    """Keep one answer and return its new version. The caller has locked the submission.

    Touches no screen: what is saved shows only on the page that saved it. Saving what is stored already is no
    change, so a repeated request is harmless. Raises Conflict when handed in or closed, StaleAnswer when another
    page saved meanwhile, NotFound for an item of another assignment, Invalid for an answer that cannot be taken.
    """
    check_open(attempt, now)
    row = _get_row(attempt.submission.id, item_id)
    store_answer(row, given)
    attempt.submission.saved_at = now
    version: int = row.Response.version
    return version


def save_answers(
    attempt: Attempt, given: Mapping[int, GivenAnswer], *, now: datetime
) -> tuple[int, ...]:
    """Keep what can be kept of a whole page; return the items of the answers that cannot: stale, or no answers.

    The caller has locked the submission. Raises Conflict when handed in or closed. Items it does not have are passed
    over.
    """
    check_open(attempt, now)
    refused: list[int] = []
    for row in list_rows(attempt.submission.id):
        item_id = row.Response.item_id
        if item_id in given and not _is_stored(row, given[item_id]):
            refused.append(item_id)
    attempt.submission.saved_at = now
    return tuple(refused)


def _is_stored(row: Row[Any], given: GivenAnswer) -> bool:
    try:
        store_answer(row, given)
    except (StaleAnswer, Invalid):
        return False
    return True


def _get_row(submission_id: int, item_id: int) -> Row[Any]:
    row = db.session.execute(_rows(submission_id).where(Response.item_id == item_id)).one_or_none()
    if row is None:
        raise NotFound("question on this assignment")
    return row


def list_rows(submission_id: int) -> Sequence[Row[Any]]:
    """List an attempt's responses, each with what it is worth, its question's kind and body, in their order."""
    return db.session.execute(_rows(submission_id)).all()


def _rows(submission_id: int) -> Any:
    return answers_of(
        submission_id, Response, AssignmentItem.points.label("worth"), Question.kind, Question.body
    )


def store_answer(row: Row[Any], given: GivenAnswer) -> None:
    """Put an answer into a row of list_rows; raise StaleAnswer, or Invalid for what cannot be one."""
    response: Response = row.Response
    answer = kinds.clean_answer(row.kind, row.body, given.raw)
    if answer == response.answer:
        return
    if given.version != response.version:
        raise StaleAnswer(answer=response.answer, version=response.version)
    response.answer = answer
    response.version += 1


def check_open(attempt: Attempt, now: datetime) -> None:
    """Raise Conflict where an attempt takes no more answers: handed in, or closed."""
    if attempt.submission.handed_in_at is not None:
        raise Conflict(HANDED_IN)
    if not window_of(attempt.assignment).takes_work(now):
        raise Conflict(CLOSED)
