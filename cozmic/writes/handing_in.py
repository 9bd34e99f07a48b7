"""Attempts closed: handed in by their pupil, or collected by the teacher; graded by rule as far as rules go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from cozmic.access.work import Attempt, window_of
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Assignment, Response, Submission
from cozmic.rules import kinds
from cozmic.rules.scoring import points_for, total
from cozmic.rules.work import is_work_late
from cozmic.writes.attempts import GivenAnswer, StaleAnswer, check_open, list_rows, store_answer
from cozmic.writes.grades import settle_grade

STILL_OPEN = "This assignment still takes work. Open work can be collected half a minute after it has closed."
CHANGED_ELSEWHERE = "An answer was changed on another device since this page was opened. Look it over, then hand in."


def hand_in(
    touched: Touched, attempt: Attempt, given: Mapping[int, GivenAnswer], *, now: datetime
) -> bool:
    """Take the last answers from the page, grade by rule, and close the attempt; return whether it was still open.

    Handing in twice is the same as once. `given` maps item ids to answers; items it leaves out keep what was saved.
    The caller has locked the submission. Raises Conflict when closed, or when an answer was changed elsewhere;
    Invalid for an answer that cannot be taken.
    """
    if attempt.submission.handed_in_at is not None:
        return False
    check_open(attempt, now)
    _close(touched, attempt, given, now=now, collected_by_id=None)
    return True


def collect_attempt(touched: Touched, attempt: Attempt, *, by_id: int, now: datetime) -> bool:
    """Close an attempt that its pupil left open when the assignment closed; return whether it was still open.

    The caller has locked the submission. Raises Conflict while the assignment takes work.
    """
    if attempt.submission.handed_in_at is not None:
        return False
    if window_of(attempt.assignment).takes_work(now):
        raise Conflict(STILL_OPEN)
    _close(touched, attempt, {}, now=now, collected_by_id=by_id)
    return True


def _close(
    touched: Touched,
    attempt: Attempt,
    given: Mapping[int, GivenAnswer],
    *,
    now: datetime,
    collected_by_id: int | None,
) -> None:
    """Grade and close an open attempt. Collected work is as late as its pupil's last change, not as the collecting."""
    submission, assignment = attempt.submission, attempt.assignment
    rows = list_rows(submission.id)
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
        store_answer(row, given)
    except StaleAnswer as stale:
        raise Conflict(CHANGED_ELSEWHERE) from stale


def _mark(row: Row[Any], now: datetime) -> None:
    response: Response = row.Response
    response.outcome = kinds.grade(row.kind, row.body, response.answer).outcome
    response.points = points_for(response.outcome, row.worth)
    response.graded_at = None if response.points is None else now


def submission_total(
    assignment: Assignment, submission: Submission, responses: list[Response]
) -> Decimal | None:
    """Return the points of a handed-in submission, or None while an answer waits for the teacher."""
    return total(
        [response.points for response in responses],
        is_late=submission.is_late,
        late_rule=assignment.late_rule,
        penalty_percent=assignment.late_penalty_percent,
    )
