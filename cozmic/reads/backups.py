"""When the school was last backed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import AuditEvent

BACKED_UP = "back_up_school"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What `flask backup` wrote down."""

    made_at: datetime
    detail: str
    """The file's name, size and the beginning of its checksum."""


def find_last_backup() -> LastBackup | None:
    """Return the newest backup that the database knows of; None: there was none. One query, over the whole record."""
    statement = (
        select(AuditEvent.happened_at, AuditEvent.detail)
        .where(AuditEvent.verb == BACKED_UP)
        .order_by(AuditEvent.happened_at.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return None if row is None else LastBackup(row.happened_at, row.detail)
