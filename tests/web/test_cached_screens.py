"""Screens from the cache: what a hit costs, what each response fills in for itself, and when a browser may keep one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Classroom
from cozmic.transaction import transaction
from cozmic.web.viewer import DEPENDS
from cozmic.writes.announcements import announce
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = re.compile(r'<form[^>]*action="([^"]*)"')


def cached_pages(cast: Cast) -> dict[str, list[str]]:
    """Every cached screen's addresses, by who asks."""
    room = f"/classrooms/{cast.ada_class}"
    return {
        "ben": ["/student/", "/student/assignments/", "/student/progress", f"{room}/", f"{room}/assignments"],
        "ada": ["/teacher/", "/teacher/classrooms", f"{room}/assignments", f"{room}/gradebook", f"{room}/people"],
    }  # fmt: skip


@pytest.fixture
def school(cast: Cast, ben: Client) -> Cast:
    """The cast, with something to show on every page."""
    question = make_question()
    answer_and_hand_in(ben, make_assignment(cast.ada_class, [question], title="Fractions"), "100")
    make_assignment(cast.ada_class, [question], title="Decimals")
    say(cast, "Bring a ruler")
    return cast


def say(cast: Cast, words: str) -> None:
    with transaction() as touched:
        room = db.session.get_one(Classroom, cast.ada_class)
        announce(touched, room, words, once_key=words, now=get_now())


def everyone(cast: Cast, sign_in: SignIn) -> Iterator[tuple[Client, str]]:
    for who, paths in cached_pages(cast).items():
        client = sign_in(getattr(cast, who))
        yield from ((client, path) for path in paths)


def test_the_list_of_cached_screens_is_whole(app: Flask, cast: Cast) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, DEPENDS)}
    adapter = app.url_map.bind("")
    listed = {adapter.match(path)[0] for paths in cached_pages(cast).values() for path in paths}
    assert listed == marked


def test_a_page_that_nothing_changed_costs_one_statement(school: Cast, sign_in: SignIn) -> None:
    for client, path in everyone(school, sign_in):
        first = client.get(path)
        with counted_queries() as statements:
            second = client.get(path)
        assert (first.status_code, second.text) == (200, first.text), path
        assert len(statements) == 1, path


def test_no_cached_page_holds_a_form_but_the_frames_own(school: Cast, sign_in: SignIn) -> None:
    for client, path in everyone(school, sign_in):
        client.get(path)
        assert set(FORM.findall(client.get(path).text)) == {"/sign-out"}, path


def test_each_response_has_its_own_sessions_token(
    app: Flask, school: Cast, sign_in: SignIn
) -> None:
    client, other = sign_in(school.ben), sign_in(school.ben)
    with other.session_transaction() as cookie:
        cookie["csrf_token"] = "1" * 40
    client.get("/student/")
    ours, theirs = client.get("/student/").text, other.get("/student/").text
    assert TOKEN.findall(ours) != TOKEN.findall(theirs)
    answers = [
        client.post("/sign-out", headers={"X-CSRFToken": TOKEN.findall(page)[0]})
        for page in (theirs, ours)
    ]
    assert [answer.status_code for answer in answers] == [400, 303]


def test_a_message_is_shown_once_on_a_cached_page(school: Cast, ada: Client) -> None:
    page = ada.get("/teacher/classrooms").text
    with ada.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Well <done>")]
    told, after = ada.get("/teacher/classrooms"), ada.get("/teacher/classrooms")
    assert "Well &lt;done&gt;" in told.text
    assert "ETag" not in told.headers
    assert "Well" not in after.text
    assert len(after.text) == len(page)


def test_an_unchanged_page_is_not_sent_again(school: Cast, sign_in: SignIn) -> None:
    for client, path in everyone(school, sign_in):
        etag = client.get(path).headers["ETag"]
        with counted_queries() as statements:
            answer = client.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag), path
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer.headers["Vary"]
        assert len(statements) == 1


def test_a_weak_form_of_the_etag_from_a_proxy_is_known_too(school: Cast, ben: Client) -> None:
    etag = ben.get("/student/").headers["ETag"]
    assert ben.get("/student/", headers={"If-None-Match": f"W/{etag}"}).status_code == 304


@pytest.mark.parametrize(
    "etag", ["*", '"zz"', '"ffffffffffff-00"', "W/", "\N{SNOWMAN}".encode().decode("latin1")]
)
def test_an_etag_that_is_not_ours_gets_the_page(school: Cast, ben: Client, etag: str) -> None:
    ben.get("/student/")
    assert ben.get("/student/", headers={"If-None-Match": etag}).status_code == 200


def test_another_sessions_etag_gets_the_page(school: Cast, sign_in: SignIn) -> None:
    etag = sign_in(school.ben).get("/student/").headers["ETag"]
    answer = sign_in(school.ben).get("/student/", headers={"If-None-Match": etag})
    assert answer.status_code == 200


def test_pages_are_kept_for_the_address_that_they_would_pass_on(
    app: Flask, school: Cast, sign_in: SignIn
) -> None:
    ada, people = sign_in(school.ada), f"/classrooms/{school.ada_class}/people"
    ada.get(people)
    held = {"If-None-Match": ada.get(people).headers["ETag"]}
    assert ada.get(people, headers=held).status_code == 304
    app.config["PUBLIC_URL"] = "https://learning.school.example"
    moved = ada.get(people, headers=held)
    assert moved.status_code == 200
    cookie = ada.get_cookie("cozmic")
    assert cookie is not None
    ada.set_cookie("cozmic", cookie.value, domain="forged.example")
    elsewhere = ada.get(people, headers={"Host": "forged.example"})
    assert elsewhere.headers["ETag"] == moved.headers["ETag"], "no page of its own for each host"


def test_a_waiting_message_forbids_unchanged(school: Cast, ben: Client) -> None:
    etag = ben.get("/student/").headers["ETag"]
    with ben.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Joined")]
    answer = ben.get("/student/", headers={"If-None-Match": etag})
    assert (answer.status_code, "Joined" in answer.text) == (200, True)


def test_what_changed_is_sent_whatever_the_browser_holds(school: Cast, ben: Client) -> None:
    etag = ben.get("/student/").headers["ETag"]
    say(school, "The ruler, please")
    answer = ben.get("/student/", headers={"If-None-Match": etag})
    assert (answer.status_code, "The ruler, please" in answer.text) == (200, True)


def test_midnight_ends_a_page(app: Flask, school: Cast, ben: Client) -> None:
    etag = ben.get("/student/").headers["ETag"]
    app.config["CLOCK_OFFSET_S"] = 24 * 3600.0
    answer = ben.get("/student/", headers={"If-None-Match": etag})
    assert answer.status_code == 303, "the session has ended"


def test_a_question_mark_goes_past_the_cache(school: Cast, ada: Client) -> None:
    path = f"/classrooms/{school.ada_class}/gradebook?sort=lowest"
    ada.get(path)
    with counted_queries() as statements:
        answer = ada.get(path)
    assert len(statements) > 1
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


def test_pages_that_are_not_cached_are_never_kept(school: Cast, ada: Client) -> None:
    answer = ada.get(f"/classrooms/{school.ada_class}/settings")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_role_hint_that_is_wrong_gets_no_cached_page(school: Cast, ada: Client) -> None:
    """The revisions that came along are those of another role's screen."""
    with ada.session_transaction() as cookie:
        cookie["role"] = "student"
    answers = [ada.get(f"/classrooms/{school.ada_class}/assignments") for _ in range(2)]
    assert all(answer.status_code == 200 and "ETag" not in answer.headers for answer in answers)


def test_without_the_cache_pages_are_the_same(
    app: Flask, school: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client, path in everyone(school, sign_in):
        client.get(path)
        cached = client.get(path)
        with monkeypatch.context() as patch:
            patch.setitem(app.config, "PAGE_CACHE", value=False)
            drawn = client.get(path)
        script = re.compile(r"<script src=[^>]*fresh.js.></script>")
        assert tokenless(script.sub("", cached.text)) == tokenless(drawn.text), path


def tokenless(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)
