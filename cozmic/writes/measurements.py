"""Keeping what a server has measured, for a week, and ever more coarsely."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import delete

from cozmic.extensions import db, insert_or
from cozmic.models import Measurement
from cozmic.models.measurements import as_measured
from cozmic.rules.measured import Measured, add_times

FINE_FOR, KEPT_FOR = timedelta(hours=6), timedelta(days=7)
"""Charts of more than six hours show no single minutes."""
COARSE_S = 300


def keep_measured(server: str, spans: list[Measured]) -> None:
    """Add a server's minutes; one that is there already stays as it is."""
    if spans:
        rows = [{**asdict(one), "times": list(one.times), "server": server} for one in spans]
        db.session.execute(insert_or(Measurement).values(rows).on_conflict_do_nothing())


def thin_out(now: datetime) -> None:
    """Make five minutes one where they are old, of whichever server, and let go what is older than a week.

    The DELETE hands over what it deletes, so that of two servers that do this at once one finds nothing left.
    """
    db.session.execute(delete(Measurement).where(Measurement.began_at < now - KEPT_FOR))
    end = _coarse(now - FINE_FOR)
    old = (
        delete(Measurement)
        .where(Measurement.began_at < end, Measurement.span_s < COARSE_S)
        .returning(Measurement)
    )
    rows = sorted(db.session.execute(old).scalars(), key=lambda row: (row.server, row.began_at))
    for (server, began_at), minutes in groupby(
        rows, key=lambda row: (row.server, _coarse(row.began_at))
    ):
        span = add_times(as_measured(row) for row in minutes)
        if span is not None:
            values = {**asdict(span), "began_at": began_at, "span_s": COARSE_S}
            keep_measured(server, [Measured(**values)])


def _coarse(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
