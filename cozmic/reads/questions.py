"""A teacher's questions, the starter bank's, and the archived ones: one list at a time, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from cozmic.access.questions import is_replaced
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Classroom, Question, Skill
from cozmic.reads.paging import START, Cursor, Page, list_page
from cozmic.reads.question_filters import Filters, list_conditions
from cozmic.rules import kinds
from cozmic.rules.enums import QuestionKind

PAGE_SIZE = 20


class Shelf(StrEnum):
    """Which list."""

    OWN = "own"
    BANK = "bank"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """One line of the list."""

    id: int
    kind: QuestionKind
    prompt: str
    key: str
    """The right answer in words; "" where there is none."""
    skill: str | None
    grade: int | None
    difficulty: int
    uses: int
    """On how many assignments of this teacher's classes."""


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One page of one list, and how many questions each list has in all, unfiltered."""

    shelf: Shelf
    page: Page[ListedQuestion]
    counts: dict[Shelf, int]


def _on_shelf(shelf: Shelf, teacher_id: int) -> ColumnElement[bool]:
    is_current = Question.archived_at.is_(None)
    if shelf is Shelf.BANK:
        return is_current & Question.owner_id.is_(None)
    is_own = Question.owner_id == teacher_id
    return is_own & is_current if shelf is Shelf.OWN else is_own & ~is_current & ~is_replaced()


def list_questions(
    teacher_id: int, shelf: Shelf, filters: Filters, cursor: Cursor = START
) -> QuestionList:
    """List a page of a shelf: own and archived questions newest first, the bank's in its order. Two queries."""
    uses = (
        select(func.count())
        .select_from(AssignmentItem)
        .join(Assignment, Assignment.id == AssignmentItem.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(AssignmentItem.question_id == Question.id, Classroom.teacher_id == teacher_id)
        .scalar_subquery()
    )
    statement = (
        select(
            Question.id, Question.kind, Question.prompt, Question.body, Question.difficulty,
            Skill.name.label("skill"), Skill.grade, uses.label("uses"),
        )
        .outerjoin(Skill, Skill.id == Question.skill_id)
        .where(_on_shelf(shelf, teacher_id), *list_conditions(filters))
    )  # fmt: skip
    page = list_page(
        statement, [Question.id], _listed, cursor, newest_first=shelf is not Shelf.BANK, size=PAGE_SIZE
    )  # fmt: skip
    return QuestionList(shelf=shelf, page=page, counts=_count_shelves(teacher_id))


def _listed(row: Row[Any]) -> ListedQuestion:
    return ListedQuestion(
        id=row.id, kind=row.kind, prompt=row.prompt, key=kinds.show_key(row.kind, row.body),
        skill=row.skill, grade=row.grade, difficulty=row.difficulty, uses=row.uses,
    )  # fmt: skip


def _count_shelves(teacher_id: int) -> dict[Shelf, int]:
    statement = select(
        *(
            select(func.count())
            .select_from(Question)
            .where(_on_shelf(shelf, teacher_id))
            .scalar_subquery()
            .label(shelf.value)
            for shelf in Shelf
        )
    )
    row = db.session.execute(statement).one()
    return {shelf: getattr(row, shelf.value) for shelf in Shelf}
