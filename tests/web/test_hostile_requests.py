"""Requests that no page of ours makes: JSON of any shape, addresses of nothing, broken headers; and stored markup."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, Text

from cozmic.extensions import db
from cozmic.models import Response
from cozmic.rules.enums import QuestionKind
from tests.client import anonymous, signed_in
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question, make_submission
from tests.web.hostile_world import make_hostile_world
from tests.web.test_bad_input import MIXED, SCRIPT, build, is_let_in, who_is_in
from tests.work import list_item_ids
from tests.world import RULES, method_of

ANSWERS: tuple[Any, ...] = (
    None, True, 1, -0.5, 10**400, [], {}, ["a"], {"a": 1}, "", " ", "\0", "\ud800", "a\udfffb", MIXED, "²", "9" * 400,
    "1/0", "1e999999", "9**9**9", "٣", "½" * 90, "\u202e1", "x" * 30_000, "a" * 501, "ﷺ" * 100, "e\u0301" * 200,
)  # fmt: skip
VERSIONS: tuple[Any, ...] = (None, True, -1, 0.0, 10**400, "0", [], {}, 10**9)
BODIES = (
    b"", b"null", b"[]", b"1", b'"a"', b"{", b"{}", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"NaN",
    b'{"answer": "a"}', b'{"version": 0}', b'{"answer": "a", "version": NaN}', b'{"answer": "a", "version": 1e999}',
    b'{"answer": ' + b"9" * 5_000 + b', "version": 0}',
)  # fmt: skip
NO_IDS = (
    "0",
    "-1",
    "00",
    "1e3",
    "9" * 19,
    "9" * 40,
    "%00",
    "%ff",
    "%C2%B2",
    "%D9%A1",
    "a",
    "1.0",
    "+1",
    "%0A1",
)
HEADERS = (
    {"Accept": "\xff/*;q=nan, application/json;q=1e999"}, {"Content-Type": "multipart/form-data"},
    {"Content-Type": "multipart/form-data; boundary="}, {"Content-Type": "application/json"},
    {"Content-Type": "text/\xff"}, {"Cookie": "cozmic=\xff\xfe; a"}, {"Cookie": "cozmic=.eJwFwQEBAAAAgJD-r-4ICi4.a.b"},
    {"User-Agent": "\xff" * 5_000}, {"If-None-Match": '"\xff'}, {"Range": "bytes=-1"}, {"X-CSRFToken": "\xff"},
    {"X-Forwarded-For": "\xff, 1"}, {"Referer": "\xff"}, {"Referer": "http://[::1"}, {"Referer": "http://localhost/%00//\xff?\xff"},
)  # fmt: skip


@pytest.fixture
def attempt(cast: Cast) -> tuple[int, list[int]]:
    """An open attempt of Ben's at one question of each kind, and its items."""
    questions = [make_question(kind) for kind in QuestionKind]
    assignment_id = make_assignment(cast.ada_class, questions)
    return make_submission(assignment_id, cast.ben), list_item_ids(assignment_id)


def test_an_answer_of_any_shape_is_kept_or_refused_in_words(
    cast: Cast, sign_in: SignIn, attempt: tuple[int, list[int]]
) -> None:
    ben, (submission_id, items) = sign_in(cast.ben), attempt
    for item_id in items:
        for answer in ANSWERS:
            version = db.session.query(Response.version).filter_by(item_id=item_id).scalar()
            body = json.dumps({"answer": answer, "version": version})
            reply = ben.put(
                f"/student/attempts/{submission_id}/answers/{item_id}",
                data=body, content_type="application/json",
            )  # fmt: skip
            assert reply.status_code in {200, 400, 422}, (item_id, answer)
            assert reply.status_code == 200 or "error" in reply.text
    assert ben.get(f"/student/attempts/{submission_id}").status_code == 200
    assert ben.post(f"/student/attempts/{submission_id}/hand-in").status_code == 303
    assert SCRIPT not in ben.get(f"/student/attempts/{submission_id}/result").text


def test_a_body_of_any_shape_is_refused_in_words(
    cast: Cast, sign_in: SignIn, attempt: tuple[int, list[int]]
) -> None:
    ben, (submission_id, items) = sign_in(cast.ben), attempt
    here = f"/student/attempts/{submission_id}/answers/{items[2]}"
    bodies = [json.dumps({"answer": "a", "version": version}).encode() for version in VERSIONS]
    for body in (*BODIES, *bodies):
        reply = ben.put(here, data=body, content_type="application/json")
        assert reply.status_code == 400, body[:60]
        assert "Send" in reply.text
    for kind in ("", "text/plain", "application/x-www-form-urlencoded", "application/json2"):
        assert ben.put(here, data=b"{}", content_type=kind).status_code == 415


@pytest.mark.parametrize(
    "body", ["[]", '["username"]', '{"username": 1, "password": {"a": 1}}', "null", "{", '"a"']
)
def test_json_sent_to_a_form_is_no_form(app: Flask, cast: Cast, sign_in: SignIn, body: str) -> None:
    root = sign_in(cast.root)
    for client, path in (
        (anonymous(app), "/login"),
        (root, "/ops/school"),
        (root, "/ops/invitations"),
    ):
        reply = client.post(path, data=body, content_type="application/json")
        assert reply.status_code == 422, path


def test_addresses_that_name_nothing_are_not_found(app: Flask) -> None:
    world = make_hostile_world()
    clients = {who: signed_in(app, getattr(world.cast, who)) for who in ("ada", "ben", "root")}
    clients["stranger"] = anonymous(app)
    for rule in RULES:
        client = clients[who_is_in(rule)]
        good = {**world.sets[0], "session_id": 1}
        for name in rule.arguments - {"kind"}:
            marked = build(
                app, rule, {**good, name: 123456789012 if name.endswith("_id") else good[name]}
            )
            for text in NO_IDS:
                path = marked.replace("123456789012", text).replace("no-such-token", text)
                reply = client.open(path, method=method_of(rule), data={"once_key": "k"})
                assert reply.status_code in {303, 308, 400, 404, 405, 409, 410, 415, 422}, (
                    path,
                    reply.status,
                )


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_headers_of_any_shape_break_nothing(
    app: Flask, cast: Cast, sign_in: SignIn, headers: dict[str, str]
) -> None:
    for client in (anonymous(app), sign_in(cast.ada)):
        for path in ("/", "/login", "/teacher/", "/nothing", "/healthz"):
            assert client.get(path, headers=headers).status_code < 500
        for path in ("/login", "/teacher/classrooms/new"):
            for site in ("http://localhost", "https://localhost"):
                reply = client.post(path, headers=headers, data=b"a=b", base_url=site)
                assert reply.status_code < 500


def say_markup_everywhere() -> None:
    """Put markup into every text that people write."""
    fixed = {
        "username",
        "email",
        "password_hash",
        "join_code",
        "zone",
        "language",
        "slug",
        "once_key",
        "verb",
        "device",
    }
    with db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            texts = [
                column for column in table.columns
                if type(column.type) in {String, Text} and column.name not in fixed
            ]  # fmt: skip
            if texts and table.name not in {"alembic_version", "failure_counts"}:
                connection.execute(table.update().values({column.name: MARKUP for column in texts}))


MARKUP = f"{SCRIPT}\"'&"


def test_no_page_draws_markup_that_somebody_wrote(app: Flask) -> None:
    world = make_hostile_world()
    bodies: dict[QuestionKind, dict[str, Any]] = {
        QuestionKind.CHOICE: {"choices": [{"id": "a", "text": MARKUP}, {"id": "b", "text": "b"}], "correct": "a"},
        QuestionKind.NUMERIC: {"answer": "1", "tolerance": "0", "unit": "<b>"},
        QuestionKind.TEXT: {"accepted": [MARKUP, MARKUP + "x"], "case_sensitive": False},
        QuestionKind.ESSAY: {"guidance": MARKUP},
    }  # fmt: skip
    questions = [
        make_question(kind, owner_id=world.cast.ada, body=body, hints=[MARKUP])
        for kind, body in bodies.items()
    ]
    begun = make_assignment(world.cast.ada_class, questions, attempts_allowed=2)
    submission_id = make_submission(begun, world.cast.ben)
    db.session.query(Response).filter_by(submission_id=submission_id).update({"answer": MARKUP})
    db.session.commit()
    say_markup_everywhere()
    extra = [
        {
            **world.sets[0],
            "question_id": one,
            "assignment_id": begun,
            "submission_id": submission_id,
        }
        for one in questions
    ]
    seen = set()
    for rule in RULES:
        if method_of(rule) != "GET":
            continue
        for who in ("ada", "ben", "root"):
            client = signed_in(app, getattr(world.cast, who))
            for values in (*world.sets, *extra):
                path = build(app, rule, {**world.now(rule.endpoint, values), "session_id": 1})
                reply = client.get(path)
                assert reply.status_code < 500
                if reply.mimetype == "text/html":
                    assert SCRIPT not in reply.text, path
                    if is_let_in(reply):
                        seen.add(rule.endpoint)
    assert len(seen) > 40
