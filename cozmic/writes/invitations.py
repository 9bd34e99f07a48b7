"""Invitations: how teachers and further admins come in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from cozmic.access.new_passwords import NewPassword
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Invitation, User
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name
from cozmic.writes.audit import record
from cozmic.writes.people import create_person, refuse_taken_email

OPEN_DAYS = 14


def invite(
    role: Role, *, given_name: str, family_name: str, email: str, actor_id: int, now: datetime,
    once_key: str | None = None,
) -> Invitation:  # fmt: skip
    """Invite a teacher or an admin for 14 days; an open invitation of the same address ends.

    Raise Invalid where an account has the address, Conflict where the same form has been sent before.
    """
    # The same form sent twice at once: the second waits here, then finds its key used.
    db.session.get_one(User, actor_id, with_for_update={"key_share": True})
    refuse_taken_email(email)
    record(
        "invite", now=now, actor_id=actor_id, once_key=once_key,
        detail=full_name(given_name, family_name) + f" <{email}> as {role}",
    )  # fmt: skip
    db.session.execute(
        delete(Invitation).where(Invitation.email == email, Invitation.accepted_at.is_(None))
    )
    invitation = Invitation(
        role=role, given_name=given_name, family_name=family_name, email=email,
        invited_by_id=actor_id, created_at=now, expires_at=now + timedelta(days=OPEN_DAYS),
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    return invitation


def accept_invitation(
    touched: Touched, invitation: Invitation, *, username: str, password: NewPassword, now: datetime
) -> User:
    """Make the account that an open invitation, locked, promises; raise Invalid where its name or address is taken."""
    user = create_person(
        touched, invitation.role, username=username, given_name=invitation.given_name,
        family_name=invitation.family_name, email=invitation.email, password=password, now=now,
    )  # fmt: skip
    invitation.accepted_at = now
    record(
        "accept_invitation", now=now, actor_id=user.id, subject_id=user.id,
        detail=f"as {invitation.role}",
    )  # fmt: skip
    return user


def withdraw_invitation(invitation: Invitation, *, actor_id: int, now: datetime) -> None:
    """End an invitation that nobody has accepted; raise Conflict where somebody has."""
    if invitation.accepted_at is not None:
        raise Conflict("This invitation has been accepted already. Suspend the person instead.")
    record("withdraw_invitation", now=now, actor_id=actor_id, detail=invitation.email)
    db.session.delete(invitation)
