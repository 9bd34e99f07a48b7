"""Signing in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from cozmic.access.clock import get_now
from cozmic.access.people import get_person
from cozmic.extensions import db
from cozmic.models import UserSession
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.people import suspend
from tests.client import RAW_TOKEN, Client, anonymous
from tests.conftest import SignIn
from tests.factories import PASSWORD, Cast, make_user
from tests.limits import counting_app

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def counting(app: Flask) -> Iterator[Flask]:
    """The application with limits."""
    with counting_app(app) as application:
        yield application


def try_password(client: Client, password: str, username: str = "ben") -> int:
    answer = client.post("/login", data={"username": username, "password": password})
    return answer.status_code


def test_a_pupil_signs_in_and_lands_on_their_dashboard(cast: Cast, stranger: Client) -> None:
    answer = stranger.post(
        "/login",
        data={"username": " Ben ", "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert stranger.get("/").headers["Location"] == "/student/"
    device = db.session.execute(
        select(UserSession.device).where(UserSession.user_id == cast.ben)
    ).scalar_one()
    assert device == "Firefox on Windows"


def test_each_role_has_a_first_page(cast: Cast, sign_in: SignIn) -> None:
    guardian = make_user(Role.GUARDIAN)
    for user_id, page in (
        (cast.ada, "/teacher/"), (cast.root, "/ops/"), (guardian, "/account/"),
    ):  # fmt: skip
        assert sign_in(user_id).get("/").headers["Location"] == page


def test_an_e_mail_address_signs_in_too(cast: Cast, stranger: Client) -> None:
    assert try_password(stranger, PASSWORD, "ADA@school.example") == 303


def without_own_words(answer: TestResponse, username: str) -> str:
    """A page without what was typed, and without the token, which tells the second it was made in."""
    text = answer.text.replace(f'value="{username}"', "")
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", text)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    cast: Cast, stranger: Client
) -> None:
    wrong = stranger.post("/login", data={"username": "ben", "password": "wrong"})
    unknown = stranger.post("/login", data={"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in wrong.text
    assert without_own_words(wrong, "ben") == without_own_words(unknown, "nobody")
    assert 'value="wrong"' not in wrong.text


@pytest.mark.parametrize(
    "data",
    [{}, {"username": "ben"}, {"username": "", "password": ""}, {"username": "x" * 9999, "password": "y"},
     {"username": "ben\0\ud800", "password": "z" * 9999}],
)  # fmt: skip
def test_nonsense_is_refused_with_a_message(
    cast: Cast, stranger: Client, data: dict[str, str]
) -> None:
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}
    answer = stranger.post("/login", data=encoded)
    assert answer.status_code == 422
    assert "form-errors" in answer.text


def test_the_suspended_are_told_so_once_the_password_is_right(cast: Cast, stranger: Client) -> None:
    with transaction() as touched:
        suspend(touched, get_person(cast.ben), actor_id=cast.root, now=get_now())
    wrong = stranger.post("/login", data={"username": "ben", "password": "wrong"})
    right = stranger.post("/login", data={"username": "ben", "password": PASSWORD})
    assert "suspended" not in wrong.text
    assert right.status_code == 422
    assert "suspended" in right.text


@pytest.mark.parametrize(
    ("wanted", "location"),
    [("/student/", "/student/"), ("//evil.example", "/"), ("/\\evil.example", "/"),
     ("https://evil.example", "/"), ("/a\nb", "/"), ("", "/")],
)  # fmt: skip
def test_signing_in_goes_on_to_a_page_of_ours_only(
    cast: Cast, stranger: Client, wanted: str, location: str
) -> None:
    answer = stranger.post(
        "/login",
        query_string={"next": wanted},
        data={"username": "ben", "password": PASSWORD},
    )
    assert answer.headers["Location"] == location


def test_a_page_asked_for_before_signing_in_comes_after_it(cast: Cast, stranger: Client) -> None:
    answer = stranger.get("/student/?a=1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/student/?a%3D1"


def test_signing_in_again_on_a_device_ends_what_it_had(cast: Cast, stranger: Client) -> None:
    assert try_password(stranger, PASSWORD) == 303
    with stranger.session_transaction() as cookie:
        cookie["csrf_token"] = RAW_TOKEN
    assert try_password(stranger, PASSWORD, "ada") == 303
    owners = db.session.execute(select(UserSession.user_id)).scalars().all()
    assert owners == [cast.ada]
    assert stranger.get("/").headers["Location"] == "/teacher/"


def test_signing_out_ends_this_device_and_everywhere_ends_all(cast: Cast, sign_in: SignIn) -> None:
    here, there, third = sign_in(cast.ben), sign_in(cast.ben), sign_in(cast.ben)
    assert here.post("/sign-out").headers["Location"] == "/login"
    assert here.get("/account/").status_code == 303
    assert there.get("/account/").status_code == 200
    assert there.post("/sign-out-everywhere").status_code == 303
    assert third.get("/account/").status_code == 303


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_the_back_button_shows_nobody_the_pages_of_who_signed_out(
    cast: Cast, sign_in: SignIn, path: str
) -> None:
    """Cached screens may be kept by the browser, which shows them when it goes back without asking."""
    ben = sign_in(cast.ben)
    assert ben.get("/student/").headers["Cache-Control"] == "private, no-cache"
    assert ben.post(path).headers["Clear-Site-Data"] == '"cache"'


def test_a_copied_cookie_ends_with_the_session_and_with_its_time(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.ben)
    assert client.get("/account/").status_code == 200
    app.config["CLOCK_OFFSET_S"] = 12 * 3600 + 1
    assert client.get("/account/").status_code == 303


def test_old_sessions_go_when_their_owner_signs_in(
    app: Flask, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    sign_in(cast.ben)
    app.config["CLOCK_OFFSET_S"] = 13 * 3600
    assert try_password(stranger, PASSWORD) == 303
    assert len(db.session.execute(select(UserSession.id)).all()) == 1


def test_ten_wrong_passwords_close_the_account_at_this_address_for_a_while(
    counting: Flask, cast: Cast
) -> None:
    client = anonymous(counting)
    assert [try_password(client, f"wrong {n}") for n in range(10)] == [422] * 10
    answer = client.post("/login", data={"username": "BEN ", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Try again in" in answer.text
    assert try_password(anonymous(counting), PASSWORD, "ada") == 303
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    away = anonymous(counting).post(
        "/login", data={"username": "ben", "password": PASSWORD}, environ_overrides=elsewhere
    )
    assert away.status_code == 303


def test_signing_in_well_is_never_counted(counting: Flask, cast: Cast) -> None:
    assert [try_password(anonymous(counting), PASSWORD) for _ in range(25)] == [303] * 25


def test_half_empty_forms_are_not_counted(counting: Flask, cast: Cast) -> None:
    client = anonymous(counting)
    for _ in range(12):
        client.post("/login", data={"username": "ben", "password": ""})
    assert try_password(client, PASSWORD) == 303


def test_the_sign_in_page_sends_the_signed_in_on(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.ben).get("/login").headers["Location"] == "/"


def test_the_sign_in_page_points_to_the_other_ways_in(app: Flask, stranger: Client) -> None:
    page = stranger.get("/login").text
    assert 'href="/join"' in page
    assert 'href="/forgot-password"' in page


def test_blanks_around_a_password_are_nobodys_fault(cast: Cast, stranger: Client) -> None:
    assert cast.ben
    assert try_password(stranger, f" {PASSWORD} ") == 303


def test_a_password_is_the_same_however_a_keyboard_composes_it(
    cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
    data = {"current_password": PASSWORD, "password": composed}
    assert sign_in(cast.ben).post("/account/password", data=data).status_code == 303
    assert try_password(stranger, decomposed) == 303
