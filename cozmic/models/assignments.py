"""What a class is asked to do, and by when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, Points, UtcDateTime, enum_column
from cozmic.rules.enums import LateRule, Release


class Assignment(Base):
    """A set of questions for one class. Drafts are the teacher's alone."""

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("attempts_allowed BETWEEN 1 AND 10", name="attempts_range"),
        CheckConstraint("late_penalty_percent BETWEEN 0 AND 100", name="late_penalty_range"),
        CheckConstraint("opens_at < due_at", name="opens_before_due"),
        CheckConstraint("due_at <= closes_at", name="due_before_closes"),
        Index(
            "ix_assignments_classroom_id_due_at", "classroom_id", "due_at"
        ),  # classroom, gradebook, dashboards
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classrooms.id"))
    title: Mapped[str] = mapped_column(String(160))
    instructions: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: as soon as it is published."
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: no due date, so never late and never missing."
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "Nothing is taken from this moment on; NULL: stays open (under late rule REFUSE it closes at due_at)."
    attempts_allowed: Mapped[int]
    late_rule: Mapped[LateRule] = mapped_column(enum_column(LateRule))
    late_penalty_percent: Mapped[int]
    "Taken off the points of late work under late rule PENALTY; 0 otherwise."
    release: Mapped[Release] = mapped_column(enum_column(Release))
    max_points: Mapped[Decimal] = mapped_column(Points)
    "The sum of its items' points, kept by the writes that change items."
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: a draft."


class AssignmentItem(Base):
    """A question in its place on an assignment, with its points."""

    __tablename__ = "assignment_items"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_positive"),
        UniqueConstraint("assignment_id", "question_id"),  # taking, grading
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id"), index=True
    )  # is this question in use
    position: Mapped[int]
    points: Mapped[Decimal] = mapped_column(Points)
