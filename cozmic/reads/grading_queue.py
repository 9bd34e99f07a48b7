"""The queue of answers that wait for a teacher: which stand in it, in which order, and which comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Response, Submission

# Not a bound parameter: SQLite uses the partial index ix_submissions_waiting only where it reads the figure itself.
IS_WAITING = Submission.waiting > literal_column("0")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of the waiting answers are meant; None: all."""

    assignment_id: int | None = None
    item_id: int | None = None


def find_next_waiting(teacher_id: int, chosen: QueueFilter, *, after: int) -> int | None:
    """Return the answer that waits next after one, in the queue's order and filter; at its end, the first of it.

    None: nothing else waits. One query.
    """
    ids = select(Response.id)
    behind = select_queue(ids, teacher_id, chosen).where(is_behind(after)).limit(1)
    first = select_queue(ids, teacher_id, chosen).where(Response.id != after).limit(1)
    statement = select(func.coalesce(behind.scalar_subquery(), first.scalar_subquery()))
    found: int | None = db.session.execute(statement).scalar_one()
    return found


def count_waiting(teacher_id: int, chosen: QueueFilter) -> int:
    """Count the answers that wait in the filter. One query."""
    statement = select_waiting(select(func.count()), teacher_id, chosen)
    found: int = db.session.execute(statement).scalar_one()
    return found


def select_waiting(
    statement: Select[*tuple[Any, ...]], teacher_id: int, chosen: QueueFilter
) -> Select[*tuple[Any, ...]]:
    """Return a SELECT over the answers that wait in the teacher's current classes, in the filter."""
    statement = (
        statement.select_from(Classroom)
        .join(Assignment, Assignment.classroom_id == Classroom.id)
        .join(Submission, Submission.assignment_id == Assignment.id)
        .join(Response, Response.submission_id == Submission.id)
        .where(
            Classroom.teacher_id == teacher_id,
            Classroom.archived_at.is_(None),
            IS_WAITING,
            Submission.handed_in_at.is_not(None),
            Response.points.is_(None),
        )
    )
    if chosen.assignment_id is not None:
        statement = statement.where(Assignment.id == chosen.assignment_id)
    if chosen.item_id is not None:
        statement = statement.where(Response.item_id == chosen.item_id)
    return statement


def select_queue(
    statement: Select[*tuple[Any, ...]], teacher_id: int, chosen: QueueFilter
) -> Select[*tuple[Any, ...]]:
    """Return the same by hand-in, then response: an attempt's responses were made together, so they stay together."""
    return select_waiting(statement, teacher_id, chosen).order_by(
        Submission.handed_in_at, Response.id
    )


def is_behind(response_id: int) -> ColumnElement[bool]:
    """Return the condition for answers that come after one in the queue's order."""
    one, its = Response.__table__.alias("one"), Submission.__table__.alias("its")
    handed_in_at = (
        select(its.c.handed_in_at)
        .join(one, one.c.submission_id == its.c.id)
        .where(one.c.id == response_id)
        .scalar_subquery()
    )
    is_same_time = and_(Submission.handed_in_at == handed_in_at, Response.id > response_id)
    return or_(Submission.handed_in_at > handed_in_at, is_same_time)
