"""Cached screens answered before Flask is entered: the same answer for less, and only where nothing is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from cozmic.caching.bodies import Body
from cozmic.extensions import cache, db
from cozmic.models import Enrolment, User
from cozmic.observe.tally import current_tally
from cozmic.transaction import transaction
from cozmic.web import express
from tests.client import Client, signed_in
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question
from tests.limits import counting_app
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in
from tests.web.test_cached_screens import cached_pages, everyone, say

VARYING = {"Date", "X-Request-ID", "Server-Timing"}


@pytest.fixture
def school(cast: Cast, ben: Client) -> Cast:
    """The cast, with something to show on every page."""
    question = make_question()
    answer_and_hand_in(ben, make_assignment(cast.ada_class, [question], title="Fractions"), "100")
    say(cast, "Bring a ruler")
    return cast


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The endpoints that were answered early, as they come."""
    endpoints: list[str] = []
    real = express.Express._answer

    def answer(self: express.Express, *args: object) -> object:
        found = real(self, *args)  # type: ignore[arg-type]
        if found is not None:
            endpoints.append(args[1].endpoint)  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(express.Express, "_answer", answer)
    return endpoints


def told(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """All that a browser gets, but for what is new each time."""
    headers = [(name, value) for name, value in answer.headers if name not in VARYING]
    return answer.status, headers, answer.data


@contextmanager
def the_long_way() -> Iterator[None]:
    """Everything through Flask meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(express.Express, "_find_screen", lambda *_: (None, None))
        yield


def test_every_cached_screen_is_answered_early_and_byte_for_byte_the_same(
    school: Cast, sign_in: SignIn, taken: list[str]
) -> None:
    for client, path in everyone(school, sign_in):
        client.get(path)
        before = len(taken)
        early = client.get(path)
        assert len(taken) == before + 1, path
        etag = {"If-None-Match": early.headers["ETag"]}
        unchanged = client.get(path, headers=etag)
        with the_long_way():
            late, late_unchanged = client.get(path), client.get(path, headers=etag)
        assert told(early) == told(late), path
        assert (unchanged.status_code, len(taken)) == (304, before + 2), path
        assert told(unchanged) == told(late_unchanged), path


def test_both_ways_cost_one_statement_and_tell_the_same_of_themselves(
    school: Cast, ben: Client
) -> None:
    ben.get("/student/")

    def cost() -> tuple[int, int, str]:
        with counted_queries() as statements:
            ben.get("/student/")
        tally = current_tally()
        return len(statements), tally.redis_n, tally.cache

    early = cost()
    with the_long_way():
        assert cost() == early
    assert early[0] == 1
    assert early[2] == "hit"


def test_a_page_that_is_cold_is_drawn_the_long_way_and_asks_nothing_twice(
    school: Cast, ben: Client, taken: list[str]
) -> None:
    ben.get("/student/")
    say(school, "Bring two rulers")
    with counted_queries() as early:
        assert "two rulers" in ben.get("/student/").text
    say(school, "Bring three rulers")
    with the_long_way(), counted_queries() as late:
        assert "three rulers" in ben.get("/student/").text
    assert not taken
    assert len(early) == len(late)


@pytest.mark.parametrize(
    ("method", "path"),
    [("HEAD", "/student/"), ("GET", "/student/?page=2"), ("GET", "/student"), ("GET", "/student/progress/"),
     ("GET", "/classrooms/0/assignments"), ("GET", "/classrooms/%23/assignments"), ("POST", "/student/")],
)  # fmt: skip
def test_anything_else_goes_the_long_way(
    school: Cast, ben: Client, taken: list[str], method: str, path: str
) -> None:
    ben.get("/student/")
    FlaskClient.open(ben, path, method=method)
    assert not taken


def test_what_waits_to_be_told_is_told_the_long_way(
    school: Cast, ben: Client, taken: list[str]
) -> None:
    ben.get("/student/")
    with ben.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Well done")]
    assert "Well done" in ben.get("/student/").text
    assert not taken


def _suspend(cast: Cast) -> None:
    with transaction():
        db.session.execute(
            update(User).where(User.id == cast.ben).values(suspended_at=db.func.now())
        )


def _remove(cast: Cast) -> None:
    with transaction():
        db.session.execute(
            update(Enrolment)
            .where(Enrolment.student_id == cast.ben)
            .values(removed_at=db.func.now())
        )


@pytest.mark.parametrize(("act", "status"), [(_suspend, 303), (_remove, 404)])
def test_who_may_no_longer_come_in_is_refused_at_the_next_request(
    school: Cast, ben: Client, taken: list[str], act: Callable[[Cast], None], status: int
) -> None:
    path = f"/classrooms/{school.ada_class}/assignments"
    ben.get(path)
    assert ben.get(path).status_code == 200
    assert len(taken) == 1
    act(school)
    assert ben.get(path).status_code == status
    assert len(taken) == 1


def test_nobody_gets_anothers_class_or_a_page_for_teachers(
    school: Cast, ben: Client, sign_in: SignIn, taken: list[str]
) -> None:
    dan = sign_in(school.dan)
    for client in (dan, ben):
        client.get(cached_pages(school)["ben" if client is ben else "ada"][0])
    assert dan.get(f"/classrooms/{school.ada_class}/gradebook").status_code == 404
    assert ben.get(f"/classrooms/{school.ada_class}/gradebook").status_code == 403
    assert ben.get("/teacher/").status_code == 403
    assert not [one for one in taken if "gradebook" in one]


def test_the_right_is_asked_for_whatever_the_store_has(
    app: Flask, school: Cast, ben: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dan, room = sign_in(school.dan), f"/classrooms/{school.ada_class}"
    for client, path in ((ben, "/student/"), (dan, "/teacher/")):
        client.get(path)
    any_page = Body(b"<!doctype html>anything", 2**62)
    monkeypatch.setattr(app.extensions["cache"][cache], "find", lambda _key: any_page)
    assert b"anything" in ben.get(f"{room}/").data
    assert dan.get(f"{room}/gradebook").status_code == 404
    assert ben.get(f"{room}/gradebook").status_code == 403
    assert ben.get("/teacher/").status_code == 403


@pytest.fixture
def narrow(app: Flask) -> Iterator[Flask]:
    """The application with a small limit."""
    with counting_app(app, LIMIT_PAGES="6 per minute") as application:
        yield application


def test_pages_answered_early_count_like_any_other(
    narrow: Flask, school: Cast, taken: list[str]
) -> None:
    ben = signed_in(narrow, school.ben)
    statuses = [ben.get("/student/").status_code for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2
    assert len(taken) == 5


def test_a_database_that_does_not_answer_is_asked_once(
    app: Flask, school: Cast, ben: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben.get("/student/")
    asked: list[int] = []

    def fail(*_args: object, **_kwargs: object) -> None:
        asked.append(1)
        raise TimeoutError

    monkeypatch.setattr("cozmic.web.express.find_viewer", fail)
    monkeypatch.setattr("cozmic.web.viewer.find_viewer", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    assert ben.get("/student/").status_code == 500
    assert len(asked) == 1


def test_one_setting_sends_all_the_long_way(
    app: Flask, school: Cast, ben: Client, taken: list[str]
) -> None:
    with counting_app(app, EXPRESS="0") as application:
        client = signed_in(application, school.ben)
        first, second = client.get("/student/"), client.get("/student/")
    assert told(first)[2] == told(second)[2]
    assert not taken
