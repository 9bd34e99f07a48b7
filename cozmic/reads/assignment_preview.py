"""An assignment as a pupil sees it, for its teacher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import AssignmentItem, Question, Skill
from cozmic.reads.assignment_facts import AssignmentFacts, get_assignment_facts
from cozmic.rules import kinds
from cozmic.rules.enums import QuestionKind


@dataclass(frozen=True, slots=True)
class PreviewedItem:
    """One question without its key."""

    id: int
    kind: QuestionKind
    prompt: str
    body: dict[str, Any]
    """What a pupil's page may see of it."""
    skill: str | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class AssignmentPreview:
    """All that the page shows, the questions in their order."""

    facts: AssignmentFacts
    items: tuple[PreviewedItem, ...]


def get_assignment_preview(
    classroom_id: int, assignment_id: int, *, now: datetime
) -> AssignmentPreview:
    """Return an assignment of a class that the viewer teaches. Two queries; raises NotFound."""
    facts = get_assignment_facts(classroom_id, assignment_id, now=now)
    statement = (
        select(
            AssignmentItem.id, Question.kind, Question.prompt, Question.body, Skill.name.label("skill"),
            AssignmentItem.points,
        )
        .join(Question, Question.id == AssignmentItem.question_id)
        .outerjoin(Skill, Skill.id == Question.skill_id)
        .where(AssignmentItem.assignment_id == assignment_id)
        .order_by(AssignmentItem.position, AssignmentItem.id)
    )  # fmt: skip
    items = tuple(
        PreviewedItem(
            id=row.id, kind=row.kind, prompt=row.prompt, body=kinds.public_body(row.kind, row.body),
            skill=row.skill, points=row.points,
        )
        for row in db.session.execute(statement)
    )  # fmt: skip
    return AssignmentPreview(facts=facts, items=items)
