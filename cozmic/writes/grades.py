"""Grades: settled from attempts, changed by teachers, held and released, with every change kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Row, Update, select, update

from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db, insert_or
from cozmic.models import Assignment, Grade, GradeChange, Submission
from cozmic.rules.enums import Release

RELEASED, HELD = "Released", "Held back"


@dataclass(frozen=True, slots=True)
class Change:
    """When, by whom and why a grade changes."""

    now: datetime
    by_id: int | None
    """None: by rule, at hand-in."""
    reason: str


def settle_grade(
    touched: Touched,
    assignment: Assignment,
    student_id: int,
    *,
    now: datetime,
    by_id: int | None,
    reason: str,
    is_noted: bool = False,
) -> None:
    """Bring a pupil's grade in line with their attempts: the best graded one counts, unless it was set by hand.

    A grade that becomes complete for the first time is released at once where the assignment says so; later changes
    leave it held or released as it is. With is_noted the history has a line even where the points stay as they are.
    Submissions must have been flushed.
    """
    release = _read_release(assignment.id)
    grade = get_grade_for_update(assignment.id, student_id)
    touched.person(student_id)
    touched.work(assignment.classroom_id)
    points = grade.points
    if not grade.is_by_hand:
        best = _find_best_attempt(assignment.id, student_id)
        grade.submission_id, points = (best.id, best.points) if best else (None, None)
    change = Change(now=now, by_id=by_id, reason=reason)
    change_points(grade, points, change, release=release, is_noted=is_noted)


def _read_release(assignment_id: int) -> Release:
    """Read when grades are released, and keep it so until the commit.

    Else a grade that comes in while its teacher holds them all would be released after the holding.
    """
    statement = select(Assignment.release).where(Assignment.id == assignment_id)
    return db.session.execute(statement.with_for_update(read=True)).scalar_one()


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
    change: Change,
    *,
    release: Release,
    is_noted: bool = False,
) -> None:
    """Set a grade's points and keep the change; nothing happens where they stay as they are, unless it is noted.

    A grade taken back to "not graded yet" is held again, and its next points count as its first.
    """
    if points == grade.points and not is_noted:
        return
    keep_change(grade.id, change, from_points=grade.points, to_points=points)
    if points == grade.points:
        return
    is_first = grade.graded_at is None
    grade.points = points
    if points is None:
        grade.graded_at = grade.released_at = None
        return
    grade.graded_at = change.now
    if is_first and release is Release.AUTOMATIC:
        grade.released_at = change.now


def keep_change(
    grade_id: int, change: Change, *, from_points: Decimal | None, to_points: Decimal | None
) -> None:
    """Add a line to a grade's history."""
    db.session.add(
        GradeChange(
            grade_id=grade_id,
            changed_at=change.now,
            changed_by_id=change.by_id,
            from_points=from_points,
            to_points=to_points,
            reason=change.reason,
        )
    )


def release_grades(
    touched: Touched, assignment: Assignment, *, now: datetime, by_id: int | None = None
) -> int:
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
    return _for_pupils(touched, assignment, statement, Change(now, by_id, RELEASED))


def hold_grades(
    touched: Touched, assignment: Assignment, *, now: datetime, by_id: int | None = None
) -> int:
    """Take an assignment's grades back from sight, and hold those to come; return how many were visible."""
    assignment.release = Release.BY_TEACHER
    touched.posts(assignment.classroom_id)
    statement = (
        update(Grade)
        .where(Grade.assignment_id == assignment.id, Grade.released_at.is_not(None))
        .values(released_at=None)
    )
    return _for_pupils(touched, assignment, statement, Change(now, by_id, HELD))


def _for_pupils(touched: Touched, assignment: Assignment, statement: Update, change: Change) -> int:
    rows = db.session.execute(statement.returning(Grade.id, Grade.student_id, Grade.points)).all()
    for row in rows:
        keep_change(row.id, change, from_points=row.points, to_points=row.points)
    touched.people(row.student_id for row in rows)
    touched.work(assignment.classroom_id)
    return len(rows)


def release_grade(
    touched: Touched, assignment: Assignment, student_id: int, *, now: datetime, by_id: int
) -> None:
    """Show one pupil their grade; raise Conflict where there is none yet. Twice is the same as once."""
    grade = get_grade_for_update(assignment.id, student_id)
    if grade.points is None:
        raise Conflict("There is no grade to release yet: this work is not graded.")
    if grade.released_at is None:
        _show(touched, assignment, grade, Change(now, by_id, RELEASED), released_at=now)


def hold_grade(
    touched: Touched, assignment: Assignment, student_id: int, *, now: datetime, by_id: int
) -> None:
    """Take one pupil's grade back from sight. Twice is the same as once."""
    grade = get_grade_for_update(assignment.id, student_id)
    if grade.released_at is not None:
        _show(touched, assignment, grade, Change(now, by_id, HELD), released_at=None)


def _show(
    touched: Touched,
    assignment: Assignment,
    grade: Grade,
    change: Change,
    *,
    released_at: datetime | None,
) -> None:
    grade.released_at = released_at
    keep_change(grade.id, change, from_points=grade.points, to_points=grade.points)
    touched.person(grade.student_id)
    touched.work(assignment.classroom_id)
