"""Limits that count failures: guessing is slowed down, and whoever knows the password is never counted."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from flask import current_app, request
from limits import RateLimitItem, parse

from cozmic.errors import TooMany
from cozmic.extensions import limiter

# The strategy is part of the key: another one on the same Redis would stumble over these counts.
PREFIX = "fixed-window"


@dataclass(frozen=True, slots=True)
class FailureLimit:
    """So many failures in so long, for each key at each address.

    Where the counts cannot be reached (Redis gone), nobody is refused: a school must be able to sign in.
    """

    name: str
    item: RateLimitItem
    message: str
    """Shown when it is spent; {wait} becomes 'in 12 minutes'."""

    def refuse_if_spent(self, key: str) -> None:
        """Raise TooMany where this key has failed too often here. One Redis command, two when it is spent."""
        if not limiter.enabled:
            return
        try:
            if limiter.limiter.test(self.item, *self._names(key)):
                return
            reset_at = limiter.limiter.get_window_stats(self.item, *self._names(key)).reset_time
        except limiter.storage.base_exceptions as error:
            _report(error)
            return
        # The limiter keeps its windows by this machine's clock, so the wait is told by it too.
        wait_s = max(1, math.ceil(reset_at - time.time()))
        raise TooMany(self.message.format(wait=_in_words(wait_s)), retry_after_s=wait_s)

    def count(self, key: str) -> None:
        """Count one failure of this key."""
        if not limiter.enabled:
            return
        try:
            limiter.limiter.hit(self.item, *self._names(key))
        except limiter.storage.base_exceptions as error:
            _report(error)

    def _names(self, key: str) -> tuple[str, ...]:
        # Hashed, so that what somebody typed is neither long nor readable in Redis.
        digest = hashlib.sha256(key.strip().lower().encode()).hexdigest()[:32]
        return PREFIX, self.name, digest, request.remote_addr or "unknown"


def _report(error: Exception) -> None:
    current_app.logger.warning("failures are not counted: %s", error)


def _in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "in a minute" if minutes <= 1 else f"in {minutes} minutes"


WRONG_PASSWORDS = FailureLimit(
    "wrong-password",
    parse("10 per 15 minutes"),
    "Too many wrong passwords were tried for this account. Try again {wait}.",
)
RESET_MAILS = FailureLimit(
    "reset-mail",
    parse("5 per hour"),
    "A link has been asked for several times already. Look through your mail, or try again {wait}.",
)
