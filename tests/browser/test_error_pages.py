"""The pages for when something went wrong, met as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.exc import OperationalError

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment
from cozmic.transaction import transaction
from tests.browser.conftest import Browse, serving, sign_in_browser
from tests.browser.looking import assert_well_made_everywhere
from tests.factories import PASSWORD, Cast, make_assignment, make_question
from tests.limits import counting_app

pytestmark = pytest.mark.browser


@pytest.fixture
def window(browse: Browse, cast: Cast) -> BrowserContext:
    """Ben's."""
    return browse(cast.ben, reduced_motion="reduce")


def assert_is_error_page(page: Page, status: int, title: str, words: str) -> None:
    """Assert that a page says what happened, in words, and how to go on; and looks as the others do."""
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".error-message")).to_contain_text(words)
    expect(page.locator(".error-status")).to_have_text(f"Error {status}")
    expect(page.get_by_role("link", name="Go to the start page")).to_be_visible()
    assert page.title() == f"{title} – CozmicLearning"
    drawing = page.locator(".error-page img")
    assert drawing.evaluate("one => one.complete && one.naturalWidth > 0")
    assert_well_made_everywhere(page)


def go(window: BrowserContext, path: str, status: int) -> Page:
    page = window.new_page()
    reply = page.goto(path)
    assert reply is not None
    assert reply.status == status
    return page


def test_the_page_of_another_role(window: BrowserContext) -> None:
    page = go(window, "/teacher/", 403)
    assert_is_error_page(page, 403, "This page belongs to others", "not part of your account")
    page.get_by_role("link", name="Go to the start page").click()
    page.wait_for_url("**/student/")


@pytest.mark.parametrize("path", ["/no/such/page", "/student/assignments/999999"])
def test_a_page_that_is_not_there(window: BrowserContext, path: str) -> None:
    page = go(window, path, 404)
    assert_is_error_page(page, 404, "Not found", "There is no such")


def test_a_page_that_is_not_there_for_somebody_who_is_not_signed_in(browse: Browse) -> None:
    page = go(browse(reduced_motion="reduce"), "/no/such/page", 404)
    assert_is_error_page(page, 404, "Not found", "There is no such page")


def test_something_has_changed(window: BrowserContext, cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    page = go(window, f"/student/assignments/{assignment_id}", 200)
    with transaction():
        assignment = db.session.get_one(Assignment, assignment_id)
        assignment.closes_at = get_now() - timedelta(minutes=1)
    page.get_by_role("button", name="Start").click()
    assert_is_error_page(page, 409, "Something has changed", "not open just now")


def test_too_many_wrong_passwords(app: Flask, browse: Browse) -> None:
    with counting_app(app) as counting, serving(counting) as address:
        page = browse(reduced_motion="reduce").new_page()
        for _ in range(11):
            page.goto(f"{address}/login")
            page.locator("#username").fill("ben")
            page.locator("#password").fill("guess")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_load_state()
        assert_is_error_page(page, 429, "Too many wrong passwords", "Try again in 15 minutes")
        expect(page.locator("[data-wait-s]")).to_have_text(re.compile("^15 minutes to go$"))
        page.get_by_role("link", name="I forgot my password").click()
        page.wait_for_url("**/forgot-password")


def test_a_form_that_was_one_too_many_is_sent_again(app: Flask, browse: Browse, cast: Cast) -> None:
    limits = {"LIMIT_PAGES": "2 per 3 seconds"}
    with counting_app(app, **limits) as counting, serving(counting) as address:
        window = browse(reduced_motion="reduce")
        sign_in_browser(window, counting, address, cast.ada)
        page = window.new_page()
        room = f"{address}/classrooms/{cast.ada_class}/"
        page.goto(room)
        page.goto(room)
        page.locator("#body").fill("Bring a ruler, please.\nOn Thursday.")
        page.get_by_role("button", name="Post").click()
        assert_is_error_page(page, 429, "A little slower, please", "a great many pages")
        expect(page.locator("[data-wait-s]")).to_have_text("You can try again now.")
        page.get_by_role("button", name="Send it again").click()
        page.wait_for_url(room)
        expect(page.get_by_text("Bring a ruler, please.")).to_be_visible()


Break = Callable[[Exception], None]


@pytest.fixture
def break_progress(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Return a function that makes the page of progress fail with a fault, as a school's server would meet it."""

    def break_it(fault: Exception) -> None:
        def fail() -> NoReturn:
            raise fault

        monkeypatch.setitem(app.config, "TESTING", value=False)
        monkeypatch.setitem(app.view_functions, "student.progress", fail)

    return break_it


def test_a_fault_of_ours(window: BrowserContext, break_progress: Break) -> None:
    break_progress(ZeroDivisionError("secret"))
    page = go(window, "/student/progress", 500)
    assert_is_error_page(
        page, 500, "Something went wrong on our side", "Nothing you had saved is lost"
    )
    assert "secret" not in page.content()
    assert "ZeroDivision" not in page.content()


def test_a_database_that_is_away(window: BrowserContext, break_progress: Break) -> None:
    break_progress(OperationalError("SELECT secret", {}, Exception("connection refused")))
    page = go(window, "/student/progress", 503)
    assert_is_error_page(page, 503, "Busy just now", "database is busy or away")
    assert "secret" not in page.content()


def test_a_form_from_before_somebody_else_signed_in(window: BrowserContext) -> None:
    page, other = go(window, "/account/", 200), go(window, "/account/", 200)
    other.locator(".account summary").click()
    other.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(other, "cleo")
    page.locator("#email").fill("ben@school.example")
    page.get_by_role("button", name="Save").first.click()
    assert_is_error_page(page, 400, "That page is out of date", "Open it anew")


def sign_in(page: Page, username: str) -> None:
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/student/")
