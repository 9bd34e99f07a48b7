"""An error page leads on: to the same page, to sending the form again, or to what helps instead."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cozmic.errors import Busy
from cozmic.extensions import db, limiter
from cozmic.models import Announcement
from tests.client import Client, anonymous, signed_in
from tests.conftest import SignIn
from tests.factories import PASSWORD, Cast
from tests.limits import counting_app

NOTE = 'Bring a ruler, "please":\r\n<b>we fold</b> strips.'
AGAIN, RESEND, BEFORE = "Try this page again", "Send it again", "Open that page again"
PAGE = "http://localhost/student/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture
def narrow(app: Flask) -> Iterator[Flask]:
    """The application with a limit of one page a minute."""
    with counting_app(app, LIMIT_PAGES="1 per minute") as application:
        yield application


@pytest.fixture
def busy(app: Flask) -> Iterator[Flask]:
    """The application with a page that is busy just now, whatever is asked of it."""
    with counting_app(app) as application:

        def refuse(what: str) -> NoReturn:
            raise Busy(f"So many at {what}.", retry_after_s=7)

        methods = ["GET", "POST"]
        application.add_url_rule("/busy/<path:what>", view_func=refuse, methods=methods)
        yield application


def post(client: Client, path: str, fields: dict[str, object], before: str = PAGE) -> TestResponse:
    return client.post(path, data=fields, headers={"Referer": before})


def hidden_fields(answer: TestResponse) -> dict[str, str]:
    """What the form of an error page would send."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}


def test_a_page_that_was_one_too_many_can_be_asked_for_again(narrow: Flask, cast: Cast) -> None:
    ben = signed_in(narrow, cast.ben)
    assert ben.get("/student/").status_code == 200
    answer = ben.get("/student/assignments?a=%26&b=x")
    assert answer.status_code == 429
    assert 'href="/student/assignments?a=%26&amp;b=x"' in answer.text
    assert AGAIN in answer.text
    assert f'data-wait-s="{answer.headers["Retry-After"]}"' in answer.text


def test_a_busy_page_can_be_asked_for_again(busy: Flask) -> None:
    answer = anonymous(busy).get("/busy/page")
    assert answer.status_code == 503
    assert 'href="/busy/page"' in answer.text
    assert AGAIN in answer.text
    assert 'data-wait-s="7"' in answer.text


def test_an_odd_address_stays_what_it_was(busy: Flask) -> None:
    answer = anonymous(busy).get("/busy/%22%3E%3F%23?%22onclick=x")
    assert 'href="/busy/%22%3E%3F%23?%22onclick=x"' in answer.text


def test_an_address_that_reads_as_another_host_stays_here(narrow: Flask, cast: Cast) -> None:
    ben = signed_in(narrow, cast.ben)
    ben.get("/student/")
    answer = ben.get("/", environ_overrides={"PATH_INFO": "//evil.example/"})
    assert answer.status_code == 429
    assert 'href="/evil.example/"' in answer.text


@pytest.mark.parametrize("path", ["/no/such/page", "/student/assignments/999999"])
def test_what_is_not_there_is_not_offered_again(cast: Cast, sign_in: SignIn, path: str) -> None:
    answer = sign_in(cast.ben).get(path)
    assert answer.status_code == 404
    assert AGAIN not in answer.text


def test_a_form_that_was_one_too_many_is_sent_again_as_it_was(narrow: Flask, cast: Cast) -> None:
    ada, room = signed_in(narrow, cast.ada), f"/classrooms/{cast.ada_class}"
    before = f"http://localhost{room}/"
    assert ada.get(f"{room}/").status_code == 200
    sent = {"body": NOTE, "once_key": "k" * 20}
    answer = post(ada, f"{room}/announcements", {**sent}, before)
    assert answer.status_code == 429
    assert f'action="{room}/announcements"' in answer.text
    assert RESEND in answer.text
    assert BEFORE in answer.text
    again = hidden_fields(answer)
    assert again.pop("csrf_token")
    assert again == sent
    for _ in range(2):
        narrow.extensions["page_limits"]._spent.clear()
        limiter.reset()
        assert post(ada, f"{room}/announcements", {**again}, before).status_code == 303
    assert db.session.execute(select(func.count()).select_from(Announcement)).scalar_one() == 1


def test_a_form_from_elsewhere_is_not_offered_to_be_sent(busy: Flask) -> None:
    for before in ("http://evil.example/", ""):
        answer = post(anonymous(busy), "/busy/form", {"body": "Two words"}, before)
        assert answer.status_code == 503
        assert RESEND not in answer.text
        assert "Two words" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"new_password": "blue river stone", "body": "Two words"},
        {"file": "list.csv", "body": "Two words"},
        {"body": "x" * 200_001},
        {f"field{number}": "x" for number in range(401)},
    ],
    ids=["password", "file", "long", "many"],
)
def test_what_cannot_be_sent_whole_is_not_offered(busy: Flask, fields: dict[str, object]) -> None:
    if "file" in fields:  # read to its end by each request
        fields = {**fields, "file": (io.BytesIO(b"a,b"), "list.csv")}
    answer = post(anonymous(busy), "/busy/form", fields)
    assert answer.status_code == 503
    assert RESEND not in answer.text
    assert "river" not in answer.text


def test_a_closed_door_leads_to_a_new_password(app: Flask, cast: Cast) -> None:
    with counting_app(app) as counting:
        answers = [sign_in_with(anonymous(counting), f"wrong {number}") for number in range(11)]
        answer = answers[-1]
        assert answer.status_code == 429
        assert "<h1>Too many wrong passwords</h1>" in answer.text
        assert "signed in to this account before still lets you in" in answer.text
        assert "ask your teacher" in answer.text
        assert '<a class="button button-primary" href="/forgot-password">' in answer.text
        assert BEFORE not in answer.text


def test_a_known_device_is_not_told_of_other_devices(app: Flask, cast: Cast) -> None:
    with counting_app(app) as counting:
        bens = anonymous(counting)
        assert sign_in_with(bens, PASSWORD).status_code == 303
        with bens.session_transaction() as cookie:
            cookie.clear()
            cookie["csrf_token"] = "0" * 40
        answers = [sign_in_with(bens, f"wrong {number}") for number in range(11)]
        assert "on this device" in answers[-1].text
        assert "still lets you in" not in answers[-1].text


def sign_in_with(client: Client, password: str) -> TestResponse:
    return client.post(
        "/login", data={"username": "ben", "password": password},
        headers={"Referer": "http://localhost/login"},
    )  # fmt: skip


def test_the_page_of_others_says_as_whom_one_is_signed_in(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.root).get("/student/")
    assert answer.status_code == 403
    assert "not part of your account" in answer.text
    assert "You are signed in as Root, an admin." in answer.text
