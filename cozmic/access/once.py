"""Whether a form has been carried out already."""

from __future__ import annotations

from sqlalchemy import select

from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import AuditEvent


def refuse_second_sending(once_key: str, message: str) -> None:
    """Raise Conflict where a form with this key was carried out; the write asks again, behind its lock.

    For forms whose first sending changes what the second would be told: a pupil just added is no namesake.
    """
    used = select(AuditEvent.id).where(AuditEvent.once_key == once_key)
    if db.session.execute(used).first() is not None:
        raise Conflict(message)
