"""Limits that count failures, in the database, so that they hold whatever becomes of Redis.

Guessing is slowed down, and whoever knows the password is never counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request
from limits import RateLimitItem

from cozmic.access.clock import get_now
from cozmic.access.failures import (
    ADDRESS,
    ANYTHING,
    ANYWHERE,
    JOIN,
    RESET,
    RESETS,
    SIGN_IN,
    Attempt,
    Bucket,
    Count,
    digest,
    get_count,
    get_sign_in_attempt,
)  # fmt: skip
from cozmic.errors import LockedOut, TooMany
from cozmic.rules.addresses import network_of
from cozmic.rules.waits import wait_in_words
from cozmic.transaction import transaction
from cozmic.web.devices import read_device
from cozmic.writes.failures import count_failures

SETTINGS = {
    SIGN_IN: "LIMIT_SIGN_IN",
    ADDRESS: "LIMIT_ADDRESS",
    JOIN: "LIMIT_JOIN",
    RESET: "LIMIT_RESET",
    RESETS: "LIMIT_ADDRESS",
}
SPENT = {
    SIGN_IN: "Too many wrong passwords were tried for this account from your network. Try again {wait}.",
    ADDRESS: "A great many tries have failed from your network in a short time. Try again {wait}.",
    JOIN: "Many wrong class codes have come from here. Try again {wait}.",
    RESETS: "A great many links have been asked for from your network in a short time. Try again {wait}.",
    RESET: "A link has been asked for several times already. Look through your mail, or try again {wait}.",
}
SPENT_HERE = (
    "Too many wrong passwords were tried for this account on this device. Try again {wait}."
)
ELSEWHERE = "A device on which you have signed in to this account before still lets you in."
ASK = "If you have forgotten the password, ask your teacher, or an admin, for a new one."


@dataclass(frozen=True, slots=True)
class Door:
    """An attempt to sign in that may go on, and the buckets that it counts in if the password is wrong."""

    attempt: Attempt
    buckets: tuple[Bucket, ...]


def knock(typed: str) -> Door:
    """Return the attempt to sign in by this name; raise TooMany where its failures are spent. One query.

    A device known to the account has a bucket of its own, in which nobody else can count, and needs no other.
    As many may be on their way at once as there are threads: so many guesses more than the limit, and no more.
    """
    device, network = read_device(), _network()
    attempt = get_sign_in_attempt(typed, device=device.number, network=network)
    account = attempt.account
    if account is not None and device.knows(account.id, account.password_hash):
        counts = {Bucket(SIGN_IN, account.id, device.number): attempt.at_device}
    else:
        counts = {
            Bucket(SIGN_IN, attempt.subject, network): attempt.at_network,
            Bucket(ADDRESS, ANYTHING, network): attempt.of_network,
        }
    _refuse_spent(counts, now=attempt.now)
    return Door(attempt, tuple(counts))


def count_wrong_password(door: Door) -> None:
    """Count one; raise TooMany where others were counted meanwhile and this was one too many."""
    _count(door.buckets, now=door.attempt.now)


def refuse_spent_codes(user_id: int | None) -> datetime:
    """Raise TooMany where too many wrong class codes were typed by this pupil, or by strangers of this network.

    Return the time. One query.
    """
    bucket = _codes_of(user_id)
    count, now = get_count(bucket)
    _refuse_spent({bucket: count}, now=now)
    return now


def count_wrong_code(user_id: int | None, *, now: datetime) -> None:
    """Count one."""
    _count((_codes_of(user_id),), now=now)


def count_reset_mail(email: str) -> None:
    """Count a link before it is sent; raise TooMany where there were too many for this address from this network."""
    network = _network()
    _count(
        (Bucket(RESET, digest("email", email.strip().lower()), network), Bucket(RESETS, ANYTHING, network)),
        now=get_now(),
    )  # fmt: skip


def _codes_of(user_id: int | None) -> Bucket:
    return (
        Bucket(JOIN, ANYTHING, _network()) if user_id is None else Bucket(JOIN, user_id, ANYWHERE)
    )


def _network() -> int:
    return digest("network", network_of(request.remote_addr))


def _limit_of(bucket: Bucket) -> RateLimitItem:
    limit: RateLimitItem = current_app.config[SETTINGS[bucket.kind]]
    return limit


def _count(buckets: tuple[Bucket, ...], *, now: datetime) -> None:
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    windows_s = {bucket: _limit_of(bucket).get_expiry() for bucket in buckets}
    with transaction():
        counts = count_failures(windows_s, now=now)
    for bucket, count in counts.items():
        if count.failures > _limit_of(bucket).amount:
            raise _too_many(bucket, count, now=now)


def _refuse_spent(counts: Mapping[Bucket, Count], *, now: datetime) -> None:
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    for bucket, count in counts.items():
        if count.failures >= _limit_of(bucket).amount:
            raise _too_many(bucket, count, now=now)


def _too_many(bucket: Bucket, count: Count, *, now: datetime) -> TooMany:
    ends_at = count.ends_at or now
    wait_s = max(1, math.ceil((ends_at - now).total_seconds()))
    is_known = (
        bucket.kind == SIGN_IN and bucket.place > 0
    )  # the number of a device; networks are below
    message = (SPENT_HERE if is_known else SPENT[bucket.kind]).format(wait=wait_in_words(wait_s))
    if bucket.kind not in {SIGN_IN, ADDRESS}:
        return TooMany(message, retry_after_s=wait_s)
    next_step = ASK if is_known else f"{ELSEWHERE} {ASK}"
    return LockedOut(message, retry_after_s=wait_s, next_step=next_step)
