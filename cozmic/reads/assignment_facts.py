"""What a teacher has said of an assignment, as every page about it needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, func, select

from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Grade, Submission
from cozmic.rules.enums import LateRule, Release
from cozmic.rules.schedule import Dates, Fault, Phase, list_bars, phase
from cozmic.rules.work import Window


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """One assignment, its questions and its pupils counted."""

    id: int
    classroom_id: int
    title: str
    instructions: str
    window: Window
    attempts_allowed: int
    late_rule: LateRule
    late_penalty_percent: int
    release: Release
    max_points: Decimal
    published_at: datetime | None
    phase: Phase
    items: int
    starters: int
    """Pupils who have started, whether or not they are still on the roster."""
    has_work: bool
    """Somebody has started, or has a grade: what is asked is fixed."""
    bars: tuple[Fault, ...]
    """What in its dates keeps a draft from being published now."""

    @property
    def dates(self) -> Dates:
        """Its dates by themselves."""
        return Dates(self.window.opens_at, self.window.due_at, self.window.closes_at)

    @property
    def is_published(self) -> bool:
        """Whether pupils see it."""
        return self.published_at is not None

    @property
    def may_be_published(self) -> bool:
        """Whether the publish button works."""
        return not self.is_published and self.items > 0 and not self.bars


def get_assignment_facts(
    classroom_id: int, assignment_id: int, *, now: datetime
) -> AssignmentFacts:
    """Return an assignment of a class that the viewer teaches. One query; raises NotFound."""
    items = select(func.count()).where(AssignmentItem.assignment_id == Assignment.id)
    starters = select(func.count(Submission.student_id.distinct())).where(
        Submission.assignment_id == Assignment.id
    )
    row = db.session.execute(
        select(
            Assignment.id, Assignment.classroom_id, Assignment.title, Assignment.instructions,
            Assignment.opens_at, Assignment.due_at, Assignment.closes_at, Assignment.attempts_allowed,
            Assignment.late_rule, Assignment.late_penalty_percent, Assignment.release,
            Assignment.max_points, Assignment.published_at,
            items.scalar_subquery().label("items"), starters.scalar_subquery().label("starters"),
            exists().where(Grade.assignment_id == Assignment.id).label("has_grades"),
        ).where(Assignment.id == assignment_id, Assignment.classroom_id == classroom_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("assignment")
    values = row._asdict()
    has_grades = values.pop("has_grades")
    window = Window(
        opens_at=values.pop("opens_at"), due_at=values.pop("due_at"),
        closes_at=values.pop("closes_at"), late_rule=row.late_rule,
    )  # fmt: skip
    dates = Dates(window.opens_at, window.due_at, window.closes_at)
    return AssignmentFacts(
        **values, window=window, has_work=has_grades or row.starters > 0, bars=tuple(list_bars(dates, now)),
        phase=phase(window, published_at=row.published_at, now=now),
    )  # fmt: skip
