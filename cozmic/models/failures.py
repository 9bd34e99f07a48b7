"""Failures counted where they survive everything else: wrong passwords, wrong class codes, links asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import UtcDateTime


class FailureCount(Base):
    """How often something failed within one window of time, by what it was about and where it came from."""

    __tablename__ = "failure_counts"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    "What failed: sign-in, address, join, reset."
    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    "The account's id (no foreign key: a count is no record); below 0 a digest of what names none; 0: whatever it is."
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    "The number of a known device; below 0 a digest of the network's address; 0: wherever it comes from."
    failures: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # writes: old counts go
    "When the window ends, and the next failure begins another."
