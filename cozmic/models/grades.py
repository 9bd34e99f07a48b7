"""What work was worth, and every change of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, Points, UtcDateTime


class Grade(Base):
    """One pupil's grade for one assignment: the best graded attempt, or what the teacher set by hand."""

    __tablename__ = "grades"
    __table_args__ = (
        UniqueConstraint("assignment_id", "student_id"),  # gradebook
        Index(
            "ix_grades_student_id_assignment_id", "student_id", "assignment_id"
        ),  # student dashboard
        CheckConstraint("points >= 0", name="points_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey("submissions.id"), index=True
    )  # delete of an attempt
    "The attempt that counts; NULL: none graded yet, or set by hand without one."
    points: Mapped[Decimal | None] = mapped_column(Points)
    "NULL: not graded yet."
    is_by_hand: Mapped[bool]
    "Set by the teacher for the whole assignment; later attempts do not change it."
    comment: Mapped[str] = mapped_column(Text)
    graded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: not graded yet."
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: held, the pupil does not see it."


class GradeChange(Base):
    """Who changed a grade, when, from what, to what and why. Rows are only ever added."""

    __tablename__ = "grade_changes"
    __table_args__ = (
        Index("ix_grade_changes_grade_id_changed_at", "grade_id", "changed_at"),  # history
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # delete of a person
    "NULL: graded by rule at hand-in."
    from_points: Mapped[Decimal | None] = mapped_column(Points)
    "NULL: there was no grade before."
    to_points: Mapped[Decimal | None] = mapped_column(Points)
    "NULL: taken back to 'not graded yet'."
    reason: Mapped[str] = mapped_column(Text)
