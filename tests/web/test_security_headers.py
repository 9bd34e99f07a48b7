"""What every answer carries, whatever it is: the content policy word by word, since one word undoes it."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conftest import SignIn
from tests.factories import PASSWORD, Cast, make_assignment, make_question

POLICY = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
    "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'", "object-src": "'none'",
}  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_kind_of_answer_carries_them(
    cast: Cast, stranger: Client, ada: Client, sign_in: SignIn
) -> None:
    make_assignment(cast.ada_class, [make_question()])
    answers = [
        stranger.get("/login"), stranger.get("/teacher/"), stranger.get("/nothing"), stranger.get("/healthz"),
        stranger.put("/student/attempts/1/answers/1", json={}), stranger.post("/login", data={"username": "x"}),
        ada.get("/teacher/"), ada.get("/ops/"), ada.get(f"/classrooms/{cast.ada_class}/gradebook.csv"),
        sign_in(cast.ben).get("/student/"), sign_in(cast.root).get("/ops/"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 303, 401, 403, 404, 422}
    for answer in answers:
        words = answer.headers["Content-Security-Policy"].split(";")
        policy = dict(word.strip().split(" ", 1) for word in words)
        assert policy == POLICY, answer.request.path
        assert HEADERS.items() <= dict(answer.headers).items(), answer.request.path
        kept = "private, no-cache" if "ETag" in answer.headers else "no-store"
        assert answer.headers["Cache-Control"] == kept, answer.request.path
    assert [answer.request.path for answer in answers if "ETag" in answer.headers] == [
        "/teacher/",
        "/student/",
    ]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_cookie_is_for_this_site_and_no_script(cast: Cast, stranger: Client) -> None:
    data = {"username": "ben", "password": PASSWORD}
    cookies = stranger.post("/login", data=data).headers.getlist("Set-Cookie")
    cookie = next(one for one in cookies if one.startswith("cozmic="))
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie, "it ends with the browser"
