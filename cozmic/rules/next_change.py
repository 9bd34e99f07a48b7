"""When the clock alone changes a page: a cached body is right until then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cozmic.rules.work import Window


def next_change(now: datetime, moments: Iterable[datetime | None]) -> datetime | None:
    """Return the first of these moments that is not behind us; None: there is none.

    One that is just now counts: rules differ in whether a moment belongs to what was or to what comes.
    """
    return min((moment for moment in moments if moment is not None and moment >= now), default=None)


def moments_of(windows: Iterable[Window]) -> Iterator[datetime | None]:
    """The moments at which the state of work, and what may be done about it, can change."""
    for window in windows:
        yield window.opens_at
        yield window.due_at
        yield window.closes_at
