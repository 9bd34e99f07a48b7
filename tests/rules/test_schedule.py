"""The dates of an assignment: typed, checked, told as a phase; across both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cozmic.rules.enums import LateRule
from cozmic.rules.schedule import (
    Dates,
    Phase,
    UnreadableTime,
    dates_for_copy,
    list_bars,
    list_faults,
    list_warnings,
    phase,
    read_moment,
    show_moment,
)
from cozmic.rules.work import Window

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-01-15T09:00", LONDON, "2026-01-15T09:00"),
        ("2026-07-15T09:00", LONDON, "2026-07-15T08:00"),
        ("2026-07-15 09:00", LONDON, "2026-07-15T08:00"),
        ("2026-07-15T09:00:59", LONDON, "2026-07-15T08:00"),
        ("  2026-07-15T09:00  ", NEW_YORK, "2026-07-15T13:00"),
        # Clocks forward: the last minute before the gap and the first after it.
        ("2026-03-29T00:59", LONDON, "2026-03-29T00:59"),
        ("2026-03-29T02:00", LONDON, "2026-03-29T01:00"),
        ("2026-03-08T01:59", NEW_YORK, "2026-03-08T06:59"),
        ("2026-03-08T03:00", NEW_YORK, "2026-03-08T07:00"),
        # Clocks back: of the hour that comes twice, the first is meant.
        ("2026-10-25T01:30", LONDON, "2026-10-25T00:30"),
        ("2026-10-25T02:00", LONDON, "2026-10-25T02:00"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30"),
        ("2026-11-01T02:00", NEW_YORK, "2026-11-01T07:00"),
    ],
)
def test_a_wall_clock_time_is_read_in_the_schools_zone(
    text: str, zone: ZoneInfo, moment: str
) -> None:
    assert read_moment(text, zone) == utc(moment)


def test_nothing_typed_is_no_moment() -> None:
    assert read_moment("  ", LONDON) is None
    assert show_moment(None, LONDON) == ""


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-03-29T01:00", LONDON),
        ("2026-03-29T01:59", LONDON),
        ("2026-03-08T02:00", NEW_YORK),
        ("2026-03-08T02:30", NEW_YORK),
    ],
)
def test_a_time_that_the_clocks_jump_over_is_refused_with_a_cure(text: str, zone: ZoneInfo) -> None:
    with pytest.raises(UnreadableTime, match="clocks go forward"):
        read_moment(text, zone)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tomorrow", "Give a date and a time, as in 2027-03-15 09:00"),
        ("2026-07-15", "Give a date and a time"),
        ("2026-07-15T09:00Z", "Give a date and a time"),
        ("2026-07-15T09:00+02:00", "Give a date and a time"),
        ("٢٠٢٦-07-15T09:00", "Give a date and a time"),
        ("2026-02-30T09:00", "There is no such date or time"),
        ("2026-13-01T09:00", "There is no such date or time"),
        ("2026-07-15T24:01", "There is no such date or time"),
        ("0001-01-01T00:00", "Give a year from 2000 to 2099"),
        ("9999-12-31T23:59", "Give a year from 2000 to 2099"),
        ("12345-01-01T00:00", "Give a date and a time"),
    ],
)
def test_what_is_no_time_is_refused_with_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(UnreadableTime, match=message):
        read_moment(text, LONDON)


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK])
@pytest.mark.parametrize(
    "text", ["2026-01-15T09:00", "2026-07-15T23:59", "2026-10-25T01:30", "2026-11-01T01:30"]
)
def test_what_is_shown_reads_as_the_same_moment(zone: ZoneInfo, text: str) -> None:
    moment = read_moment(text, zone)
    assert show_moment(moment, zone) == text


def test_a_stored_second_pass_of_the_repeated_hour_survives_an_edit() -> None:
    second = utc("2026-10-25T01:30")
    shown = show_moment(second, LONDON)
    assert shown == "2026-10-25T01:30"
    assert read_moment(shown, LONDON, stored=second) == second
    assert read_moment(shown, LONDON) == second - HOUR


def test_seconds_of_a_stored_moment_survive_an_edit() -> None:
    stored = utc("2026-07-15T08:00:31")
    assert read_moment(show_moment(stored, LONDON), LONDON, stored=stored) == stored


def faults_of(dates: Dates, late_rule: LateRule = LateRule.ACCEPT) -> list[str]:
    return [fault.field for fault in list_faults(dates, late_rule)]


@pytest.mark.parametrize(
    ("dates", "faults"),
    [
        (Dates(), []),
        (Dates(NOON, NOON + HOUR, NOON + HOUR), []),
        (Dates(NOON, NOON), ["due_at"]),
        (Dates(NOON, NOON - HOUR), ["due_at"]),
        (Dates(None, NOON, NOON - HOUR), ["closes_at"]),
        (Dates(NOON, None, NOON), ["closes_at"]),
        (Dates(NOON, NOON - HOUR, NOON - 2 * HOUR), ["due_at", "closes_at"]),
    ],
)
def test_dates_out_of_order_are_faults(dates: Dates, faults: list[str]) -> None:
    assert faults_of(dates) == faults


def test_a_closing_time_after_due_contradicts_refusing_late_work() -> None:
    dates = Dates(None, NOON, NOON + HOUR)
    assert faults_of(dates) == []
    assert faults_of(dates, LateRule.REFUSE) == ["closes_at"]
    assert faults_of(Dates(None, NOON, NOON), LateRule.REFUSE) == []
    assert faults_of(Dates(None, None, NOON), LateRule.REFUSE) == []


@pytest.mark.parametrize(
    ("dates", "bars"),
    [
        (Dates(), []),
        (Dates(NOON - HOUR, NOON + HOUR), []),
        (Dates(None, NOON), ["due_at"]),
        (Dates(None, NOON - HOUR, NOON - HOUR), ["due_at"]),
        (Dates(None, None, NOON - HOUR), ["closes_at"]),
    ],
)
def test_what_is_over_is_not_published(dates: Dates, bars: list[str]) -> None:
    assert [bar.field for bar in list_bars(dates, NOON)] == bars


def test_past_dates_that_are_taken_come_with_a_word() -> None:
    assert "can start at once" in next(list_warnings(Dates(NOON - HOUR), NOON))
    assert "shown as missing" in next(list_warnings(Dates(None, NOON - HOUR), NOON))
    assert list(list_warnings(Dates(NOON + HOUR), NOON)) == []


@pytest.mark.parametrize(
    ("late_rule", "now", "expected"),
    [
        (LateRule.ACCEPT, NOON - HOUR, Phase.SCHEDULED),
        (LateRule.ACCEPT, NOON, Phase.OPEN),
        (LateRule.ACCEPT, NOON + 2 * HOUR, Phase.OPEN),
        (LateRule.ACCEPT, NOON + 3 * HOUR, Phase.CLOSED),
        (LateRule.REFUSE, NOON + 2 * HOUR, Phase.CLOSED),
    ],
)
def test_the_phase_follows_the_clock(late_rule: LateRule, now: datetime, expected: Phase) -> None:
    window = Window(NOON, NOON + 2 * HOUR, NOON + 3 * HOUR, late_rule)
    assert phase(window, published_at=NOON - 9 * HOUR, now=now) is expected
    assert phase(window, published_at=None, now=now) is Phase.DRAFT


def test_a_copy_keeps_dates_only_while_all_of_them_lie_ahead() -> None:
    ahead = Dates(NOON + HOUR, NOON + 2 * HOUR)
    assert dates_for_copy(ahead, NOON) == ahead
    assert dates_for_copy(Dates(NOON - HOUR, NOON + HOUR), NOON) == Dates()
