"""What the servers have measured: rows of the table as the rules take them."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select, text

from cozmic.extensions import db
from cozmic.models import Alert, Measurement
from cozmic.models.measurements import as_measured
from cozmic.rules.alerts import AlertState
from cozmic.rules.measured import Measured

_COLUMNS = [getattr(Measurement, field.name) for field in fields(Measured)]


def list_measured(begin: datetime, end: datetime) -> list[Measured]:
    """Return every server's rows that began in this time, the oldest first. One query."""
    statement = (
        select(*_COLUMNS)
        .where(Measurement.began_at >= begin, Measurement.began_at < end)
        .order_by(Measurement.began_at, Measurement.server)
    )
    return [as_measured(row) for row in db.session.execute(statement)]


def list_alerts() -> dict[str, AlertState]:
    """Return what was told of each threshold, by name. One query."""
    statement = select(Alert.name, Alert.level, Alert.since_at, Alert.told_at)
    return {
        row.name: AlertState(row.level, row.since_at, row.told_at)
        for row in db.session.execute(statement)
    }


def find_connections() -> tuple[int, int] | None:
    """Return how many connections the database server has open, and allows; None for a file. One query."""
    if db.session.get_bind().dialect.name != "postgresql":
        return None
    row = db.session.execute(
        text(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,"
            " current_setting('max_connections')::int AS most"
        )
    ).one()
    return row.used, row.most
