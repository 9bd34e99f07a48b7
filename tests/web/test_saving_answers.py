"""Autosave: one answer, kept as it is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_limiter import ExemptionScope

from cozmic.access.clock import get_now
from cozmic.extensions import db, limiter
from cozmic.models import Assignment, Response, Submission
from cozmic.rules.enums import QuestionKind
from cozmic.transaction import transaction
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, archive, enrol, make_assignment, make_question, make_user
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in, items_of, start


@pytest.fixture
def attempt(cast: Cast, ben: Client) -> int:
    """A number, a choice and an essay."""
    kinds = (QuestionKind.NUMERIC, QuestionKind.CHOICE, QuestionKind.ESSAY)
    return start(ben, make_assignment(cast.ada_class, [make_question(kind) for kind in kinds]))


def put(client: Client, attempt: int, item: int, answer: object, version: object = 0) -> Any:
    return client.put(
        f"/student/attempts/{attempt}/answers/{item}", json={"answer": answer, "version": version}
    )


def test_a_saved_answer_is_stored_when_the_reply_comes(ben: Client, attempt: int) -> None:
    item = items_of(attempt)[0]
    response = put(ben, attempt, item, " 3/4 ")
    assert response.status_code == 200
    assert response.json["version"] == 1
    assert response.json["saved_at"].endswith("+00:00")
    row = db.session.query(Response).filter_by(item_id=item).one()
    assert (row.answer, row.version) == ("3/4", 1)


def test_saving_the_same_again_is_fine_whatever_the_version(ben: Client, attempt: int) -> None:
    item = items_of(attempt)[0]
    for version in (0, 0, 5):
        response = put(ben, attempt, item, "3/4", version)
        assert (response.status_code, response.json["version"]) == (200, 1)


def test_each_change_counts_the_version_on(ben: Client, attempt: int) -> None:
    item = items_of(attempt)[0]
    for version, answer in enumerate(["1", "2", None, "3"]):
        assert put(ben, attempt, item, answer, version).json["version"] == version + 1


def test_a_stale_answer_is_told_what_is_stored(ben: Client, attempt: int) -> None:
    item = items_of(attempt)[0]
    put(ben, attempt, item, "1")
    response = put(ben, attempt, item, "2", 0)
    assert response.status_code == 409
    assert (response.json["answer"], response.json["version"]) == ("1", 1)
    assert "changed" in response.json["error"]
    assert put(ben, attempt, item, "2", 1).json["version"] == 2


@pytest.mark.exact_revisions
def test_saving_touches_no_screen(ben: Client, attempt: int) -> None:
    item = items_of(attempt)[0]
    with counted_queries() as asked:
        put(ben, attempt, item, "1")
    assert not [one for one in asked if "_revisions" in one]
    assert len(asked) == 5, asked


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"text"', b"{}", b'{"answer": "1"}', b'{"version": 0}',
        b'{"answer": "1", "version": "0"}', b'{"answer": "1", "version": 0.0}',
        b'{"answer": "1", "version": true}', b'{"answer": "1", "version": null}',
        b'{"answer": "1", "version": -1}', b'{"answer": "1", "version": 1e400}',
        b'{"answer": "1", "version": NaN}', b"\xff\xfe\x00", b"[" * 100_000,
        b'{"answer": "1", "version": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_answer_gets_a_message(ben: Client, attempt: int, body: bytes) -> None:
    url = f"/student/attempts/{attempt}/answers/{items_of(attempt)[0]}"
    response = ben.put(url, data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json is not None
    assert "version" in response.json["error"]


@pytest.mark.parametrize(
    "answer",
    [5, 5.5, True, [], ["a"], {}, {"a": 1}, "x" * 501, float("inf"), [[[[["deep"]]]]]],
)
def test_an_answer_of_another_shape_is_refused_with_a_reason(
    ben: Client, attempt: int, answer: object
) -> None:
    response = put(ben, attempt, items_of(attempt)[0], answer)
    assert response.status_code == 422
    assert response.json["error"]
    assert db.session.query(Response).filter(Response.answer.is_not(None)).count() == 0


def test_a_choice_that_is_not_there_is_refused(ben: Client, attempt: int) -> None:
    response = put(ben, attempt, items_of(attempt)[1], "z")
    assert response.status_code == 422
    assert "choices" in response.json["error"]


@pytest.mark.parametrize(
    "answer", ["a\x00b", "\ud800", "\u202e", "\U0001d7d8", "e" + "\u0301" * 400]
)
def test_odd_characters_are_no_fault(ben: Client, attempt: int, answer: str) -> None:
    for item in (items_of(attempt)[0], items_of(attempt)[2]):
        assert put(ben, attempt, item, answer).status_code == 200


def test_a_huge_answer_is_refused_and_a_long_essay_is_not(ben: Client, attempt: int) -> None:
    essay = items_of(attempt)[2]
    assert put(ben, attempt, essay, "ä" * 20_000).status_code == 200
    assert put(ben, attempt, essay, "x" * 20_001, 1).status_code == 422
    response = put(ben, attempt, essay, "x" * 3_000_000, 1)
    assert response.status_code == 413
    assert response.json["error"]


def test_only_json_is_taken(ben: Client, attempt: int) -> None:
    url = f"/student/attempts/{attempt}/answers/{items_of(attempt)[0]}"
    assert ben.put(url, data={"answer": "1", "version": "0"}).status_code == 415


def test_an_item_of_another_attempt_is_not_found(
    cast: Cast, ben: Client, sign_in: SignIn, attempt: int
) -> None:
    other = start(ben, make_assignment(cast.ada_class, [make_question()]))
    response = put(ben, attempt, items_of(other)[0], "1")
    assert (response.status_code, response.mimetype) == (404, "application/json")
    assert put(ben, attempt, 999_999, "1").status_code == 404
    assert put(ben, 999_999, items_of(attempt)[0], "1").status_code == 404


def test_nobody_else_saves_into_an_attempt(
    cast: Cast, sign_in: SignIn, stranger: Client, attempt: int
) -> None:
    classmate = make_user(given_name="Eve")
    enrol(cast.ada_class, classmate)
    item = items_of(attempt)[0]
    response = put(stranger, attempt, item, "1")
    assert (response.status_code, response.mimetype) == (401, "application/json")
    assert put(sign_in(classmate), attempt, item, "1").status_code == 404
    assert put(sign_in(cast.cleo), attempt, item, "1").status_code == 404
    for person in (cast.ada, cast.dan, cast.root):
        assert put(sign_in(person), attempt, item, "1").status_code == 403
    assert db.session.query(Response).filter(Response.answer.is_not(None)).count() == 0


def test_a_request_without_its_token_is_refused(ben: Client, attempt: int) -> None:
    url = f"/student/attempts/{attempt}/answers/{items_of(attempt)[0]}"
    headers = {"X-CSRFToken": "forged"}
    response = ben.put(url, json={"answer": "1", "version": 0}, headers=headers)
    assert (response.status_code, response.mimetype) == (400, "application/json")


def test_a_handed_in_attempt_takes_no_more(cast: Cast, ben: Client) -> None:
    one = answer_and_hand_in(ben, make_assignment(cast.ada_class, [make_question()]), "100")
    response = put(ben, one, items_of(one)[0], "7", 1)
    assert response.status_code == 409
    assert "handed in" in response.json["error"]
    assert "version" not in response.json


def test_a_closed_assignment_takes_no_more_and_says_what_becomes_of_it(
    ben: Client, attempt: int
) -> None:
    with transaction():
        row = db.session.query(Assignment).one()
        row.closes_at = get_now() - timedelta(minutes=1)
    response = put(ben, attempt, items_of(attempt)[0], "7")
    assert response.status_code == 409
    assert "your teacher can collect it" in response.json["error"]


def test_an_archived_class_takes_no_more(cast: Cast, ben: Client, attempt: int) -> None:
    archive(cast.ada_class)
    assert put(ben, attempt, items_of(attempt)[0], "7").status_code == 409


def test_the_script_hands_in_with_a_reply_it_can_read(ben: Client, attempt: int) -> None:
    url = f"/student/attempts/{attempt}/hand-in"
    response = ben.post(url, headers={"Accept": "application/json"})
    assert response.json == {"next": f"/student/attempts/{attempt}/result"}
    assert db.session.get_one(Submission, attempt).handed_in_at is not None
    again = ben.post(url, headers={"Accept": "application/json"})
    assert again.json == response.json


def test_the_script_is_told_which_answers_keep_it_from_being_handed_in(
    ben: Client, attempt: int
) -> None:
    number, choice, essay = items_of(attempt)
    put(ben, attempt, number, "theirs")
    fields = {
        f"answer-{number}": "mine", f"version-{number}": "0",
        f"answer-{essay}": "x" * 20_001, f"version-{essay}": "0",
        f"answer-{choice}": "a", f"version-{choice}": "0",
    }  # fmt: skip
    url = f"/student/attempts/{attempt}/hand-in"
    response = ben.post(url, data=fields, headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert response.json is not None
    assert [(one["item"], one["is_stale"], one["answer"], one["version"]) for one in response.json["refused"]] == [
        (number, True, "theirs", 1),
        (essay, False, None, 0),
    ]  # fmt: skip
    assert db.session.get_one(Submission, attempt).handed_in_at is None


def test_saving_and_handing_in_are_never_limited(app: Flask) -> None:
    for view in ("save_answer", "save_answers", "hand_in"):
        scope = limiter._route_exemptions[f"cozmic.student.taking.{view}.{view}"]
        assert ExemptionScope.APPLICATION | ExemptionScope.DEFAULT in scope
