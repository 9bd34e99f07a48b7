"""The one school or district that a deployment serves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base


class School(Base):
    """Its name, time zone and language: a single row, made by the first migration."""

    __tablename__ = "school"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64))
    "An IANA time zone name; due dates are wall-clock times in it."
    language: Mapped[str] = mapped_column(String(8))
