"""What people with power did, for those who must answer for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, UtcDateTime


class AuditEvent(Base):
    """One act on a person, a class or the school."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_happened_at", "happened_at"),)  # ops: recent events

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)  # foreign key
    "NULL: the command line."
    verb: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # ops: a person's events
    "The person it was done to; NULL: not a person."
    classroom_id: Mapped[int | None] = mapped_column(
        ForeignKey("classrooms.id"), index=True
    )  # foreign key
    detail: Mapped[str] = mapped_column(Text)
    once_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # unique rule
    "What the form was given so that sending it twice acts once; NULL: may repeat."
