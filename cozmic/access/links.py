"""Signed links that open one thing once: a new password, an invitation.

Each is bound by a fingerprint to the state it was made for, so that using it, or changing that state, ends it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import Invitation, User

Row = TypeVar("Row", User, Invitation)
RESET_HOURS = 1
RESET, INVITATION = "cozmic-reset-password", "cozmic-invitation"


def make_reset_token(user: User, *, now: datetime) -> str:
    """Return the token of a link by which this person sets a new password within the hour."""
    expires_at = int((now + timedelta(hours=RESET_HOURS)).timestamp())
    return _sign(RESET, [user.id, expires_at, _fingerprint(user.password_hash, user.email)])


def find_user_by_reset_token(token: str, *, now: datetime) -> User | None:
    """Return whose password a link may set, locked; None where it is forged, too old, used or their account suspended.

    A new password or another e-mail address ends every link made before.
    """
    user_id, expires_at, fingerprint = _read(RESET, token, 3)
    if user_id is None or datetime.fromtimestamp(expires_at, UTC) <= now:
        return None
    user = _locked(User, user_id)
    if user is None or user.suspended_at is not None:
        return None
    return user if fingerprint == _fingerprint(user.password_hash, user.email) else None


def get_user_by_reset_token(token: str, *, now: datetime) -> User:
    """Return the same, or raise NotFound."""
    user = find_user_by_reset_token(token, now=now)
    if user is None:
        raise NotFound("link")
    return user


def make_invitation_token(invitation: Invitation) -> str:
    """Return the token of the link by which an invitation is accepted."""
    return _sign(INVITATION, [invitation.id, _invitation_fingerprint(invitation)])


def find_open_invitation(token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that a link opens, locked; None where it is forged, too old, accepted or withdrawn."""
    invitation_id, fingerprint = _read(INVITATION, token, 2)
    if invitation_id is None:
        return None
    invitation = _locked(Invitation, invitation_id)
    if invitation is None or invitation.accepted_at is not None or invitation.expires_at <= now:
        return None
    # SQLite gives the id of a withdrawn invitation to the next one.
    return invitation if fingerprint == _invitation_fingerprint(invitation) else None


def get_open_invitation(token: str, *, now: datetime) -> Invitation:
    """Return the same, or raise NotFound."""
    invitation = find_open_invitation(token, now=now)
    if invitation is None:
        raise NotFound("invitation")
    return invitation


def _invitation_fingerprint(invitation: Invitation) -> str:
    return _fingerprint(invitation.email, invitation.role, invitation.created_at.isoformat())


def _fingerprint(*state: str | None) -> str:
    return hashlib.sha256("\0".join(part or "" for part in state).encode()).hexdigest()[:32]


def _sign(salt: str, payload: list[int | str]) -> str:
    return URLSafeSerializer(current_app.secret_key or "", salt=salt).dumps(payload)


def _read(salt: str, token: str, length: int) -> list[Any]:
    """Return the payload that was signed; Nones for anything else."""
    try:
        payload = URLSafeSerializer(current_app.secret_key or "", salt=salt).loads(token)
    except BadData:
        return [None] * length
    return payload if isinstance(payload, list) and len(payload) == length else [None] * length


def _locked(model: type[Row], row_id: int) -> Row | None:
    return db.session.get(model, row_id, with_for_update={"key_share": True})
