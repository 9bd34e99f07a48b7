"""One question: as pupils see it, its key, its versions, where it is used and how it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from cozmic.access.questions import may_see, refuse_archived, refuse_bank
from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Classroom, Question, Response, Skill
from cozmic.rules import kinds
from cozmic.rules.enums import Outcome, QuestionKind

MOST_USES = 20
MOST_DRAFTS = 5


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question whole, for a teacher; the body holds its key."""

    id: int
    kind: QuestionKind
    prompt: str
    body: dict[str, Any]
    explanation: str
    hints: tuple[str, ...]
    difficulty: int
    skill_id: int | None
    skill: str | None
    grade: int | None
    is_own: bool
    created_at: datetime
    archived_at: datetime | None
    previous_id: int | None
    newer_id: int | None
    """The version that has taken its place."""

    @property
    def public(self) -> dict[str, object]:
        """What a pupil's page sees of the body."""
        return kinds.public_body(self.kind, self.body)

    @property
    def key(self) -> str:
        """The right answer in words; "" where there is none."""
        return kinds.show_key(self.kind, self.body)


@dataclass(frozen=True, slots=True)
class Use:
    """An assignment of the teacher's classes with this question."""

    assignment_id: int
    title: str
    classroom_id: int
    classroom_name: str
    is_published: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """What the page of a question shows."""

    facts: QuestionFacts
    uses: tuple[Use, ...]
    """The newest 20."""
    drafts: tuple[Use, ...]
    """The newest 5 that nobody sees yet and that do not have it; none where it cannot be picked."""
    outcomes: dict[Outcome, int]
    """What became of handed-in answers in the teacher's classes; the outcomes there are, in their order."""


def get_question(question_id: int, teacher_id: int) -> QuestionFacts:
    """Return a question of this teacher's own or of the starter bank; raise NotFound. One query."""
    newer = aliased(Question)
    newer_id = select(func.max(newer.id)).where(newer.previous_id == Question.id).scalar_subquery()
    statement = (
        select(
            Question.id, Question.kind, Question.prompt, Question.body, Question.explanation, Question.hints,
            Question.difficulty, Question.skill_id, Question.owner_id, Question.created_at, Question.archived_at,
            Question.previous_id, Skill.name.label("skill"), Skill.grade, newer_id.label("newer_id"),
        )
        .outerjoin(Skill, Skill.id == Question.skill_id)
        .where(Question.id == question_id, may_see(teacher_id))
    )  # fmt: skip
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("question")
    return _facts(row)


def get_question_to_edit(question_id: int, teacher_id: int) -> QuestionFacts:
    """Return the same where this teacher may change it; raise Forbidden for the bank's, Conflict for archived ones."""
    facts = get_question(question_id, teacher_id)
    refuse_bank(teacher_id if facts.is_own else None)
    refuse_archived(facts.archived_at)
    return facts


def get_question_page(question_id: int, teacher_id: int) -> QuestionPage:
    """Return all that the page of a question shows; raise NotFound. Four queries."""
    facts = get_question(question_id, teacher_id)
    return QuestionPage(
        facts=facts,
        uses=_list_uses(question_id, teacher_id),
        drafts=() if facts.archived_at else _list_drafts(question_id, teacher_id),
        outcomes=_count_outcomes(question_id, teacher_id),
    )


def _facts(row: Row[Any]) -> QuestionFacts:
    return QuestionFacts(
        id=row.id, kind=row.kind, prompt=row.prompt, body=row.body, explanation=row.explanation,
        hints=tuple(row.hints), difficulty=row.difficulty, skill_id=row.skill_id, skill=row.skill,
        grade=row.grade, is_own=row.owner_id is not None, created_at=row.created_at,
        archived_at=row.archived_at, previous_id=row.previous_id, newer_id=row.newer_id,
    )  # fmt: skip


def _list_uses(question_id: int, teacher_id: int) -> tuple[Use, ...]:
    statement = (
        _taught(teacher_id)
        .join(AssignmentItem, AssignmentItem.assignment_id == Assignment.id)
        .where(AssignmentItem.question_id == question_id)
        .limit(MOST_USES)
    )
    return tuple(map(_use, db.session.execute(statement)))


def _list_drafts(question_id: int, teacher_id: int) -> tuple[Use, ...]:
    has_it = exists().where(
        AssignmentItem.assignment_id == Assignment.id, AssignmentItem.question_id == question_id
    )
    statement = (
        _taught(teacher_id)
        .where(Assignment.published_at.is_(None), Classroom.archived_at.is_(None), ~has_it)
        .limit(MOST_DRAFTS)
    )
    return tuple(map(_use, db.session.execute(statement)))


def _taught(teacher_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Assignment.id.label("assignment_id"), Assignment.title, Assignment.published_at,
            Assignment.classroom_id, Classroom.name.label("classroom_name"),
        )
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(Classroom.teacher_id == teacher_id)
        .order_by(Assignment.id.desc())
    )  # fmt: skip


def _use(row: Row[Any]) -> Use:
    return Use(
        assignment_id=row.assignment_id, title=row.title, classroom_id=row.classroom_id,
        classroom_name=row.classroom_name, is_published=row.published_at is not None,
    )  # fmt: skip


def _count_outcomes(question_id: int, teacher_id: int) -> dict[Outcome, int]:
    statement = (
        select(Response.outcome, func.count().label("answers"))
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Assignment, Assignment.id == AssignmentItem.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            AssignmentItem.question_id == question_id,
            Classroom.teacher_id == teacher_id,
            Response.outcome.is_not(None),
        )
        .group_by(Response.outcome)
    )
    found = {row.outcome: row.answers for row in db.session.execute(statement)}
    return {outcome: found[outcome] for outcome in Outcome if outcome in found}
