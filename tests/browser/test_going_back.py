"""The back button, on screens that the browser may keep."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Browse
from tests.factories import Cast, make_assignment, make_question
from tests.work import hand_in_work

pytestmark = pytest.mark.browser


def test_going_back_after_signing_out_leads_to_the_sign_in_page(browse: Browse, cast: Cast) -> None:
    """On a shared computer the next pupil must not see the last one's page."""
    page = browse(cast.ben).new_page()
    page.goto("/student/")
    page.goto("/student/progress")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("User name")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("User name")).to_be_visible()
    expect(page.get_by_text("Your progress")).to_have_count(0)


def test_going_back_shows_what_has_changed_meanwhile(browse: Browse, cast: Cast) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()], title="Fractions")
    page = browse(cast.ben).new_page()
    page.goto("/student/assignments/")
    expect(page.locator("main")).to_contain_text("Fractions")
    page.goto("/student/progress")
    hand_in_work(quiz, cast.ben, "100")
    page.go_back()
    expect(page.locator("main")).to_contain_text("returned")
