"""Wall-clock times in the school's zone, to and from UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks go forward over this time, so it does not exist on that day."""


def to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a naive wall-clock time; raise NoSuchTime where the clocks jump over it.

    Of a time that comes twice, when the clocks go back, the first is meant.
    """
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTime(f"{wall:%H:%M} does not exist on {wall:%d %B %Y}: the clocks go forward.")
    return moment


def to_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive wall-clock time of a moment."""
    return moment.astimezone(zone).replace(tzinfo=None)


def start_of_day(moment: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """Return midnight, as UTC, of the moment's day in the zone, some days on or back."""
    day = to_wall(moment, zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
