"""Questions: a teacher's own, which that teacher may change, and the starter bank's, which every teacher sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from cozmic.errors import Conflict, Forbidden, NotFound
from cozmic.extensions import db
from cozmic.models import Question

BANK = (
    "The starter bank is every teacher's, so it stays as it is. Make your own copy and change that."
)
ARCHIVED = "This question is archived. Restore it first, then change it."
REPLACED = "A newer version has taken this question's place. Look under Questions for that one."


def may_see(teacher_id: int) -> ColumnElement[bool]:
    """Return the condition for questions that a teacher sees: own ones, archived or not, and the starter bank's."""
    is_in_bank = Question.owner_id.is_(None) & Question.archived_at.is_(None)
    return is_in_bank | (Question.owner_id == teacher_id)


def is_replaced() -> ColumnElement[bool]:
    """Return the condition for old versions: questions whose place a newer one has taken."""
    newer = aliased(Question)
    return exists().where(newer.previous_id == Question.id)


def get_question_to_copy(question_id: int, teacher_id: int) -> Question:
    """Return a question that this teacher sees, to be read; raise NotFound."""
    question = db.session.execute(
        select(Question).where(Question.id == question_id, may_see(teacher_id))
    ).scalar_one_or_none()
    if question is None:
        raise NotFound("question")
    return question


def get_own_question(question_id: int, teacher_id: int) -> Question:
    """Return a question of this teacher's own, locked, archived or not.

    Raises NotFound, Forbidden for one of the starter bank, Conflict for an old version. The lock lets assignments
    that only point to the question come and go.
    """
    statement = (
        select(Question)
        .where(Question.id == question_id, may_see(teacher_id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    question = db.session.execute(statement).scalar_one_or_none()
    if question is None:
        raise NotFound("question")
    refuse_bank(question.owner_id)
    _refuse_replaced(question.id)
    return question


def get_question_to_change(question_id: int, teacher_id: int) -> Question:
    """Return the same while it is not archived; raise Conflict besides where it is."""
    question = get_own_question(question_id, teacher_id)
    refuse_archived(question.archived_at)
    return question


def refuse_bank(owner_id: int | None) -> None:
    """Raise Forbidden for a question of the starter bank."""
    if owner_id is None:
        raise Forbidden(BANK)


def refuse_archived(archived_at: datetime | None) -> None:
    """Raise Conflict for an archived question."""
    if archived_at is not None:
        raise Conflict(ARCHIVED)


def _refuse_replaced(question_id: int) -> None:
    """Look in a statement of its own: the one that waited for the lock saw the world as it was before."""
    if db.session.execute(select(exists().where(Question.previous_id == question_id))).scalar_one():
        raise Conflict(REPLACED)
