"""A pupil's work: start, save, hand in."""

from __future__ import annotations

from collections.abc import Mapping
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
from cozmic.rules.scoring import points_for, total
from cozmic.rules.work import Standing, is_work_late, may_start
from cozmic.writes.grades import settle_grade

NOT_OPEN = "This assignment is not open just now."
NO_ATTEMPT = "There is no attempt left on this assignment."
CLOSED = "This assignment has closed. What you had saved is kept, and your teacher can collect it."
STILL_OPEN = "This assignment still takes work. Open work can be collected half a minute after it has closed."
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
    row = _get_row(attempt.submission.id, item_id)
    _store(row, given)
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
    _check_open(attempt, now)
    refused: list[int] = []
    for row in db.session.execute(_responses_of(attempt.submission.id)).all():
        item_id = row.Response.item_id
        if item_id in given and not _is_stored(row, given[item_id]):
            refused.append(item_id)
    attempt.submission.saved_at = now
    return tuple(refused)


def _is_stored(row: Row[Any], given: GivenAnswer) -> bool:
    try:
        _store(row, given)
    except (StaleAnswer, Invalid):
        return False
    return True


def _get_row(submission_id: int, item_id: int) -> Row[Any]:
    row = db.session.execute(
        _responses_of(submission_id).where(Response.item_id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound("question on this assignment")
    return row


def _responses_of(submission_id: int) -> Any:
    return answers_of(
        submission_id, Response, AssignmentItem.points.label("worth"), Question.kind, Question.body
    )


def _store(row: Row[Any], given: GivenAnswer) -> None:
    response: Response = row.Response
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
    The caller has locked the submission. Raises Conflict when closed, or when an answer was changed elsewhere;
    Invalid for an answer that cannot be taken.
    """
    if attempt.submission.handed_in_at is not None:
        return
    _check_open(attempt, now)
    close_attempt(touched, attempt, given, now=now)


def collect_attempt(touched: Touched, attempt: Attempt, *, by_id: int, now: datetime) -> bool:
    """Close an attempt that its pupil left open when the assignment closed; return whether it was still open.

    The caller has locked the submission. Raises Conflict while the assignment takes work.
    """
    if attempt.submission.handed_in_at is not None:
        return False
    if window_of(attempt.assignment).takes_work(now):
        raise Conflict(STILL_OPEN)
    close_attempt(touched, attempt, {}, now=now, collected_by_id=by_id)
    return True


def close_attempt(
    touched: Touched,
    attempt: Attempt,
    given: Mapping[int, GivenAnswer],
    *,
    now: datetime,
    collected_by_id: int | None = None,
) -> None:
    """Grade and close an open attempt whatever the time: for hand_in, and for a teacher who collects open work.

    Collected work is as late as its pupil's last change of it, not as the collecting.
    """
    submission, assignment = attempt.submission, attempt.assignment
    rows = db.session.execute(_responses_of(submission.id)).all()
    for row in rows:
        if row.Response.item_id in given:
            _store_last(row, given[row.Response.item_id])
        _mark(row, now)
    if collected_by_id is None:
        submission.saved_at = now
    submission.handed_in_at = now
    submission.is_late = is_work_late(
        window_of(assignment), submission.saved_at, joined_at=attempt.joined_at
    )
    submission.waiting = sum(row.Response.outcome.waits for row in rows)
    submission.points = submission_total(assignment, submission, [row.Response for row in rows])
    db.session.flush()
    settle_grade(
        touched,
        assignment,
        submission.student_id,
        now=now,
        by_id=collected_by_id,
        reason="Handed in" if collected_by_id is None else "Open work collected",
    )


def _store_last(row: Row[Any], given: GivenAnswer) -> None:
    try:
        _store(row, given)
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
