"""The record of what people with power did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import AuditEvent


def record(
    verb: str,
    *,
    now: datetime,
    actor_id: int | None,
    subject_id: int | None = None,
    classroom_id: int | None = None,
    detail: str = "",
    once_key: str | None = None,
) -> None:
    """Add an event. With a once_key that was used before, raise Conflict: the form was sent twice."""
    if once_key is not None and _is_used(once_key):
        raise Conflict("This form has been sent already, and was carried out the first time.")
    db.session.add(
        AuditEvent(
            verb=verb,
            happened_at=now,
            actor_id=actor_id,
            subject_id=subject_id,
            classroom_id=classroom_id,
            detail=detail,
            once_key=once_key,
        )
    )


def _is_used(once_key: str) -> bool:
    return (
        db.session.execute(select(AuditEvent.id).where(AuditEvent.once_key == once_key)).first()
        is not None
    )
