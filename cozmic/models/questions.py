"""Skills and the questions that practise them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, Json, UtcDateTime, enum_column
from cozmic.rules.enums import QuestionKind, Subject


class Skill(Base):
    """Something to be learned: a subject, a grade and, where one exists, a standard's code."""

    __tablename__ = "skills"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 12", name="grade_range"),
        UniqueConstraint("slug"),  # unique rule
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Subject] = mapped_column(enum_column(Subject))
    grade: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(32))
    "The Common Core code; NULL: none exists."
    name: Mapped[str] = mapped_column(String(120))


class Question(Base):
    """One version of a question. Once pupils have met it, an edit makes a new row that points back here."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_range"),
        Index(
            "ix_questions_owner_id_archived_at", "owner_id", "archived_at"
        ),  # a teacher's questions
        UniqueConstraint("skill_id", "bank_number"),  # unique rule: the bank loads twice; by skill
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    "NULL: the starter bank, which every teacher sees and nobody edits."
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skills.id"))
    "NULL: no skill named."
    bank_number: Mapped[int | None]
    "Place in its skill's file of the starter bank; NULL: a teacher's own question."
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind))
    prompt: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    "Choices, key, tolerance, accepted forms: its shape is the kind's, see rules/kinds/. Never sent as it is."
    explanation: Mapped[str] = mapped_column(Text)
    hints: Mapped[list[str]] = mapped_column(Json)
    difficulty: Mapped[int]
    previous_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions.id"), index=True
    )  # a question: is there a newer version
    "The version that this one replaces; NULL: the first."
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: may be picked for assignments."
