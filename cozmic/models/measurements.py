"""What the servers of this deployment have measured of themselves, and what of it the operator was told."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import Json, UtcDateTime, enum_column
from cozmic.rules.measured import Measured
from cozmic.rules.thresholds import Level


class Measurement(Base):
    """One minute of one server, or five once they are older; rules/measured.py says what each figure means."""

    __tablename__ = "measurements"

    began_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    "When the minute began."
    server: Mapped[str] = mapped_column(String(80), primary_key=True)
    "The host's name and the server's process, so that two on one host are told apart."
    span_s: Mapped[int]
    "60, or 300."
    requests: Mapped[int]
    errors: Mapped[int]
    refusals: Mapped[int]
    times: Mapped[list[int]] = mapped_column(Json)
    "Requests by how long they took: a count for each bound, and one for longer."
    busy_s: Mapped[float]
    statements: Mapped[int]
    sql_s: Mapped[float]
    slow_statements: Mapped[int]
    cache_hits: Mapped[int]
    cache_misses: Mapped[int]
    breakers_open: Mapped[int]
    workers: Mapped[int]
    threads: Mapped[int]
    cores: Mapped[float | None]
    "NULL: cannot be told on this host."
    memory_mb: Mapped[int | None]
    "NULL: cannot be told on this host."
    cpu_percent: Mapped[float | None]
    "NULL: the first reading, which has none before it."
    memory_percent: Mapped[float | None]
    "NULL: cannot be told on this host."
    pool_percent: Mapped[float | None]
    "NULL: nothing of the pool is left for requests."
    pool_most: Mapped[int]
    pool_waits: Mapped[int]
    pool_timeouts: Mapped[int]
    server_used: Mapped[int | None]
    "NULL: the database is a file."
    server_most: Mapped[int | None]
    "NULL: the database is a file."
    active_people: Mapped[int | None]
    "NULL: not counted."


def as_measured(row: Any) -> Measured:
    """Return a row, or whatever has its columns, as the rules take it."""
    values = {field.name: getattr(row, field.name) for field in fields(Measured)}
    return Measured(**{**values, "times": tuple(values["times"])})


class Alert(Base):
    """What the operator was told of one threshold: it outlives restarts, and all servers go by it."""

    __tablename__ = "alerts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    "The threshold."
    level: Mapped[Level] = mapped_column(enum_column(Level))
    "The gravest that was told; fine: nothing is the matter, or that it is over was told."
    since_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: nothing is the matter."
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: nothing was ever told."
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "The last minute that was judged, by whichever server came first; NULL: none."
