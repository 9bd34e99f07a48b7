"""Revisions: random values that a write sets in its own transaction, so that a key which carries them is never stale.

They stand in tables of their own, which no other statement locks. DESIGN: the cache law, point 1.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base


class PersonRevision(Base):
    """What a person's own screens depend on."""

    __tablename__ = "person_revisions"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    value: Mapped[int] = mapped_column(BigInteger)


class ClassroomRevision(Base):
    """Two rows a class: is_work False for posts and roster, True for work and grades."""

    __tablename__ = "classroom_revisions"

    classroom_id: Mapped[int] = mapped_column(
        ForeignKey("classrooms.id", ondelete="CASCADE"), primary_key=True
    )
    is_work: Mapped[bool] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class SchoolRevision(Base):
    """One row: what every screen depends on."""

    __tablename__ = "school_revision"

    id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
