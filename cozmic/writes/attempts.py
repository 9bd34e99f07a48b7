"""A pupil's work: start, save, hand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from cozmic.access.work import Attempt, window_of
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Question, Response, Submission
from cozmic.rules import kinds
from cozmic.rules.scoring import points_for, total
from cozmic.rules.work import Standing, may_start
from cozmic.writes.grades import settle_grade

NOT_OPEN = "This assignment is not open just now."
NO_ATTEMPT = "There is no attempt left on this assignment."
CLOSED = "This assignment has closed. What you had saved is kept, and your teacher can collect it."
HANDED_IN = "This attempt has been handed in already."
CHANGED_ELSEWHERE = "An answer was changed on another device since this page was opened. Look it over, then hand in."


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
    _check_open(attempt, now)
    row = _find_marked(attempt.submission.id, item_id)
    response: Response = row.Response
    _store(row, response, given)
    attempt.submission.saved_at = now
    return response.version


def _find_marked(submission_id: int, item_id: int) -> Row[Any]:
    row = db.session.execute(
        _responses_of(submission_id).where(Response.item_id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound("question on this assignment")
    return row


def _responses_of(submission_id: int) -> Any:
    return (
        select(Response, AssignmentItem.points.label("worth"), Question.kind, Question.body)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .where(Response.submission_id == submission_id)
        .order_by(Response.id)
    )


def _store(row: Row[Any], response: Response, given: GivenAnswer) -> None:
    answer = kinds.clean_answer(row.kind, row.body, given.raw)
    if answer == response.answer:
        return
    if given.version != response.version:
        raise StaleAnswer(answer=response.answer, version=response.version)
    response.answer = answer
    response.version += 1


def _check_open(attempt: Attempt, now: datetime) -> None:
    if attempt.submission.handed_in_at is not None:
        raise Conflict(HANDED_IN)
    if not window_of(attempt.assignment).takes_work(now):
        raise Conflict(CLOSED)


def hand_in(
    touched: Touched, attempt: Attempt, given: Mapping[int, GivenAnswer], *, now: datetime
) -> None:
    """Take the last answers from the page, grade by rule what can be, and close the attempt.

    Handing in twice is the same as once. `given` maps item ids to answers; items it leaves out keep what was saved.
    The caller has locked the submission. Raises Conflict when closed, or when an answer was changed elsewhere.
    """
    if attempt.submission.handed_in_at is not None:
        return
    _check_open(attempt, now)
    close_attempt(touched, attempt, given, now=now)


def close_attempt(
    touched: Touched, attempt: Attempt, given: Mapping[int, GivenAnswer], *, now: datetime
) -> None:
    """Grade and close an open attempt whatever the time: for hand_in, and for a teacher who collects open work."""
    submission, assignment = attempt.submission, attempt.assignment
    rows = db.session.execute(_responses_of(submission.id)).all()
    for row in rows:
        if row.Response.item_id in given:
            _store_last(row, given[row.Response.item_id])
        _mark(row, now)
    window = window_of(assignment)
    submission.handed_in_at = submission.saved_at = now
    submission.is_late = window.is_late(now) and window.last_moment != assignment.due_at
    submission.waiting = sum(row.Response.outcome.waits for row in rows)
    submission.points = submission_total(assignment, submission, [row.Response for row in rows])
    db.session.flush()
    settle_grade(
        touched, assignment, submission.student_id, now=now, by_id=None, reason="Handed in"
    )


def _store_last(row: Row[Any], given: GivenAnswer) -> None:
    try:
        _store(row, row.Response, given)
    except StaleAnswer as stale:
        raise Conflict(CHANGED_ELSEWHERE) from stale


def _mark(row: Row[Any], now: datetime) -> None:
    response: Response = row.Response
    response.outcome = kinds.grade(row.kind, row.body, response.answer).outcome
    response.points = points_for(response.outcome, row.worth)
    response.graded_at = None if response.points is None else now


def submission_total(
    assignment: Assignment, submission: Submission, responses: list[Response]
) -> Any:
    """Return the points of a handed-in submission, or None while an answer waits for the teacher."""
    return total(
        [response.points for response in responses],
        is_late=submission.is_late,
        late_rule=assignment.late_rule,
        penalty_percent=assignment.late_penalty_percent,
    )
