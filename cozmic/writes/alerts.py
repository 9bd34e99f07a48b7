"""What the operator was told, kept for all servers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from cozmic.extensions import db, insert_or
from cozmic.models import Alert
from cozmic.rules.alerts import AlertState
from cozmic.rules.thresholds import Level


def lock_alerts(names: Iterable[str]) -> dict[str, Alert]:
    """Return the rows of these thresholds, made where they are missing; other servers wait until the end."""
    rows = [{"name": name, "level": Level.FINE} for name in sorted(names)]
    db.session.execute(insert_or(Alert).values(rows).on_conflict_do_nothing())
    statement = select(Alert).order_by(Alert.name).with_for_update()
    wanted = statement.where(Alert.name.in_([row["name"] for row in rows]))
    # Another server may have changed them since this session read them.
    found = db.session.execute(wanted.execution_options(populate_existing=True)).scalars()
    return {row.name: row for row in found}


def note_told(row: Alert, state: AlertState, *, judged_at: datetime) -> None:
    """Keep what was decided for a minute."""
    row.level, row.since_at, row.told_at = state.level, state.since_at, state.told_at
    row.judged_at = judged_at
