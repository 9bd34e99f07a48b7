"""Picking questions: what is ticked is not lost on the way to others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cozmic.access.clock import get_now
from cozmic.reads.pick_questions import PAGE_SIZE
from tests.browser.conftest import Browse
from tests.factories import Cast, make_assignment, make_question

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browse: Browse, cast: Cast) -> Page:
    """Ada picks questions for an assignment that has one, among more than a page of them; one is ticked."""
    first = make_question(prompt="First of all")
    for number in range(PAGE_SIZE + 3):
        make_question(prompt=f"Prompt {number:02}")
    assignment = make_assignment(
        cast.ada_class, [first], published_at=None, due_at=get_now() + timedelta(days=1)
    )
    page = browse(cast.ada).new_page()
    page.goto(f"/classrooms/{cast.ada_class}/assignments/{assignment}/questions")
    page.get_by_role("checkbox", name="Prompt 01").check()
    return page


def test_the_next_page_adds_them(page: Page) -> None:
    page.get_by_role("link", name="More").click()
    expect(page.get_by_text("1 question is added.")).to_be_visible()
    expect(page).to_have_url(re.compile("after="))
    expect(page.get_by_text("so far: 2 questions")).to_be_visible()


def test_a_filter_adds_them(page: Page) -> None:
    page.get_by_label("Kind").select_option("numeric")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 question is added.")).to_be_visible()
    expect(page.get_by_label("Kind")).to_have_value("numeric")


def test_being_done_adds_them(page: Page) -> None:
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("1 question is added.")).to_be_visible()
    expect(page.locator(".item")).to_have_count(2)


def test_without_ticks_the_links_are_links(page: Page) -> None:
    page.get_by_role("checkbox", name="Prompt 01").uncheck()
    page.get_by_role("link", name="Done").click()
    expect(page.locator(".item")).to_have_count(1)
