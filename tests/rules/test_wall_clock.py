# ruff: noqa: DTZ001  wall-clock times are naive on purpose
"""Times on the school's wall, on the days when clocks change too."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.rules.wall_clock import NoSuchTime, start_of_day, to_utc, to_wall

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


def test_summer_and_winter_differ() -> None:
    assert to_utc(datetime(2026, 1, 15, 9, 0), LONDON) == datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
    assert to_utc(datetime(2026, 7, 15, 9, 0), LONDON) == datetime(2026, 7, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "zone"),
    [(datetime(2026, 3, 29, 1, 30), LONDON), (datetime(2026, 3, 8, 2, 30), NEW_YORK)],
)
def test_a_time_that_the_clocks_jump_over_is_refused(wall: datetime, zone: ZoneInfo) -> None:
    with pytest.raises(NoSuchTime, match="does not exist"):
        to_utc(wall, zone)


def test_a_time_that_comes_twice_means_the_first() -> None:
    assert to_utc(datetime(2026, 10, 25, 1, 30), LONDON) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_the_day_begins_at_midnight_of_the_school() -> None:
    moment = datetime(2026, 7, 14, 23, 30, tzinfo=UTC)  # half past midnight on the 15th in London
    assert start_of_day(moment, LONDON) == datetime(2026, 7, 14, 23, 0, tzinfo=UTC)
    assert start_of_day(moment, LONDON, days=1) == datetime(2026, 7, 15, 23, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from([LONDON, NEW_YORK])
)
def test_there_and_back_is_the_same_time(wall: datetime, zone: ZoneInfo) -> None:
    try:
        moment = to_utc(wall, zone)
    except NoSuchTime:
        return
    assert to_wall(moment, zone) == wall
