"""How many pages somebody may ask for: per person, wherever they sit and whichever page it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_limiter import ExemptionScope
from werkzeug.test import TestResponse

from cozmic.extensions import limiter
from cozmic.web.page_limits import WHOLE_CLASS
from tests.client import Client, anonymous, signed_in
from tests.factories import PASSWORD, Cast, make_classroom, make_user
from tests.limits import counting_app
from tests.queries import counted_queries

PAGES = ("/student/", "/student/assignments", "/student/progress", "/account/", "/no-such-page")
WHOLE_CLASS_VIEWS = {
    "classroom.gradebook_csv", "classroom.create_pupils", "classroom.create_cards", "classroom.release_grades",
    "classroom.hold_grades", "classroom.collect_open_work",
}  # fmt: skip
NEVER_COUNTED = {"student.save_answer", "student.save_answers", "student.hand_in"}


@pytest.fixture
def counting(app: Flask) -> Iterator[Flask]:
    """The application with limits."""
    with counting_app(app) as application:
        yield application


@pytest.fixture
def narrow(app: Flask) -> Iterator[Flask]:
    """The application with small limits, quicker to spend."""
    with counting_app(
        app, LIMIT_PAGES="6 per minute", LIMIT_VISITORS="8 per minute"
    ) as application:
        yield application


def statuses(client: Client, count: int) -> list[int]:
    """Ask for several pages in turn."""
    return [client.get(PAGES[number % len(PAGES)]).status_code for number in range(count)]


def assert_told_when(answer: TestResponse, within_s: int = 60) -> None:
    """The answer is a refusal that says when to come again."""
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= within_s


def test_a_hundred_pages_a_minute_in_all_and_no_more(counting: Flask, cast: Cast) -> None:
    ben = signed_in(counting, cast.ben)
    assert 429 not in statuses(ben, 100)
    answer = ben.get("/student/")
    assert_told_when(answer)
    assert "Try again in" in answer.text
    assert 429 not in statuses(signed_in(counting, cast.cleo), 5)


def test_one_person_is_one_bucket_on_every_device_and_at_every_address(
    narrow: Flask, cast: Cast
) -> None:
    for number in range(6):
        device = signed_in(narrow, cast.ben)
        answer = device.get("/student/", environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
        assert answer.status_code == 200
    assert_told_when(signed_in(narrow, cast.ben).get("/student/"))


def test_forms_without_a_token_are_counted_and_refused_too(narrow: Flask, cast: Cast) -> None:
    ben = signed_in(narrow, cast.ben)
    with ben.session_transaction() as cookie:
        cookie.pop("csrf_token", None)
    answers = [
        ben.open("/account/password", method="POST", data={"csrf_token": "x"}) for _ in range(7)
    ]
    assert [answer.status_code for answer in answers[:6]] == [400] * 6
    assert_told_when(answers[6])


@pytest.mark.parametrize("path", [*PAGES, "/login"])
def test_a_cookie_whose_session_is_over_spends_nobodys_pages(
    narrow: Flask, cast: Cast, path: str
) -> None:
    """Else whoever kept one could shut its owner out, and no new password would help."""
    thief = anonymous(narrow)
    with thief.session_transaction() as cookie:
        cookie.update(session_id=1, user_id=cast.ben, role="student")
    assert [thief.get(path).status_code for _ in range(8)].count(429) == 0
    assert_told_when(thief.get(path))
    assert signed_in(narrow, cast.ben).get("/student/").status_code == 200


def test_a_script_is_told_in_json(narrow: Flask, cast: Cast) -> None:
    ben = signed_in(narrow, cast.ben)
    statuses(ben, 6)
    answer = ben.get("/student/", headers={"Accept": "application/json"})
    assert_told_when(answer)
    assert answer.json is not None
    assert "Try again in" in answer.json["error"]


def test_after_the_first_refusal_nothing_is_asked_of_the_database(
    narrow: Flask, cast: Cast
) -> None:
    ben = signed_in(narrow, cast.ben)
    with narrow.app_context(), counted_queries() as asked:
        statuses(ben, 6)
        assert len(asked) > 6
        asked.clear()
        assert_told_when(ben.get("/student/"))
        assert len(asked) == 1, "the count is looked at when the database has said who asks"
        asked.clear()
        assert_told_when(ben.get("/student/"))
        assert asked == []


def test_health_saving_and_handing_in_are_neither_counted_nor_refused(
    narrow: Flask, cast: Cast
) -> None:
    ben = signed_in(narrow, cast.ben)
    for _ in range(12):
        assert ben.get("/healthz").status_code == 200
        saved = ben.put("/student/attempts/1/answers/1", json={"answer": "x", "version": 1})
        sent = ben.post("/student/attempts/1/answers")
        handed_in = ben.post("/student/attempts/1/hand-in")
        assert 429 not in (saved.status_code, sent.status_code, handed_in.status_code)
    assert ben.get("/student/").status_code == 200
    statuses(ben, 6)
    assert ben.get("/student/").status_code == 429
    assert ben.post("/student/attempts/1/hand-in").status_code == 404


def test_only_saving_handing_in_signing_out_and_what_machines_ask_is_exempt(app: Flask) -> None:
    exempt = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if limiter.limit_manager.exemption_scope(
            app, rule.endpoint, rule.endpoint.rpartition(".")[0]
        )
        & ExemptionScope.APPLICATION
    }
    assert {one for one in exempt if not one.startswith("health.")} == {
        *NEVER_COUNTED,
        "auth.sign_out",
    }


def test_work_on_whole_classes_is_marked(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, WHOLE_CLASS)}
    assert marked == WHOLE_CLASS_VIEWS


def test_ten_whole_class_actions_a_minute(counting: Flask, cast: Cast) -> None:
    classroom = make_classroom(cast.ada)
    ada = signed_in(counting, cast.ada)
    address = f"/classrooms/{classroom}/gradebook.csv"
    assert [ada.get(address).status_code for _ in range(10)] == [200] * 10
    answer = ada.get(address)
    assert_told_when(answer)
    assert "whole classes" in answer.text
    assert ada.post(f"/classrooms/{classroom}/people/login-cards").status_code == 429
    assert ada.get(f"/classrooms/{classroom}/gradebook").status_code == 200


def test_visitors_share_one_generous_bucket_for_each_address(narrow: Flask, cast: Cast) -> None:
    assert [anonymous(narrow).get("/login").status_code for _ in range(9)] == [200] * 8 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert anonymous(narrow).get("/login", environ_overrides=elsewhere).status_code == 200
    assert signed_in(narrow, cast.ben).get("/student/").status_code == 200


def test_a_cookie_that_nobody_signed_is_a_visitor(narrow: Flask, cast: Cast) -> None:
    for number in range(8):
        forged = anonymous(narrow)
        forged.set_cookie("cozmic", f"eyJ1c2VyX2lkIjo{number}fQ.aaaa.bbbb")
        assert forged.get("/login").status_code == 200
    assert anonymous(narrow).get("/login").status_code == 429


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # no database decides this
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_a_thousand_forged_addresses_are_one_bucket(app: Flask, cast: Cast, proxies: str) -> None:
    """With one proxy, which adds the address that it sees, what the client wrote in front of that is not believed."""
    with counting_app(app, TRUSTED_PROXIES=proxies, LIMIT_VISITORS="1000 per minute") as counting:
        client = anonymous(counting)
        seen = ", 198.51.100.7" if proxies == "1" else ""

        def ask(number: int) -> int:
            forged = f"10.{number // 250}.{number % 250}.1{seen}"
            return client.get("/login", headers={"X-Forwarded-For": forged}).status_code

        assert {ask(number) for number in range(1000)} == {200}
        assert ask(1001) == 429


@pytest.mark.slow
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_school_behind_one_address_is_not_hindered(counting: Flask, cast: Cast) -> None:
    """At the bell: the sign-in page, the password, and the first page, of 300 pupils within the minute."""
    make_classroom(cast.ada)
    pupils = [f"pupil{number}" for number in range(300)]
    for name in pupils:
        make_user(username=name)
    for name in pupils:
        client = anonymous(counting)
        assert client.get("/login").status_code == 200
        answer = client.post("/login", data={"username": name, "password": PASSWORD})
        assert (answer.status_code, answer.location) == (303, "/")
        assert client.get("/").location == "/student/"
        assert client.get("/student/").status_code == 200


def test_whoever_has_spent_their_pages_can_sign_out(narrow: Flask, cast: Cast) -> None:
    ben = signed_in(narrow, cast.ben)
    assert 429 in statuses(ben, 8)
    assert ben.post("/sign-out").status_code == 303
