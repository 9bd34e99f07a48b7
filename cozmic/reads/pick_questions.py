"""Questions to put on an assignment: a teacher's own and the starter bank's, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, case, cast, func, select, true

from cozmic.access.assignments import may_pick
from cozmic.extensions import db
from cozmic.models import AssignmentItem, Classroom, Question, Skill
from cozmic.reads.assignment_facts import AssignmentFacts, get_assignment_facts
from cozmic.reads.question_filters import Filters, list_conditions
from cozmic.rules import kinds
from cozmic.rules.enums import QuestionKind

PAGE_SIZE = 20
A_GRADE_APART = 10**12
"""More than any id, so that questions of the class's grade come before all others. Twelve grades fit into 18 digits."""


class Source(StrEnum):
    """Whose questions."""

    OWN = "own"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class PlaceInList:
    """Where a page begins or ends: after or before a question's rank, which is None at the start."""

    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PickableQuestion:
    """One question that may be picked."""

    id: int
    kind: QuestionKind
    prompt: str
    key: str
    """The right answer in words, for the teacher; empty where there is none."""
    skill: str | None
    grade: int | None
    difficulty: int
    is_own: bool
    is_on: bool
    """On the assignment already."""
    rank: int


@dataclass(frozen=True, slots=True)
class PickPage:
    """One page of questions for one assignment."""

    facts: AssignmentFacts
    questions: tuple[PickableQuestion, ...]
    newer: int | None
    """The rank that the page before ends before; None: this is the first."""
    older: int | None
    """The rank that the next page begins after; None: this is the last."""


def get_pick_page(
    classroom_id: int,
    assignment_id: int,
    teacher_id: int,
    filters: Filters,
    *,
    source: Source | None,
    place: PlaceInList,
    now: datetime,
) -> PickPage:
    """Return a page of questions for an assignment that the viewer teaches. Two queries; raises NotFound.

    The teacher's own come first, the newest on top, then the bank's, those nearest to the class's grade first.
    """
    facts = get_assignment_facts(classroom_id, assignment_id, now=now)
    rank = _rank(classroom_id)
    statement = (
        select(
            Question.id, Question.kind, Question.prompt, Question.body, Question.owner_id,
            Question.difficulty, Skill.name.label("skill"), Skill.grade,
            AssignmentItem.id.label("item_id"), rank.label("rank"),
        )
        .outerjoin(Skill, Skill.id == Question.skill_id)
        .outerjoin(
            AssignmentItem,
            (AssignmentItem.question_id == Question.id)
            & (AssignmentItem.assignment_id == assignment_id),
        )
        .where(may_pick(teacher_id), _is_from(source), *list_conditions(filters))
    )  # fmt: skip
    is_backwards = place.before is not None
    if is_backwards:
        statement = statement.where(rank < place.before).order_by(rank.desc())
    elif place.after is not None:
        statement = statement.where(rank > place.after).order_by(rank)
    else:
        statement = statement.order_by(rank)
    rows = db.session.execute(statement.limit(PAGE_SIZE + 1)).all()
    return _page(facts, rows, place)


def _rank(classroom_id: int) -> ColumnElement[int]:
    wanted = select(Classroom.grade).where(Classroom.id == classroom_id).scalar_subquery()
    apart = func.coalesce(
        func.abs(Skill.grade - wanted), 0
    )  # no grade on one side: as near as can be
    in_bank = cast(apart, BigInteger) * A_GRADE_APART + Question.id
    return case((Question.owner_id.is_(None), in_bank), else_=-Question.id)


def _page(facts: AssignmentFacts, rows: Sequence[Row[Any]], place: PlaceInList) -> PickPage:
    has_more = len(rows) > PAGE_SIZE
    shown = [_question(row) for row in rows[:PAGE_SIZE]]
    is_backwards = place.before is not None
    if is_backwards:
        shown.reverse()
    has_newer = has_more if is_backwards else place.after is not None
    has_older = is_backwards or has_more
    return PickPage(
        facts=facts, questions=tuple(shown),
        newer=shown[0].rank if shown and has_newer else None,
        older=shown[-1].rank if shown and has_older else None,
    )  # fmt: skip


def _is_from(source: Source | None) -> ColumnElement[bool]:
    if source is None:
        return true()
    is_bank = Question.owner_id.is_(None)
    return is_bank if source is Source.BANK else ~is_bank


def _question(row: Row[Any]) -> PickableQuestion:
    return PickableQuestion(
        id=row.id, kind=row.kind, prompt=row.prompt, key=kinds.show_key(row.kind, row.body),
        skill=row.skill, grade=row.grade, difficulty=row.difficulty, is_own=row.owner_id is not None,
        is_on=row.item_id is not None, rank=row.rank,
    )  # fmt: skip
