"""Assignments as their teacher may change them, and the questions that he or she may put on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select

from cozmic.access.classrooms import ARCHIVED
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Classroom, Grade, Question, Submission


def get_assignment_to_change(teacher_id: int, classroom_id: int, assignment_id: int) -> Assignment:
    """Return an assignment in this teacher's class, locked; raise NotFound, or Conflict where the class is archived.

    Work that comes in meanwhile is not held up: its foreign keys may still be checked.
    """
    return _get_locked(teacher_id, classroom_id, assignment_id, lets_work_in=True)


def get_untouched_assignment(
    teacher_id: int, classroom_id: int, assignment_id: int, *, what: str
) -> Assignment:
    """Return the same while no pupil has work or a grade for it, so that what they are asked may change.

    The lock keeps pupils from starting until the change is committed. Raises Conflict, besides, once there is work;
    `what` says in its message what can no longer be done.
    """
    assignment = _get_locked(teacher_id, classroom_id, assignment_id, lets_work_in=False)
    if has_work(assignment.id):
        raise Conflict(
            f"Pupils have started “{assignment.title}” or have a grade for it, so {what}."
        )
    return assignment


def get_assignment_to_copy(teacher_id: int, classroom_id: int, assignment_id: int) -> Assignment:
    """Return an assignment in this teacher's class, archived or not, to be read; raise NotFound."""
    row = db.session.execute(_taught(teacher_id, classroom_id, assignment_id)).one_or_none()
    if row is None:
        raise NotFound("assignment")
    assignment: Assignment = row[0]
    return assignment


def _get_locked(
    teacher_id: int, classroom_id: int, assignment_id: int, *, lets_work_in: bool
) -> Assignment:
    statement = (
        _taught(teacher_id, classroom_id, assignment_id)
        .with_for_update(of=Assignment, key_share=lets_work_in)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("assignment")
    if row.archived_at is not None:
        raise Conflict(ARCHIVED)
    assignment: Assignment = row[0]
    return assignment


def _taught(
    teacher_id: int, classroom_id: int, assignment_id: int
) -> Select[Assignment, datetime | None]:
    return (
        select(Assignment, Classroom.archived_at)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            Assignment.id == assignment_id,
            Assignment.classroom_id == classroom_id,
            Classroom.teacher_id == teacher_id,
        )
    )


def has_work(assignment_id: int) -> bool:
    """Whether a pupil has started, or has a grade that the teacher set without an attempt."""
    found: bool = db.session.execute(
        select(
            or_(
                exists().where(Submission.assignment_id == assignment_id),
                exists().where(Grade.assignment_id == assignment_id),
            )
        )
    ).scalar_one()
    return found


def get_item(assignment: Assignment, item_id: int) -> AssignmentItem:
    """Return one of an assignment's items; raise NotFound."""
    item = db.session.execute(
        select(AssignmentItem).where(
            AssignmentItem.id == item_id, AssignmentItem.assignment_id == assignment.id
        )
    ).scalar_one_or_none()
    if item is None:
        raise NotFound("question on this assignment")
    return item


def list_items(assignment_id: int) -> list[AssignmentItem]:
    """List an assignment's items in their order."""
    statement = (
        select(AssignmentItem)
        .where(AssignmentItem.assignment_id == assignment_id)
        .order_by(AssignmentItem.position, AssignmentItem.id)
    )
    return list(db.session.execute(statement).scalars())


def may_pick(teacher_id: int) -> ColumnElement[bool]:
    """Return the condition for questions that a teacher may pick: own ones and the starter bank's, not archived."""
    return Question.archived_at.is_(None) & (
        Question.owner_id.is_(None) | (Question.owner_id == teacher_id)
    )


def list_pickable(teacher_id: int, question_ids: Collection[int]) -> set[int]:
    """Return those of the ids that the teacher may pick."""
    statement = select(Question.id).where(may_pick(teacher_id), Question.id.in_(question_ids))
    return set(db.session.execute(statement).scalars())


def list_newest_versions(question_ids: Collection[int]) -> dict[int, int]:
    """Map questions to the newest version of each that may still be picked, or to themselves.

    One query, and one more for each further version that the longest chain has.
    """
    root_of = {question_id: question_id for question_id in question_ids}
    newest = dict(root_of)
    while root_of:
        rows = db.session.execute(
            select(Question.id, Question.previous_id, Question.archived_at)
            .where(Question.previous_id.in_(root_of))
            .order_by(Question.id)
        ).all()
        root_of = {row.id: root_of[row.previous_id] for row in rows}
        newest |= {root_of[row.id]: row.id for row in rows if row.archived_at is None}
    return newest
