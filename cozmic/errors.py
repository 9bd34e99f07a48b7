"""The domain's errors. Each carries what its message needs; web/errors.py turns them into pages in one place."""

from __future__ import annotations


class CozmicError(Exception):
    """Anything the platform itself refuses, as opposed to a fault in it."""


class NotSignedIn(CozmicError):
    """Nobody is signed in, or the session has ended."""


class NotFound(CozmicError):
    """There is no such thing, or the viewer may not know of it: both look alike from outside."""

    def __init__(self, what: str = "page") -> None:
        super().__init__(f"There is no such {what}, or it is not yours to see.")
        self.what = what


class Forbidden(CozmicError):
    """The viewer's role has no business here."""

    def __init__(self, message: str = "This page is not part of your account.") -> None:
        super().__init__(message)


class Conflict(CozmicError):
    """The request made sense, but the world has moved on: closed, already handed in, already used."""


class Invalid(CozmicError):
    """Input that cannot be taken: which field, what was wrong and what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class TooMany(CozmicError):
    """Somebody has tried too often, and may try again after a while."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class LockedOut(TooMany):
    """Too many wrong passwords were tried; `next_step` says what helps meanwhile."""

    def __init__(self, message: str, *, retry_after_s: int, next_step: str) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.next_step = next_step


class Busy(CozmicError):
    """There is more to do at this moment than can be done in time; nothing was changed."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
