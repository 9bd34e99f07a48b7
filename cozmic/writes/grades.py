"""Grades: settled from attempts, changed by teachers, held and released, with every change kept."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Row, select, update

from cozmic.caching.touched import Touched
from cozmic.extensions import db, insert_or
from cozmic.models import Assignment, Grade, GradeChange, Submission
from cozmic.rules.enums import Release


def settle_grade(
    touched: Touched,
    assignment: Assignment,
    student_id: int,
    *,
    now: datetime,
    by_id: int | None,
    reason: str,
) -> None:
    """Bring a pupil's grade in line with their attempts: the best graded one counts, unless it was set by hand.

    A grade that becomes complete for the first time is released at once where the assignment says so; later changes
    leave it held or released as it is. Submissions must have been flushed.
    """
    grade = get_grade_for_update(assignment.id, student_id)
    touched.person(student_id)
    touched.work(assignment.classroom_id)
    if grade.is_by_hand:
        return
    best = _find_best_attempt(assignment.id, student_id)
    grade.submission_id = best.id if best else None
    change_points(
        grade,
        best.points if best else None,
        assignment=assignment,
        now=now,
        by_id=by_id,
        reason=reason,
    )


def get_grade_for_update(assignment_id: int, student_id: int) -> Grade:
    """Return the pupil's grade row, locked; made, empty, where there was none."""
    values = {
        "assignment_id": assignment_id,
        "student_id": student_id,
        "is_by_hand": False,
        "comment": "",
    }
    db.session.execute(insert_or(Grade).values(values).on_conflict_do_nothing())
    statement = (
        select(Grade)
        .where(Grade.assignment_id == assignment_id, Grade.student_id == student_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one()


def _find_best_attempt(assignment_id: int, student_id: int) -> Row[int, Decimal | None] | None:
    return db.session.execute(
        select(Submission.id, Submission.points)
        .where(
            Submission.assignment_id == assignment_id,
            Submission.student_id == student_id,
            Submission.points.is_not(None),
        )
        .order_by(Submission.points.desc(), Submission.attempt)
        .limit(1)
    ).one_or_none()


def change_points(
    grade: Grade,
    points: Decimal | None,
    *,
    assignment: Assignment,
    now: datetime,
    by_id: int | None,
    reason: str,
) -> None:
    """Set a grade's points and keep the change; nothing happens where they stay as they are."""
    if points == grade.points:
        return
    is_first = grade.graded_at is None
    db.session.add(
        GradeChange(
            grade_id=grade.id,
            changed_at=now,
            changed_by_id=by_id,
            from_points=grade.points,
            to_points=points,
            reason=reason,
        )
    )
    grade.points = points
    if points is None:
        return
    grade.graded_at = now
    if is_first and assignment.release is Release.AUTOMATIC:
        grade.released_at = now


def release_grades(touched: Touched, assignment: Assignment, *, now: datetime) -> int:
    """Show every graded, held grade of an assignment to its pupil; return how many."""
    statement = (
        update(Grade)
        .where(
            Grade.assignment_id == assignment.id,
            Grade.points.is_not(None),
            Grade.released_at.is_(None),
        )
        .values(released_at=now)
    )
    return _for_pupils(touched, assignment, statement.returning(Grade.student_id))


def hold_grades(touched: Touched, assignment: Assignment) -> int:
    """Take an assignment's grades back from sight, and hold those to come; return how many were visible."""
    assignment.release = Release.BY_TEACHER
    statement = (
        update(Grade)
        .where(Grade.assignment_id == assignment.id, Grade.released_at.is_not(None))
        .values(released_at=None)
    )
    return _for_pupils(touched, assignment, statement.returning(Grade.student_id))


def _for_pupils(touched: Touched, assignment: Assignment, statement: object) -> int:
    student_ids = list(db.session.execute(statement).scalars())  # type: ignore[call-overload]
    touched.people(student_ids)
    touched.work(assignment.classroom_id)
    return len(student_ids)
