"""A teacher's marks: points and comments for answers, and grades set by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from cozmic.access.work import MarkedResponse
from cozmic.caching.touched import Touched
from cozmic.errors import Invalid
from cozmic.extensions import db
from cozmic.models import Assignment, Response
from cozmic.rules.scoring import outcome_for
from cozmic.writes.attempts import submission_total
from cozmic.writes.grades import change_points, get_grade_for_update, settle_grade


def give_points(
    touched: Touched,
    marked: MarkedResponse,
    points: Decimal,
    *,
    comment: str,
    by_id: int,
    now: datetime,
) -> None:
    """Mark one answer; the caller has locked its submission. Raises Invalid outside 0 to what the question is worth."""
    worth = marked.item.points
    _check_points(points, worth)
    response, attempt = marked.response, marked.attempt
    response.points, response.comment = points, comment
    response.outcome = outcome_for(points, worth)
    response.graded_at, response.graded_by_id = now, by_id
    db.session.flush()
    statement = select(Response).where(Response.submission_id == attempt.submission.id)
    responses = list(db.session.execute(statement).scalars())
    attempt.submission.waiting = sum(one.points is None for one in responses)
    attempt.submission.points = submission_total(attempt.assignment, attempt.submission, responses)
    db.session.flush()
    settle_grade(
        touched,
        attempt.assignment,
        attempt.submission.student_id,
        now=now,
        by_id=by_id,
        reason="Answer marked",
    )


def _check_points(points: Decimal, most: Decimal) -> None:
    if not 0 <= points <= most:
        raise Invalid("points", f"Give from 0 to {most.normalize():f} points.")
    if points.as_tuple().exponent < -2:  # type: ignore[operator]  # never NaN: compared above
        raise Invalid("points", "Give at most two decimal places, as in 2.5 or 2.75.")


def set_grade_by_hand(
    touched: Touched,
    assignment: Assignment,
    student_id: int,
    points: Decimal | None,
    *,
    comment: str,
    reason: str,
    by_id: int,
    now: datetime,
) -> None:
    """Set a pupil's grade for a whole assignment, or with None go back to what the attempts give.

    Raises Invalid outside 0 to the assignment's points.
    """
    grade = get_grade_for_update(assignment.id, student_id)
    grade.comment = comment
    grade.is_by_hand = points is not None
    if points is None:
        db.session.flush()
        settle_grade(touched, assignment, student_id, now=now, by_id=by_id, reason=reason)
        return
    _check_points(points, assignment.max_points)
    change_points(grade, points, assignment=assignment, now=now, by_id=by_id, reason=reason)
    touched.person(student_id)
    touched.work(assignment.classroom_id)
