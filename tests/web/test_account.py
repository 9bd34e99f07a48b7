"""One's own account."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import AuditEvent, User, UserSession
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import PASSWORD, Cast

NEW = "three quiet words"


def passwords(current: str = PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"current_password": current, "password": new}


def email_of(user_id: int) -> str | None:
    return db.session.execute(select(User.email).where(User.id == user_id)).scalar_one()


def test_a_stranger_is_sent_to_sign_in(app: Flask, stranger: Client) -> None:
    assert stranger.get("/account/").headers["Location"].startswith("/login")
    for path in ("password", "email", "sessions/1/end"):
        assert stranger.post(f"/account/{path}").headers["Location"] == "/login"


def test_the_page_names_every_device_and_which_is_this_one(cast: Cast, sign_in: SignIn) -> None:
    client, _ = sign_in(cast.ben), sign_in(cast.ben)
    page = client.get("/account/").text
    assert page.count("<strong>Test</strong>") == 2
    assert page.count("This device, since") == 1
    assert len(re.findall(r"/account/sessions/\d+/end", page)) == 1


def test_one_device_is_signed_out_and_only_ones_own(cast: Cast, sign_in: SignIn) -> None:
    here, there, ada = sign_in(cast.ben), sign_in(cast.ben), sign_in(cast.ada)
    ids = db.session.execute(select(UserSession.id)).scalars().all()
    with here.session_transaction() as cookie:
        own_id = cookie["session_id"]
    for session_id in ids:
        if session_id != own_id:
            assert here.post(f"/account/sessions/{session_id}/end").status_code == 303
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303
    assert ada.get("/account/").status_code == 200


@pytest.mark.parametrize("session_id", ["0", "9223372036854775807"])
def test_ending_what_is_not_there_is_no_error(cast: Cast, sign_in: SignIn, session_id: str) -> None:
    assert sign_in(cast.ben).post(f"/account/sessions/{session_id}/end").status_code == 303


@pytest.mark.parametrize("session_id", ["-1", "x", "9223372036854775808", "9" * 400])
def test_what_cannot_be_a_session_is_not_found(
    cast: Cast, sign_in: SignIn, session_id: str
) -> None:
    assert sign_in(cast.ben).post(f"/account/sessions/{session_id}/end").status_code == 404


def test_a_new_password_signs_every_other_device_out(cast: Cast, sign_in: SignIn) -> None:
    here, there = sign_in(cast.ada), sign_in(cast.ada)
    answer = here.post("/account/password", data=passwords())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303
    assert find_user_by_credentials("ada", NEW) is not None
    assert find_user_by_credentials("ada", PASSWORD) is None
    verbs = db.session.execute(select(AuditEvent.verb)).scalars().all()
    assert verbs == ["change_password"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (passwords(current="not mine at all"), "This is not your password"),
        (passwords(new="short"), "at least 10 characters"),
        (passwords(new="password1234"), "first passwords"),
        (passwords(current=""), "that you sign in with"),
        ({}, "that you want to use"),
        (passwords(new="x" * 5000), "at most 200"),
    ],
)
def test_a_refused_password_changes_nothing_and_says_why(
    cast: Cast, sign_in: SignIn, data: dict[str, str], words: str
) -> None:
    here, there = sign_in(cast.ada), sign_in(cast.ada)
    answer = here.post("/account/password", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert there.get("/account/").status_code == 200
    assert find_user_by_credentials("ada", PASSWORD) is not None


def test_pupils_may_choose_shorter_passwords(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ben)
    assert "At least 8 characters" in client.get("/account/").text
    assert client.post("/account/password", data=passwords(new="blue-moon")).status_code == 303


def test_an_e_mail_address_is_set_and_removed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ben)
    data = {"email": " Ben@School.Example ", "current_password": PASSWORD}
    assert client.post("/account/email", data=data).status_code == 303
    assert email_of(cast.ben) == "ben@school.example"
    assert client.post("/account/email", data={**data, "email": ""}).status_code == 303
    assert email_of(cast.ben) is None


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("ada@school.example", PASSWORD, "Another account"),
        ("not an address", PASSWORD, "not a whole e-mail address"),
        ("ben@school.example", "wrong", "This is not your password"),
        ("ben@school.example", "", "that you sign in with"),
        (f"ben@{'x' * 300}.example", PASSWORD, "at most 254"),
    ],
)
def test_a_refused_address_is_kept_in_the_form(
    cast: Cast, sign_in: SignIn, email: str, password: str, words: str
) -> None:
    answer = sign_in(cast.ben).post(
        "/account/email", data={"email": email, "current_password": password}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{email}"' in answer.text
    assert email_of(cast.ben) is None
