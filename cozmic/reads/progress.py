"""A pupil's progress by skill: points won of points possible, over released work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from cozmic.access.ready import ready
from cozmic.models import AssignmentItem, Grade, Question, Response, Skill, Submission
from cozmic.rules.enums import Subject
from cozmic.rules.scoring import percent


@dataclass(frozen=True, slots=True)
class SkillProgress:
    """What a pupil has shown of one skill."""

    skill_id: int
    subject: Subject
    grade: int
    name: str
    answered: int
    """Answers given in released work."""
    points: Decimal
    possible: Decimal

    @property
    def percent(self) -> int:
        """Points won as a whole percentage of those possible."""
        return percent(self.points, self.possible)


def list_progress(student_id: int) -> tuple[SkillProgress, ...]:
    """List every skill the pupil has released answers in, by subject, grade and name. One query."""
    rows = _by_skill.list_rows(student_id=student_id)
    return tuple(SkillProgress(**row._asdict()) for row in rows)


def list_weakest_skills(student_id: int, *, limit: int) -> tuple[SkillProgress, ...]:
    """List the skills in which most remains to be won, the weakest first. One query."""
    return tuple(
        sorted(list_progress(student_id), key=lambda skill: (skill.percent, skill.name))[:limit]
    )


@ready
def _by_skill(student_id: Any) -> Any:
    """Sums over the attempts that count. One that still waits for the teacher says nothing yet, not even in part."""
    return (
        select(
            Skill.id.label("skill_id"),
            Skill.subject,
            Skill.grade,
            Skill.name,
            func.count().label("answered"),
            func.sum(Response.points).label("points"),
            func.sum(AssignmentItem.points).label("possible"),
        )
        .select_from(Grade)
        .join(Submission, Submission.id == Grade.submission_id)
        .join(Response, Response.submission_id == Submission.id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(Skill, Skill.id == Question.skill_id)
        .where(
            Grade.student_id == student_id,
            Grade.points.is_not(None),
            Grade.released_at.is_not(None),
            Submission.points.is_not(None),
            Response.points.is_not(None),
        )
        .group_by(Skill.id, Skill.subject, Skill.grade, Skill.name)
        .order_by(Skill.subject, Skill.grade, Skill.name)
    )
