"""Which of the questions to show, wherever questions are listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from cozmic.caching.values import SKILLS_KEPT_FOR, remember
from cozmic.extensions import db
from cozmic.models import Question, Skill
from cozmic.reads.searching import list_word_conditions
from cozmic.rules.enums import QuestionKind, Subject


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; None and "" mean everything."""

    text: str = ""
    """Words that all stand in the question, in any order."""
    subject: Subject | None = None
    grade: int | None = None
    kind: QuestionKind | None = None
    skill_id: int | None = None


@dataclass(frozen=True, slots=True)
class SkillChoice:
    """A skill to choose."""

    id: int
    name: str
    subject: Subject
    grade: int


def list_skills(school_revision: int, *, now: datetime) -> tuple[SkillChoice, ...]:
    """List all skills by subject, grade and name: from the cache, or by one query."""
    rows = remember(
        "skills", school_revision, kept_for=SKILLS_KEPT_FOR, now=now, compute=_select_skills
    )
    return tuple(SkillChoice(**{**row, "subject": Subject(row["subject"])}) for row in rows)


def _select_skills() -> list[dict[str, Any]]:
    statement = select(Skill.id, Skill.name, Skill.subject, Skill.grade).order_by(
        Skill.subject, Skill.grade, Skill.name
    )
    return [row._asdict() for row in db.session.execute(statement)]


def list_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions of a SELECT that joins questions with their skills (outer)."""
    found = list_word_conditions((Question.prompt,), filters.text)
    if filters.subject is not None:
        found.append(Skill.subject == filters.subject)
    if filters.grade is not None:
        found.append(Skill.grade == filters.grade)
    if filters.kind is not None:
        found.append(Question.kind == filters.kind)
    if filters.skill_id is not None:
        found.append(Question.skill_id == filters.skill_id)
    return found
