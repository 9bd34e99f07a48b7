"""A teacher's marks: points and comments for answers, and grades set by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from cozmic.access.work import MarkedResponse
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Assignment, Grade, Response
from cozmic.rules.marks import check_mark, grade_version, mark_version
from cozmic.rules.points import show_points
from cozmic.rules.scoring import outcome_for
from cozmic.writes.grades import Change, change_points, get_grade_for_update, settle_grade
from cozmic.writes.handing_in import submission_total


class MarkedMeanwhile(Conflict):
    """What the page showed has been marked from elsewhere; nothing was overwritten."""


def give_points(
    touched: Touched,
    marked: MarkedResponse,
    points: Decimal,
    *,
    comment: str,
    by_id: int,
    now: datetime,
    known: str | None = None,
) -> None:
    """Mark one answer; the caller has locked its submission.

    `known` is the mark_version that the page showed; None overrides whatever is there. Sending the same mark twice is
    the same as once. Raises Invalid outside 0 to what the question is worth, MarkedMeanwhile for another version.
    """
    check_mark(points, marked.item.points)
    response = marked.response
    before = response.points
    if _is_there(response, points, comment, by_id):
        return
    if known is not None and known != mark_version(response.graded_at, before):
        raise MarkedMeanwhile("This answer was marked meanwhile, from another page.")
    response.points, response.comment = points, comment
    response.outcome = outcome_for(points, marked.item.points)
    response.graded_at, response.graded_by_id = now, by_id
    _sum_up(marked)
    settle_grade(
        touched,
        marked.attempt.assignment,
        marked.attempt.submission.student_id,
        now=now,
        by_id=by_id,
        reason=_reason(marked, before),
        is_noted=before is not None and before != points,
    )


def _is_there(response: Response, points: Decimal, comment: str, by_id: int) -> bool:
    return (response.points, response.comment, response.graded_by_id) == (points, comment, by_id)


def _sum_up(marked: MarkedResponse) -> None:
    submission = marked.attempt.submission
    db.session.flush()
    statement = select(Response).where(Response.submission_id == submission.id)
    responses = list(db.session.execute(statement).scalars())
    submission.waiting = sum(one.points is None for one in responses)
    submission.points = submission_total(marked.attempt.assignment, submission, responses)
    db.session.flush()


def _reason(marked: MarkedResponse, before: Decimal | None) -> str:
    points = marked.response.points
    assert points is not None  # noqa: S101  given just now
    was = "" if before is None else f"{show_points(before)} → "
    place = f"Attempt {marked.attempt.submission.attempt}, question {marked.item.position}"
    return f"{place}: {was}{show_points(points)} of {show_points(marked.item.points)} points"


def set_grade_by_hand(
    touched: Touched,
    assignment: Assignment,
    student_id: int,
    points: Decimal | None,
    *,
    reason: str,
    by_id: int,
    now: datetime,
    known: str | None = None,
) -> None:
    """Set a pupil's grade for a whole assignment, or with None go back to what the attempts give.

    `known` as for give_points, of grade_version. Raises Invalid outside 0 to the assignment's points, MarkedMeanwhile.
    """
    if points is not None:
        check_mark(points, assignment.max_points)
    grade = _get_known(assignment.id, student_id, known)
    grade.is_by_hand = points is not None
    if points is None:
        db.session.flush()
        settle_grade(
            touched, assignment, student_id, now=now, by_id=by_id, reason=reason, is_noted=True
        )
        return
    change = Change(now=now, by_id=by_id, reason=reason)
    change_points(grade, points, change, release=assignment.release, is_noted=True)
    touched.person(student_id)
    touched.work(assignment.classroom_id)


def comment_on_grade(
    touched: Touched,
    assignment: Assignment,
    student_id: int,
    comment: str,
    *,
    known: str | None = None,
) -> None:
    """Say something about a pupil's whole work on an assignment; an empty comment takes it back.

    `known` as for set_grade_by_hand.
    """
    grade = _get_known(assignment.id, student_id, known)
    grade.comment = comment
    touched.person(student_id)
    touched.work(assignment.classroom_id)


def _get_known(assignment_id: int, student_id: int, known: str | None) -> Grade:
    grade = get_grade_for_update(assignment_id, student_id)
    there = grade_version(
        grade.graded_at, grade.points, is_by_hand=grade.is_by_hand, comment=grade.comment
    )
    if known is not None and known != there:
        raise MarkedMeanwhile("This grade was changed meanwhile, from another page or by new work.")
    return grade
