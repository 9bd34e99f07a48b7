"""What people with power did, for those who must answer for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, UtcDateTime


class AuditEvent(Base):
    """One act on a person, a class or the school."""

    __tablename__ = "audit_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # delete of a person
    "NULL: the command line."
    verb: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # ops: a person's events
    "The person it was done to; NULL: not a person."
    classroom_id: Mapped[int | None] = mapped_column(
        ForeignKey("classrooms.id"), index=True
    )  # delete of a class
    detail: Mapped[str] = mapped_column(Text)
    once_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # every form: sent twice?
    "What the form was given so that sending it twice acts once; NULL: may repeat."
