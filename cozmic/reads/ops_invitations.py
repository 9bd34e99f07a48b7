"""Invitations, open and accepted, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cozmic.models import Invitation, User
from cozmic.reads.paging import START, Cursor, Page, list_page
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name, initials_of


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation."""

    id: int
    name: str
    initials: str
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    is_expired: bool


def list_invitations(
    *, is_accepted: bool, now: datetime, cursor: Cursor = START
) -> Page[InvitationRow]:
    """Return a page of the open ones (too old ones among them) or of the accepted ones. One query."""
    is_open = Invitation.accepted_at.is_(None)
    statement = (
        select(
            Invitation.id, Invitation.given_name, Invitation.family_name, Invitation.email, Invitation.role,
            Invitation.created_at, Invitation.expires_at, Invitation.accepted_at,
            User.given_name.label("by_given"), User.family_name.label("by_family"),
        )
        .join(User, User.id == Invitation.invited_by_id)
        .where(~is_open if is_accepted else is_open)
    )  # fmt: skip

    def make(row: Any) -> InvitationRow:
        return InvitationRow(
            id=row.id, name=full_name(row.given_name, row.family_name),
            initials=initials_of(row.given_name, row.family_name), email=row.email,
            role=row.role, invited_by=f"{row.by_given} {row.by_family}".strip(),
            created_at=row.created_at, expires_at=row.expires_at, accepted_at=row.accepted_at,
            is_expired=row.accepted_at is None and row.expires_at <= now,
        )  # fmt: skip

    return list_page(statement, (Invitation.id,), make, cursor, newest_first=True)
