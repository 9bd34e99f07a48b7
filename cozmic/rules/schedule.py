"""The dates of an assignment: typed as wall-clock times in the school's zone, checked, and told as a phase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from cozmic.rules.enums import LateRule
from cozmic.rules.wall_clock import NoSuchTime, to_utc, to_wall
from cozmic.rules.work import Window

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
WALL = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)
UNREADABLE = "Give a date and a time, as in 2027-03-15 09:00."


class Phase(StrEnum):
    """Where an assignment stands as a whole."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


class UnreadableTime(ValueError):
    """What was typed is no wall-clock time that exists; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When an assignment opens, is due and closes, in UTC; None as in Window."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field."""

    field: str
    message: str


def read_moment(text: str, zone: ZoneInfo, *, stored: datetime | None = None) -> datetime | None:
    """Return the UTC moment of a typed wall-clock time, to the minute; None for nothing typed.

    Text that still shows the stored moment means that moment, though the time comes twice when the clocks go back.
    Raises UnreadableTime.
    """
    text = text.strip()
    if not text:
        return None
    if stored is not None and text.replace(" ", "T")[:16] == show_moment(stored, zone):
        return stored
    match = WALL.fullmatch(text)
    if match is None:
        raise UnreadableTime(UNREADABLE)
    try:
        wall = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError as error:
        raise UnreadableTime(f"There is no such date or time. {UNREADABLE}") from error
    if not EARLIEST_YEAR <= wall.year < LATEST_YEAR:
        raise UnreadableTime(f"Give a year from {EARLIEST_YEAR} to {LATEST_YEAR - 1}.")
    try:
        return to_utc(wall, zone)
    except NoSuchTime as error:
        raise UnreadableTime(f"{error} Give an earlier or a later time.") from error


def show_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as a date and time field holds it: 2027-03-15T09:00; empty for None."""
    return "" if moment is None else f"{to_wall(moment, zone):%Y-%m-%dT%H:%M}"


def list_faults(dates: Dates, late_rule: LateRule) -> Iterator[Fault]:
    """Yield what is wrong between the dates themselves, whatever the time."""
    opens_at, due_at, closes_at = dates.opens_at, dates.due_at, dates.closes_at
    if opens_at and due_at and due_at <= opens_at:
        yield Fault("due_at", "It is due before it opens. Give a due time after the opening time.")
    if due_at and closes_at and closes_at < due_at:
        yield Fault(
            "closes_at", "It closes before it is due. Give the due time or a later one, or nothing."
        )
    if opens_at and closes_at and not due_at and closes_at <= opens_at:
        yield Fault("closes_at", "It closes before it opens. Give a time after the opening time.")
    if late_rule is LateRule.REFUSE and due_at and closes_at and closes_at > due_at:
        yield Fault(
            "closes_at",
            "Late work is refused, so it closes when it is due. Leave this empty, or take late work.",
        )


def list_bars(dates: Dates, now: datetime) -> Iterator[Fault]:
    """Yield what keeps an assignment from being published now."""
    if dates.due_at and dates.due_at <= now:
        yield Fault("due_at", "The due time has passed. Give a later one before you publish.")
    elif dates.closes_at and dates.closes_at <= now:
        yield Fault(
            "closes_at", "The closing time has passed. Give a later one before you publish."
        )


def list_warnings(dates: Dates, now: datetime) -> Iterator[str]:
    """Yield what a teacher should know about dates that are taken all the same."""
    if dates.due_at and dates.due_at <= now:
        yield "The due time has passed: pupils who have not handed in are shown as missing."
    elif dates.opens_at and dates.opens_at <= now:
        yield "The opening time has passed, so pupils can start at once."


def phase(window: Window, *, published_at: datetime | None, now: datetime) -> Phase:
    """Return where an assignment stands."""
    if published_at is None:
        return Phase.DRAFT
    if window.is_closed(now):
        return Phase.CLOSED
    return Phase.OPEN if window.has_opened(now) else Phase.SCHEDULED


def by_moment(moment: datetime | None) -> tuple[bool, float]:
    """Return a key that sorts by time, "never" last."""
    return (moment is None, moment.timestamp() if moment else 0.0)


def dates_for_copy(dates: Dates, now: datetime) -> Dates:
    """Return the dates that a copy starts with: the same while all of them lie ahead, else none."""
    given = [moment for moment in (dates.opens_at, dates.due_at, dates.closes_at) if moment]
    return dates if all(moment > now for moment in given) else Dates()
