"""Where work stands, as the clock moves across its window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cozmic.rules.enums import LateRule, WorkState
from cozmic.rules.work import (
    GRACE,
    Standing,
    Window,
    is_work_late,
    may_see_key,
    may_start,
    work_state,
)

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = datetime(2026, 3, 6, 16, tzinfo=UTC)
CLOSES = datetime(2026, 3, 9, 16, tzinfo=UTC)
WINDOW = Window(OPENS, DUE, CLOSES, LateRule.ACCEPT)
UNDUE = Window(OPENS, None, CLOSES, LateRule.ACCEPT)
TICK = timedelta(seconds=1)
FRESH, OPEN = Standing(), Standing(has_open_attempt=True)
HANDED_IN = Standing(attempts_handed_in=1)


@pytest.mark.parametrize(
    ("standing", "now", "state"),
    [
        (FRESH, OPENS - TICK, WorkState.NOT_OPEN),
        (FRESH, OPENS, WorkState.NOT_STARTED),
        (FRESH, DUE, WorkState.NOT_STARTED),
        (FRESH, DUE + TICK, WorkState.MISSING),
        (OPEN, DUE + TICK, WorkState.IN_PROGRESS),
        (OPEN, CLOSES - TICK, WorkState.IN_PROGRESS),
        (OPEN, CLOSES, WorkState.MISSING),
        (HANDED_IN, CLOSES + TICK, WorkState.HANDED_IN),
        (Standing(attempts_handed_in=1, is_graded=True), DUE, WorkState.HELD),
        (Standing(attempts_handed_in=1, is_graded=True, is_released=True), DUE, WorkState.GRADED),
        (Standing(is_graded=True, is_released=True), CLOSES + TICK, WorkState.GRADED),
    ],
)
def test_the_state_follows_the_clock_and_the_work(
    standing: Standing, now: datetime, state: WorkState
) -> None:
    assert work_state(WINDOW, standing, now) is state


@pytest.mark.parametrize(
    ("window", "standing", "now", "state"),
    [
        (WINDOW, Standing(joined_at=DUE - TICK), DUE + TICK, WorkState.MISSING),
        (WINDOW, Standing(joined_at=DUE), DUE + TICK, WorkState.EXCUSED),
        (WINDOW, Standing(joined_at=DUE), CLOSES + TICK, WorkState.EXCUSED),
        (
            WINDOW,
            Standing(joined_at=DUE, has_open_attempt=True),
            CLOSES - TICK,
            WorkState.IN_PROGRESS,
        ),
        (WINDOW, Standing(joined_at=DUE, has_open_attempt=True), CLOSES, WorkState.EXCUSED),
        (WINDOW, Standing(joined_at=DUE, attempts_handed_in=1), CLOSES, WorkState.HANDED_IN),
        (
            WINDOW,
            Standing(joined_at=DUE, is_graded=True, is_released=True),
            CLOSES,
            WorkState.GRADED,
        ),
        (UNDUE, Standing(joined_at=CLOSES - TICK), CLOSES, WorkState.MISSING),
        (UNDUE, Standing(joined_at=CLOSES), CLOSES + TICK, WorkState.EXCUSED),
    ],
)
def test_nobody_misses_what_was_due_before_they_joined(
    window: Window, standing: Standing, now: datetime, state: WorkState
) -> None:
    assert work_state(window, standing, now) is state


def test_who_joined_later_may_start_while_work_is_taken() -> None:
    late_joiner = Standing(joined_at=DUE + TICK)
    assert may_start(WINDOW, late_joiner, CLOSES - TICK, attempts_allowed=1)
    assert not may_start(WINDOW, late_joiner, CLOSES, attempts_allowed=1)


def test_work_without_dates_is_never_missing_and_never_closes() -> None:
    window = Window(None, None, None, LateRule.ACCEPT)
    far = CLOSES + timedelta(days=4000)
    assert work_state(window, FRESH, far) is WorkState.NOT_STARTED
    assert window.is_open(far)


def test_under_the_rule_refuse_work_closes_when_it_is_due() -> None:
    window = Window(OPENS, DUE, CLOSES, LateRule.REFUSE)
    assert window.is_open(DUE - TICK)
    assert window.is_closed(DUE)


def test_what_was_sent_at_the_bell_is_taken_for_a_moment_longer() -> None:
    assert WINDOW.takes_work(CLOSES + GRACE - TICK)
    assert not WINDOW.takes_work(CLOSES + GRACE)
    assert not WINDOW.takes_work(OPENS - TICK)


def test_late_is_strictly_after_due() -> None:
    assert not WINDOW.is_late(DUE)
    assert WINDOW.is_late(DUE + TICK)


def test_late_work_is_late_no_longer_when_the_due_time_moves_behind_it() -> None:
    late = DUE + TICK
    assert is_work_late(Window(None, DUE, None, LateRule.ACCEPT), late, joined_at=None)
    assert not is_work_late(Window(None, late, None, LateRule.ACCEPT), late, joined_at=None)
    assert not is_work_late(Window(None, None, None, LateRule.ACCEPT), late, joined_at=None)


def test_work_that_came_late_stays_late_when_late_work_is_refused_from_now_on() -> None:
    window = Window(None, DUE, None, LateRule.REFUSE)
    assert is_work_late(window, DUE + timedelta(hours=1), joined_at=None)
    assert not is_work_late(window, DUE + timedelta(seconds=20), joined_at=None)


def test_nothing_is_late_of_a_pupil_who_joined_when_it_was_due_already() -> None:
    assert is_work_late(WINDOW, DUE + TICK, joined_at=DUE - TICK)
    assert not is_work_late(WINDOW, DUE + TICK, joined_at=DUE)


def test_an_attempt_starts_only_while_open_with_one_left_and_none_open() -> None:
    assert may_start(WINDOW, FRESH, OPENS, attempts_allowed=1)
    assert may_start(WINDOW, HANDED_IN, OPENS, attempts_allowed=2)
    assert not may_start(WINDOW, HANDED_IN, OPENS, attempts_allowed=1)
    assert not may_start(WINDOW, OPEN, OPENS, attempts_allowed=2)
    assert not may_start(WINDOW, FRESH, CLOSES, attempts_allowed=1)


def test_the_key_shows_only_when_released_and_of_no_more_use() -> None:
    released = Standing(attempts_handed_in=1, is_graded=True, is_released=True)
    assert may_see_key(WINDOW, released, DUE, attempts_allowed=1)
    assert not may_see_key(WINDOW, released, DUE, attempts_allowed=2)
    assert may_see_key(WINDOW, released, CLOSES, attempts_allowed=2)
    held = Standing(attempts_handed_in=1, is_graded=True)
    assert not may_see_key(WINDOW, held, CLOSES, attempts_allowed=1)
    again = Standing(attempts_handed_in=1, has_open_attempt=True, is_graded=True, is_released=True)
    assert not may_see_key(WINDOW, again, CLOSES, attempts_allowed=2)
