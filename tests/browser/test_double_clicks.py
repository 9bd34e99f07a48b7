"""Buttons pressed twice, as many people press every button."""

from __future__ import annotations

import time

import pytest
from flask import Flask, template_rendered
from playwright.sync_api import expect

from cozmic.extensions import db
from cozmic.models import Enrolment
from tests.browser.conftest import Browse
from tests.factories import Cast

pytestmark = pytest.mark.browser
SLOW_S = 1.0


def test_a_login_card_is_shown_to_who_presses_twice(app: Flask, browse: Browse, cast: Cast) -> None:
    """A second request would be refused, and its page would stand where the first password should."""
    page = browse(cast.ada).new_page()
    page.goto(f"/classrooms/{cast.ada_class}/people/new")
    page.get_by_label("Given name").fill("Emma")
    button = page.get_by_role("button", name="Add the pupil")
    with template_rendered.connected_to(lambda *_args, **_kwargs: time.sleep(SLOW_S), app):
        # The second press comes while the pupil is made and the answer is on its way.
        button.evaluate("(one) => { one.click(); setTimeout(() => one.click(), 300); }")
        expect(page.get_by_role("heading", name="Login card")).to_be_visible()
    expect(page.locator(".login-card")).to_contain_text("emma")
    db.session.rollback()
    assert db.session.query(Enrolment).filter_by(classroom_id=cast.ada_class).count() == 2


def test_a_form_can_be_sent_again_after_going_back(browse: Browse, cast: Cast) -> None:
    page = browse(cast.ada).new_page()
    page.goto(f"/classrooms/{cast.ada_class}/")
    for text in ("First", "Second"):
        page.get_by_label("Tell your class something").fill(text)
        page.get_by_role("button", name="Post").click()
        expect(page.locator(".announcement-text").first).to_have_text(text)
        if text == "First":
            page.go_back()
            page.reload()
