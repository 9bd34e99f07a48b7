"""A forgotten password, by a link in a mail."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.access.links import make_reset_token
from cozmic.access.people import get_person
from cozmic.extensions import db
from cozmic.models import User
from cozmic.transaction import transaction
from cozmic.writes.people import suspend
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import PASSWORD, Cast
from tests.outside.mail_server import hang, mail_server, take_mail

NEW = "three quiet words"
LINK = re.compile(r"https?://\S+/reset-password/\S+")


def link_for(user_id: int) -> str:
    token = make_reset_token(db.session.get_one(User, user_id), now=get_now())
    return f"/reset-password/{token}"


def ask(client: Client, email: str) -> tuple[int, str]:
    answer = client.post("/forgot-password", data={"email": email})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_teacher_gets_a_link_that_sets_a_new_password_once(
    app: Flask, cast: Cast, stranger: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = sign_in(cast.ada)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://cozmic.example")
    with mail_server(take_mail) as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        assert ask(stranger, "Ada@school.example") == (303, "/forgot-password/sent")
        mail = server.wait_for_mail()
    assert mail["To"] == "ada@school.example"
    found = LINK.search(mail.get_content())
    assert found is not None
    assert found.group().startswith("https://cozmic.example/reset-password/")
    path = found.group().removeprefix("https://cozmic.example")

    page = stranger.get(path)
    assert page.status_code == 200
    assert "<strong>ada</strong>" in page.text
    assert stranger.post(path, data={"password": NEW}).headers["Location"] == "/login"
    assert find_user_by_credentials("ada", NEW) is not None
    assert elsewhere.get("/account/").status_code == 303

    assert stranger.get(path).status_code == 410
    assert stranger.post(path, data={"password": "another one here"}).status_code == 410
    assert find_user_by_credentials("ada", NEW) is not None


def test_known_and_unknown_addresses_get_the_same_answer(
    cast: Cast, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    known, unknown = ask(stranger, "ada@school.example"), ask(stranger, "nobody@school.example")
    assert known == unknown == (303, "/forgot-password/sent")
    page = stranger.get("/forgot-password/sent").text
    assert "Pupils ask their teacher" in page
    assert "ada@school.example" in caplog.text
    assert "nobody@school.example" not in caplog.text


def test_a_mail_server_that_hangs_delays_nobody(
    app: Flask, cast: Cast, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(hang) as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        started = time.monotonic()
        assert ask(stranger, "ada@school.example") == (303, "/forgot-password/sent")
        assert time.monotonic() - started < 1


def test_pupils_are_told_to_ask_their_teacher(app: Flask, stranger: Client) -> None:
    assert "Ask your teacher" in stranger.get("/forgot-password").text


@pytest.mark.parametrize("email", ["", "ada", "x" * 5000, "a\0b@c"])
def test_what_is_no_address_is_refused(cast: Cast, stranger: Client, email: str) -> None:
    answer = stranger.post("/forgot-password", data={"email": email})
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_link_is_too_old_after_an_hour(app: Flask, cast: Cast, stranger: Client) -> None:
    path = link_for(cast.ada)
    app.config["CLOCK_OFFSET_S"] = 3599
    assert stranger.get(path).status_code == 200
    app.config["CLOCK_OFFSET_S"] = 3601
    assert stranger.get(path).status_code == 410
    assert stranger.post(path, data={"password": NEW}).status_code == 410


def test_another_e_mail_address_ends_the_links_sent_to_the_old_one(
    cast: Cast, stranger: Client
) -> None:
    path = link_for(cast.ada)
    with transaction():
        db.session.get_one(User, cast.ada).email = "ada@home.example"
    assert stranger.get(path).status_code == 410


def test_the_suspended_get_no_link_and_may_use_none(
    cast: Cast, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    path = link_for(cast.ada)
    with transaction() as touched:
        suspend(touched, get_person(cast.ada), actor_id=cast.root, now=get_now())
    assert stranger.post(path, data={"password": NEW}).status_code == 410
    assert ask(stranger, "ada@school.example")[0] == 303
    assert "ada@school.example" not in caplog.text


@pytest.mark.parametrize("token", ["x", "x.y.z", "W10.abc", "%00", "é", "." * 3000])
def test_a_forged_link_opens_nothing(cast: Cast, stranger: Client, token: str) -> None:
    assert stranger.get(f"/reset-password/{token}").status_code == 410


def test_a_link_for_one_thing_does_not_open_another(cast: Cast, stranger: Client) -> None:
    token = link_for(cast.ada).rpartition("/")[2]
    assert stranger.get(f"/invitations/{token}").status_code == 410


@pytest.mark.parametrize("password", ["", "short", "password1234", "x" * 300])
def test_a_refused_password_leaves_the_link_open(
    cast: Cast, stranger: Client, password: str
) -> None:
    path = link_for(cast.ada)
    answer = stranger.post(path, data={"password": password})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert find_user_by_credentials("ada", PASSWORD) is not None
    assert stranger.get(path).status_code == 200
