"""Failures as they are counted: which bucket, how full it is, and what signing in needs to know of it at once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import aliased

from cozmic.access.clock import database_now, shifted
from cozmic.extensions import db
from cozmic.models import FailureCount, School, User
from cozmic.rules.enums import Role

SIGN_IN, ADDRESS, JOIN, RESET = "sign-in", "address", "join", "reset"
RESETS = "resets"
"""Links asked for from one network, whoever they are for: apart from ADDRESS, or they would shut a school out."""
"""What is counted."""
ANYTHING = ANYWHERE = 0


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """What is counted together."""

    kind: str
    subject: int
    """An account's id, a digest, or ANYTHING."""
    place: int
    """A known device's number, a digest, or ANYWHERE."""


@dataclass(frozen=True, slots=True)
class Count:
    """How full a bucket is."""

    failures: int
    ends_at: datetime | None
    """None: no window is open."""

    def at(self, now: datetime) -> Count:
        """Return the count at a moment: none once its window has ended."""
        return NO_FAILURES if self.ends_at is None or self.ends_at <= now else self


NO_FAILURES = Count(0, None)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose sign-in it is, as it was read; no row that a session holds."""

    id: int
    role: Role
    password_hash: str
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at the door: the account they name, if there is one, and the counts that might keep it closed."""

    account: Account | None
    subject: int
    """The account's id, or the digest of a name that is nobody's."""
    now: datetime
    at_device: Count
    """Wrong passwords for this account from this device; it counts where the device is known to the account."""
    at_network: Count
    """The same from all other browsers of this network."""
    of_network: Count
    """Those of this network for all accounts together."""


def digest(*parts: str) -> int:
    """Return a number below 0 that stands for a text, which can be neither read nor chosen by it (keyed, 62 bits)."""
    key = (current_app.secret_key or "").encode()  # type: ignore[union-attr]  # ours is a text
    mac = hmac.digest(key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")
    return -1 - (int.from_bytes(mac[:8], "big") >> 2)


def get_count(bucket: Bucket) -> tuple[Count, datetime]:
    """Return how full a bucket is, and the time. One query."""
    one = aliased(FailureCount)
    statement = (
        select(one.failures, one.ends_at, database_now())
        .select_from(School)
        .outerjoin(one, _is(one, bucket.kind, bucket.subject, bucket.place))
        .where(School.id == 1)
    )
    failures, ends_at, now = db.session.execute(statement).one()
    return Count(failures or 0, ends_at).at(shifted(now)), shifted(now)


def get_sign_in_attempt(typed: str, *, device: int, network: int) -> Attempt:
    """Return who is meant by a user name (or e-mail address) and how often that failed lately. One query.

    It asks the same, and as much, whether the account exists or not, and its connection is given back: what follows
    is slow.
    """
    name = typed.strip().lower()
    nobody = digest("nobody", name)
    column = User.email if "@" in name else User.username
    subject = func.coalesce(User.id, literal(nobody))
    own, shared, ceiling = aliased(FailureCount), aliased(FailureCount), aliased(FailureCount)
    statement = (
        select(
            User.id, User.role, User.password_hash, User.suspended_at, database_now(),
            own.failures, own.ends_at, shared.failures, shared.ends_at, ceiling.failures, ceiling.ends_at,
        )
        .select_from(School)
        .outerjoin(User, column == name)
        .outerjoin(own, _is(own, SIGN_IN, subject, device))
        .outerjoin(shared, _is(shared, SIGN_IN, subject, network))
        .outerjoin(ceiling, _is(ceiling, ADDRESS, ANYTHING, network))
        .where(School.id == 1)
    )  # fmt: skip
    row: Any = db.session.execute(statement).one()
    db.session.rollback()
    now = shifted(row[4])
    account = None if row[0] is None else Account(*row[:4])
    counts = [Count(row[at] or 0, row[at + 1]).at(now) for at in (5, 7, 9)]
    return Attempt(account, nobody if account is None else account.id, now, *counts)


def _is(one: Any, kind: str, subject: Any, place: int) -> Any:
    return and_(one.kind == kind, one.subject == subject, one.place == place)
