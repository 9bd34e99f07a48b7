"""Takes the people of loads away, with all that hangs on them, and nothing else.

A class goes if a load teacher teaches it, with the work of every pupil in it. In other classes the places and the work
of load pupils go. Marks that load teachers gave to others stay, without their name; lines of the audit go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, delete, exists, func, select, update

from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import Base, db
from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    AuditEvent,
    Classroom,
    ClassroomRevision,
    Enrolment,
    FailureCount,
    Grade,
    GradeChange,
    Invitation,
    PersonRevision,
    Question,
    Response,
    Submission,
    User,
    UserSession,
)
from cozmic.seed.load_people import is_of_load
from cozmic.seed.load_sink import lift_limits
from cozmic.seed.load_term import CODE
from cozmic.transaction import transaction

Progress = Callable[[int], None]
Ids = Sequence[int]
Remove = Callable[[Ids], None]
OF_LOAD = select(User.id).where(is_of_load())


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of row, and what goes with it."""

    model: type[Base]
    condition: ColumnElement[bool]
    batch: int
    "How many one transaction takes away."
    remove: Remove


def count_load() -> int:
    """Return how many rows unload_school will go through: assignments, classes, questions and people of loads."""
    steps = [select(func.count()).select_from(step.model).where(step.condition) for step in STEPS]
    return sum(db.session.execute(statement).scalar_one() for statement in steps)


def unload_school(*, on_progress: Progress = lambda _rows: None) -> dict[str, int]:
    """Remove the load, in transactions of bounded size; return how many of each. Stopped halfway, run it again.

    Raises Conflict, before anything is removed, where a class of the school's own was handed over to a load teacher.
    """
    with _longer() as touched:
        _refuse_strangers()
        _execute(delete(UserSession).where(UserSession.user_id.in_(OF_LOAD)))
        _give_away_questions()
        touched.school()
    return {step.model.__tablename__: _take(step, on_progress) for step in STEPS}


@contextmanager
def _longer() -> Iterator[Touched]:
    with transaction() as touched:
        lift_limits(db.session.connection())
        yield touched


def _take(step: Step, on_progress: Progress) -> int:
    """Take a step's rows away, batch by batch in the order of their ids."""
    taken, last_id = 0, 0
    column: Any = step.model.__table__.c.id
    while True:
        with _longer() as touched:
            batch = select(column).where(step.condition, column > last_id).order_by(column)
            # Locked, so that of two who remove at once each counts what it removed itself.
            locked = batch.limit(step.batch).with_for_update()
            ids = db.session.execute(locked).scalars().all()
            if not ids:
                return taken
            step.remove(ids)
            touched.school()  # also the real classes and pupils that load people shared something with
        taken, last_id = taken + len(ids), ids[-1]
        on_progress(len(ids))


def _refuse_strangers() -> None:
    """Keep from deleting a real class, with real work, whose teacher is a load person now."""
    was_handed_over = exists().where(
        AuditEvent.classroom_id == Classroom.id, AuditEvent.verb == "hand_over_classroom"
    )
    statement = select(Classroom.name, User.username).join(User, User.id == Classroom.teacher_id)
    statement = statement.where(
        is_of_load(), ~Classroom.join_code.startswith(CODE), was_handed_over
    )
    found = db.session.execute(statement.order_by(Classroom.id).limit(1)).one_or_none()
    if found is not None:
        raise Conflict(
            f"The class “{found.name}” was handed over to {found.username}, who would take it along. "
            "Hand it over to a teacher of the school first, then run this again."
        )


def _give_away_questions() -> None:
    """Give what a class handed over to a real teacher still asks to that teacher."""
    asking = (
        select(func.min(Classroom.teacher_id))
        .join(Assignment, Assignment.classroom_id == Classroom.id)
        .join(AssignmentItem, AssignmentItem.assignment_id == Assignment.id)
        .where(AssignmentItem.question_id == Question.id, Classroom.teacher_id.not_in(OF_LOAD))
        .correlate(Question)
        .scalar_subquery()
    )
    _execute(
        update(Question)
        .where(Question.owner_id.in_(OF_LOAD), asking.is_not(None))
        .values(owner_id=asking)
    )


def remove_assignments(ids: Ids) -> None:
    """Remove assignments with all work on them."""
    _remove_work(Submission.assignment_id.in_(ids), Grade.assignment_id.in_(ids))
    _execute(delete(AssignmentItem).where(AssignmentItem.assignment_id.in_(ids)))
    _execute(delete(Assignment).where(Assignment.id.in_(ids)))


def _remove_work(of_submission: ColumnElement[bool], of_grade: ColumnElement[bool]) -> None:
    submissions, grades = (
        select(Submission.id).where(of_submission),
        select(Grade.id).where(of_grade),
    )
    _execute(delete(GradeChange).where(GradeChange.grade_id.in_(grades)))
    _execute(delete(Grade).where(of_grade))
    _execute(delete(Response).where(Response.submission_id.in_(submissions)))
    _execute(delete(Submission).where(of_submission))


def remove_classes(ids: Ids) -> None:
    """Remove classes whose assignments are gone."""
    for column in (
        Announcement.classroom_id, Enrolment.classroom_id, AuditEvent.classroom_id,
        ClassroomRevision.classroom_id, Classroom.id,
    ):  # fmt: skip
        _execute(delete(column.class_).where(column.in_(ids)))


def remove_questions(ids: Ids) -> None:
    """Remove questions that no assignment asks."""
    _execute(update(Question).where(Question.previous_id.in_(ids)).values(previous_id=None))
    _execute(delete(Question).where(Question.id.in_(ids)))


def remove_people(ids: Ids) -> None:
    """Remove people whose classes and questions are gone, and what they did in others' classes."""
    _remove_work(Submission.student_id.in_(ids), Grade.student_id.in_(ids))
    for column in (Response.graded_by_id, GradeChange.changed_by_id):
        _execute(update(column.class_).where(column.in_(ids)).values({column.key: None}))
    for column in (
        Enrolment.student_id, Announcement.author_id, AuditEvent.actor_id, AuditEvent.subject_id,
        Invitation.invited_by_id, UserSession.user_id, FailureCount.subject, PersonRevision.user_id, User.id,
    ):  # fmt: skip
        _execute(delete(column.class_).where(column.in_(ids)))


def _execute(statement: Delete | Update) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})


OWN_CLASSES = select(Classroom.id).where(Classroom.teacher_id.in_(OF_LOAD))
STEPS = (
    Step(Assignment, Assignment.classroom_id.in_(OWN_CLASSES), 50, remove_assignments),
    Step(Classroom, Classroom.teacher_id.in_(OF_LOAD), 200, remove_classes),
    Step(Question, Question.owner_id.in_(OF_LOAD), 500, remove_questions),
    Step(User, is_of_load(), 1000, remove_people),
)
"""In this order: nothing is taken away before what names it."""
