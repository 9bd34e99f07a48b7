"""What pupils hand in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, Json, Points, UtcDateTime, enum_column
from cozmic.rules.enums import Outcome

OPEN = text("handed_in_at IS NULL")
WAITING = text("waiting > 0")


class Submission(Base):
    """One attempt by one pupil: open until handed in, at most one open at a time."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("assignment_id", "student_id", "attempt"),  # taking; status per pupil
        Index(
            "uq_submissions_open",
            "assignment_id",
            "student_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),  # unique rule: one open attempt
        Index(
            "ix_submissions_student_id_assignment_id", "student_id", "assignment_id"
        ),  # student dashboard
        Index(
            "ix_submissions_waiting",
            "assignment_id",
            "handed_in_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),  # to grade, oldest first
        CheckConstraint("attempt >= 1", name="attempt_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    attempt: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    "When the pupil last saved anything; the start, before that."
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: open."
    is_late: Mapped[bool]
    waiting: Mapped[int]
    "How many responses wait for the teacher; 0 while open."
    points: Mapped[Decimal | None] = mapped_column(Points)
    "After any late penalty; NULL: open, or not graded yet."


class Response(Base):
    """The answer to one item; a row from the start of the attempt, so that saving is one UPDATE."""

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("submission_id", "item_id"),  # taking, grading, feedback
        CheckConstraint("points >= 0", name="points_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    item_id: Mapped[int] = mapped_column(
        ForeignKey("assignment_items.id"), index=True
    )  # a question: what became of its answers
    answer: Mapped[Any | None] = mapped_column(Json)
    "What the pupil gave, in the kind's shape; NULL: nothing yet."
    version: Mapped[int]
    "Counts the saves: a stale copy from another tab is told from a newer answer."
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    "NULL: not handed in."
    points: Mapped[Decimal | None] = mapped_column(Points)
    "NULL: not handed in, or waiting for the teacher."
    comment: Mapped[str] = mapped_column(Text)
    graded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: not graded yet."
    graded_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # delete of a person
    "NULL: graded by rule, or not yet."
