"""What becomes of late work that is in already when the due time or the late rule changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select

from cozmic.access.work import window_of
from cozmic.caching.touched import Touched
from cozmic.extensions import db
from cozmic.models import Assignment, Enrolment, Response, Submission
from cozmic.rules.work import is_work_late
from cozmic.writes.grades import settle_grade
from cozmic.writes.handing_in import submission_total

REASON = "Due time or late rule changed"


def recount_late_work(
    touched: Touched, assignment: Assignment, *, by_id: int, now: datetime
) -> None:
    """Judge work that came in late by the assignment's new dates and late rule, and settle the grades anew.

    Work that was on time stays on time. Two queries, and a few for each pupil whose work was late.
    """
    late = _list_late(assignment.id)
    responses = _list_responses(assignment.id)
    window = window_of(assignment)
    for submission, joined_at in late:
        # Work that the teacher collected is as late as its pupil's last change of it, not as the collecting.
        submission.is_late = is_work_late(window, submission.saved_at, joined_at=joined_at)
        submission.points = submission_total(assignment, submission, responses[submission.id])
    db.session.flush()
    for student_id in sorted({submission.student_id for submission, _ in late}):
        settle_grade(touched, assignment, student_id, now=now, by_id=by_id, reason=REASON)


def _list_late(assignment_id: int) -> Sequence[Row[Submission, datetime]]:
    """List the attempts, locked, each with when its pupil joined the class."""
    statement = (
        select(Submission, Enrolment.joined_at)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(
            Enrolment,
            (Enrolment.classroom_id == Assignment.classroom_id)
            & (Enrolment.student_id == Submission.student_id),
        )
        .where(
            Submission.assignment_id == assignment_id,
            Submission.is_late.is_(True),
            Submission.handed_in_at.is_not(None),
        )
        .order_by(Submission.id)
        .with_for_update(of=Submission)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).all()


def _list_responses(assignment_id: int) -> dict[int, list[Response]]:
    statement = (
        select(Response)
        .join(Submission, Submission.id == Response.submission_id)
        .where(Submission.assignment_id == assignment_id, Submission.is_late.is_(True))
    )
    grouped: dict[int, list[Response]] = defaultdict(list)
    for response in db.session.execute(statement).scalars():
        grouped[response.submission_id].append(response)
    return grouped
