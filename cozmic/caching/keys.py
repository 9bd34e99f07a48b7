"""Names of cached pages. A name carries every revision that the page depends on, so nothing is ever invalidated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cozmic.caching.release import release_id


@dataclass(frozen=True, slots=True)
class PageKey:
    """One person's view of one screen at one state of the data."""

    screen: str
    """The endpoint."""
    user_id: int
    classroom_id: int
    """0: the screen is of no one class."""
    audience: str
    """The viewer's role."""
    language: str
    revision: str
    """From digest_revisions()."""

    def __str__(self) -> str:
        return (
            f"page:{release_id()}:{self.screen}:{self.user_id}:{self.classroom_id}:{self.audience}:"
            f"{self.language}:{self.revision}"
        )


def digest_revisions(revisions: Mapping[str, int | None], *, origin: str) -> str | None:
    """Return 32 characters for a set of revisions by name, and for the address under which the page was asked.

    None where a revision is missing: then nothing is known about the state, and nothing may be cached. A digest of
    128 bits, since a teacher of many classes would have a key longer than the page's first paragraph.
    """
    if None in revisions.values():
        return None
    return _digest(tuple(revisions.items()), origin)


@lru_cache(maxsize=4096)
def _digest(revisions: tuple[tuple[str, int], ...], origin: str) -> str:
    """Kept for who asks again; 10 us else, in the order of names whatever order the database gave."""
    parts = [f"{name}={value:x}" for name, value in sorted(revisions)]
    return hashlib.blake2b(" ".join([*parts, origin]).encode(), digest_size=16).hexdigest()
