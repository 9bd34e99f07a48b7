"""Classrooms, the one roster, and what is announced to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, UtcDateTime


class Classroom(Base):
    """A teacher's class. Archived, never deleted with people's work."""

    __tablename__ = "classrooms"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)  # teacher dashboard
    name: Mapped[str] = mapped_column(String(120))
    grade: Mapped[int | None]
    "School grade 1 to 12; NULL: mixed or not given."
    join_code: Mapped[str] = mapped_column(String(12), unique=True)  # join
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: in use."

    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 12", name="grade_range"),
        Index("ix_classrooms_name", "name", "id"),  # ops: classes
    )


class Enrolment(Base):
    """A pupil's place in a classroom; removing one keeps the row and the work."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("classroom_id", "student_id"),  # roster, and the admitting SELECT
        Index(
            "ix_enrolments_student_id_classroom_id", "student_id", "classroom_id"
        ),  # student dashboard
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classrooms.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: on the roster."


class Announcement(Base):
    """A teacher's note to a class, newest first in its stream."""

    __tablename__ = "announcements"
    __table_args__ = (
        Index("ix_announcements_classroom_id_posted_at", "classroom_id", "posted_at"),  # stream
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classrooms.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)  # delete of a person
    body: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
