"""Grades as the teacher of a class may change them."""

from __future__ import annotations

from sqlalchemy import select

from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment


def get_assignment_to_grade(
    teacher_id: int, classroom_id: int, assignment_id: int, student_id: int
) -> Assignment:
    """Return a published assignment for which a pupil of this teacher's class may be given a grade.

    The pupil may have left the class since. The assignment stays as it is until the commit; other grading goes on.
    Raises NotFound, or Conflict where the class is archived.
    """
    statement = (
        select(Assignment, Classroom.archived_at)
        .select_from(Assignment)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .where(
            Assignment.id == assignment_id,
            Assignment.published_at.is_not(None),
            Classroom.id == classroom_id,
            Classroom.teacher_id == teacher_id,
            Enrolment.student_id == student_id,
        )
        .with_for_update(read=True, of=Assignment)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("grade")
    if row.archived_at is not None:
        raise Conflict("This class is archived. Its grades can be read, but not changed.")
    assignment: Assignment = row.Assignment
    return assignment
