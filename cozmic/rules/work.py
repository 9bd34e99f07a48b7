"""Where a pupil stands with an assignment, and what may still be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cozmic.rules.enums import LateRule, WorkState

GRACE = timedelta(seconds=30)
"""What is sent at the last moment arrives after it: saving and handing in are taken for this much longer."""


@dataclass(frozen=True, slots=True)
class Window:
    """When an assignment takes work."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    late_rule: LateRule

    @property
    def last_moment(self) -> datetime | None:
        """The moment from which nothing is taken; None: never."""
        if self.late_rule is LateRule.REFUSE and self.due_at is not None:
            return self.due_at
        return self.closes_at

    @property
    def deadline(self) -> datetime | None:
        """The moment by which work is expected: due or, without a due time, closed; None: no such moment."""
        return self.due_at or self.closes_at

    def is_open(self, now: datetime) -> bool:
        """Whether work may be started, saved and handed in. At `opens_at` yes, at the last moment no longer."""
        return self.has_opened(now) and not self.is_closed(now)

    def has_opened(self, now: datetime) -> bool:
        """Whether the opening time has come."""
        return self.opens_at is None or self.opens_at <= now

    def is_closed(self, now: datetime) -> bool:
        """Whether nothing is taken any more."""
        return self.last_moment is not None and self.last_moment <= now

    def takes_work(self, now: datetime) -> bool:
        """Whether saving and handing in are still taken: while open, and a moment of grace beyond."""
        return self.is_open(now) or self.is_open(now - GRACE)

    def is_late(self, now: datetime) -> bool:
        """Whether work handed in now is late: strictly after the due time."""
        return self.due_at is not None and self.due_at < now

    def was_over(self, joined_at: datetime | None) -> bool:
        """Whether work was expected before a pupil joined the class: then nothing of theirs is missing or late."""
        return joined_at is not None and self.deadline is not None and self.deadline <= joined_at


@dataclass(frozen=True, slots=True)
class Standing:
    """One pupil's work on one assignment, as far as its state depends on it."""

    attempts_handed_in: int = 0
    has_open_attempt: bool = False
    is_graded: bool = False
    """There is a grade with points."""
    is_released: bool = False
    joined_at: datetime | None = None
    """When the pupil joined the class; None: before anything was due."""


def work_state(window: Window, standing: Standing, now: datetime) -> WorkState:
    """Return the state to show. "Missing" is past due with nothing handed in; "handed in" is not graded yet.

    An open attempt counts as in progress until the last moment; after it the work is missing. Who joined when the
    work was due already is excused from it, and does not miss it.
    """
    if standing.is_graded:
        return WorkState.GRADED if standing.is_released else WorkState.HELD
    if standing.attempts_handed_in:
        return WorkState.HANDED_IN
    if not window.has_opened(now):
        return WorkState.NOT_OPEN
    if standing.has_open_attempt and not window.is_closed(now):
        return WorkState.IN_PROGRESS
    if window.is_closed(now) or window.is_late(now):
        return WorkState.EXCUSED if window.was_over(standing.joined_at) else WorkState.MISSING
    return WorkState.NOT_STARTED


def is_work_late(window: Window, saved_at: datetime, *, joined_at: datetime | None) -> bool:
    """Whether work is late whose pupil changed it last, or handed it in, at a moment.

    Where the due time closes, what comes in the moment of grace after it is on time.
    """
    closes_when_due = window.last_moment == window.due_at
    moment = saved_at - GRACE if closes_when_due else saved_at
    return window.is_late(moment) and not window.was_over(joined_at)


def may_start(window: Window, standing: Standing, now: datetime, *, attempts_allowed: int) -> bool:
    """Whether a new attempt may be started."""
    has_attempts_left = standing.attempts_handed_in < attempts_allowed
    return window.is_open(now) and has_attempts_left and not standing.has_open_attempt


def may_see_key(
    window: Window, standing: Standing, now: datetime, *, attempts_allowed: int
) -> bool:
    """Whether the pupil may see right answers: released, and no attempt is left in which to use them."""
    no_more = standing.attempts_handed_in >= attempts_allowed or window.is_closed(now)
    return standing.is_released and no_more and not standing.has_open_attempt
