"""Times as the browser says them: by the school's calendar, wherever the device is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from cozmic.extensions import db
from cozmic.models import School
from tests.browser.conftest import Browse
from tests.factories import Cast

pytestmark = pytest.mark.browser
MONDAY_MORNING = "2026-11-23T08:00:00Z"
SAY = """async ([src, now, moment, isAdded]) => {
  const { sayWhen } = await import(src);
  return sayWhen(new Date(moment), { now: new Date(now), isAdded });
}"""
MOMENTS = [
    ("2026-11-23T08:00:20Z", "in a moment", "in a moment"),
    ("2026-11-23T08:20:30Z", "in 20 minutes", "in 20 minutes"),
    ("2026-11-23T16:00:00Z", "today, 16:00", "in 8 hours"),
    ("2026-11-24T22:00:00Z", "tomorrow, 22:00", "tomorrow"),  # 38 hours away
    ("2026-11-25T00:30:00Z", "Wednesday, 00:30", "in 2 days"),
    ("2026-11-29T16:00:00Z", "Sunday, 16:00", "in 6 days"),
    ("2026-11-30T16:00:00Z", "in 7 days", "in 7 days"),
    ("2027-01-30T16:00:00Z", "", ""),
    ("2026-11-23T07:59:40Z", "just now", "just now"),
    ("2026-11-23T07:20:00Z", "40 minutes ago", "40 minutes ago"),
    ("2026-11-23T02:30:00Z", "5 hours ago", "5 hours ago"),
    ("2026-11-22T22:00:00Z", "yesterday", "yesterday"),  # 10 hours ago
    ("2026-11-19T09:00:00Z", "4 days ago", "4 days ago"),
]


def say(page: Page, moment: str, *, now: str = MONDAY_MORNING, is_added: bool = False) -> str:
    src = page.locator("script[src*='relative-time']").get_attribute("src")
    said: str = page.evaluate(SAY, [src, now, moment, is_added])
    return said


def open_page(browse: Browse, cast: Cast, *, zone: str) -> Page:
    """Open a page of a school in a zone, on a device that is set to Tokyo."""
    db.session.get_one(School, 1).zone = zone
    db.session.commit()
    page = browse(cast.ben, timezone_id="Asia/Tokyo").new_page()
    page.goto("/student/")
    return page


def test_a_day_is_a_day_of_the_school_s_calendar(browse: Browse, cast: Cast) -> None:
    page = open_page(browse, cast, zone="Europe/London")

    for moment, replaced, added in MOMENTS:
        assert say(page, moment) == replaced
        assert say(page, moment, is_added=True) == added


def test_the_zone_is_the_school_s_and_not_the_device_s(browse: Browse, cast: Cast) -> None:
    page = open_page(browse, cast, zone="America/New_York")

    assert say(page, "2026-11-24T03:00:00Z") == "today, 22:00"
