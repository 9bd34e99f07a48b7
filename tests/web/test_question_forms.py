"""Writing and changing questions, and previewing them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import AssignmentItem, Question
from cozmic.rules.enums import QuestionKind
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    make_assignment,
    make_question,
    make_skill,
    make_submission,
)

COMMON = {
    "prompt": "A question?",
    "explanation": "Because.",
    "hint_1": "Think.",
    "hint_2": " ",
    "hint_3": "Think again.",
    "difficulty": "2",
    "skill": "",
    "once_key": "k",
}
FIELDS: dict[QuestionKind, dict[str, str]] = {
    QuestionKind.CHOICE: {
        "choice_0": "Venus", "choice_1": "", "choice_2": " Mars ", "choice_7": "Saturn", "correct": "2",
    },
    QuestionKind.NUMERIC: {"answer": "3/4", "tolerance": "", "unit": "cm"},
    QuestionKind.TEXT: {"accepted": "Paris\r\n\r\n Lutetia ", "case_sensitive": "y"},
    QuestionKind.ESSAY: {"guidance": "Two causes."},
}  # fmt: skip
BODIES: dict[QuestionKind, dict[str, Any]] = {
    QuestionKind.CHOICE: {
        "choices": [{"id": "a", "text": "Venus"}, {"id": "b", "text": "Mars"}, {"id": "c", "text": "Saturn"}],
        "correct": "b",
    },
    QuestionKind.NUMERIC: {"answer": "3/4", "tolerance": "0", "unit": "cm"},
    QuestionKind.TEXT: {"accepted": ["Paris", "Lutetia"], "case_sensitive": True},
    QuestionKind.ESSAY: {"guidance": "Two causes."},
}  # fmt: skip
CHOICE, NUMERIC, TEXT, ESSAY = QuestionKind


def form_of(kind: QuestionKind, **changes: str) -> dict[str, str]:
    return {**COMMON, **FIELDS[kind], **changes}


def only_question() -> Question:
    return db.session.query(Question).one()


def reload(question_id: int) -> Question:
    db.session.rollback()
    return db.session.get_one(Question, question_id, populate_existing=True)


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_question_of_every_kind_can_be_written(
    cast: Cast, sign_in: SignIn, kind: QuestionKind
) -> None:
    skill, client = make_skill(), sign_in(cast.ada)
    assert client.get(f"/teacher/questions/new/{kind}").status_code == 200
    answer = client.post(f"/teacher/questions/new/{kind}", data=form_of(kind, skill=str(skill)))
    row = only_question()
    assert (answer.status_code, answer.location) == (303, f"/teacher/questions/{row.id}")
    assert (row.owner_id, row.kind, row.skill_id, row.difficulty) == (cast.ada, kind, skill, 2)
    assert row.body == BODIES[kind]
    assert row.hints == ["Think.", "Think again."]


@pytest.mark.parametrize("kind", QuestionKind)
def test_the_form_comes_back_as_the_question_stands(
    cast: Cast, sign_in: SignIn, kind: QuestionKind
) -> None:
    client = sign_in(cast.ada)
    question = make_question(kind, owner_id=cast.ada, body=BODIES[kind], prompt="Is it <b>?")
    page = client.get(f"/teacher/questions/{question}/edit").text
    assert "Is it &lt;b&gt;?" in page
    for field in FIELDS[kind].values():
        for line in filter(None, (line.strip() for line in field.splitlines())):
            assert line in page


def test_the_same_form_makes_one_question(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert client.post("/teacher/questions/new/text", data=form_of(TEXT)).status_code == 303
    assert client.post("/teacher/questions/new/text", data=form_of(TEXT)).status_code == 409
    assert only_question().prompt == "A question?"


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        (TEXT, {"prompt": " \u200b"}, "Write the question."),
        (TEXT, {"prompt": "x" * 4001}, "at most 4000 characters"),
        (TEXT, {"explanation": "x" * 4001}, "at most 4000 characters"),
        (TEXT, {"hint_2": "x" * 501}, "at most 500 characters"),
        (TEXT, {"difficulty": "6"}, "Choose a difficulty from 1 to 5."),
        (TEXT, {"difficulty": ""}, "Choose a difficulty from 1 to 5."),
        (TEXT, {"skill": "999"}, "Choose one of the skills in the list, or none."),
        (TEXT, {"skill": "1 OR 1=1"}, "Choose one of the skills in the list, or none."),
        (TEXT, {"accepted": "\r\n"}, "List at least one accepted answer."),
        (TEXT, {"accepted": "a\r\nA", "case_sensitive": ""}, "is listed twice"),
        (TEXT, {"accepted": "\r\n".join(map(str, range(21)))}, "at most 20 accepted answers"),
        (NUMERIC, {"answer": "about five"}, "cannot be read as a number"),
        (NUMERIC, {"answer": "9" * 200}, "at most 40 characters"),
        (NUMERIC, {"tolerance": "-1"}, "The tolerance is 0 or more"),
        (NUMERIC, {"unit": "2m"}, "A unit is a word or a sign"),
        (CHOICE, {"choice_0": "", "choice_7": ""}, "Give 2 to 8 choices."),
        (CHOICE, {"choice_7": "Mars"}, "Two choices read the same."),
        (CHOICE, {"correct": "1"}, "Mark the choice that is right."),
        (CHOICE, {"correct": "99"}, "Mark the choice that is right."),
        (CHOICE, {"choice_0": "x" * 501}, "at most 500 characters"),
        (ESSAY, {"guidance": "x" * 5001}, "at most 5,000 characters"),
        (ESSAY, {"once_key": ""}, "This form was not sent whole."),
    ],
)
@pytest.mark.parametrize("where", ["", "/preview"])
def test_a_form_with_a_fault_says_which_and_keeps_what_was_typed(
    cast: Cast,
    sign_in: SignIn,
    kind: QuestionKind,
    changes: dict[str, str],
    message: str,
    where: str,
) -> None:
    data = {**form_of(kind), "prompt": "Typed with care", **changes}
    answer = sign_in(cast.ada).post(f"/teacher/questions/new/{kind}{where}", data=data)
    assert answer.status_code == 422
    assert message in answer.text
    assert ("Typed with care" in answer.text) == ("prompt" not in changes)
    assert db.session.query(Question).count() == 0


@pytest.mark.parametrize("kind", QuestionKind)
@pytest.mark.parametrize("where", ["", "/preview"])
def test_an_empty_form_and_odd_characters_are_no_fault_of_ours(
    cast: Cast, sign_in: SignIn, kind: QuestionKind, where: str
) -> None:
    client, path = sign_in(cast.ada), f"/teacher/questions/new/{kind}{where}"
    assert client.post(path, data={}).status_code == 422
    odd = dict.fromkeys(form_of(kind), "\x00\u202e" + "٥" * 30)
    assert client.post(path, data=odd).status_code == 422
    assert client.post(path, data=b"\xff\xfe=\x00&prompt=%ff%00").status_code == 422


def test_characters_that_no_database_keeps_are_left_out(cast: Cast, sign_in: SignIn) -> None:
    data = form_of(TEXT, prompt="A\x00 question?", hint_1="Th\x07ink.")
    assert sign_in(cast.ada).post("/teacher/questions/new/text", data=data).status_code == 303
    row = only_question()
    assert (row.prompt, row.hints[0]) == ("A question?", "Think.")


@pytest.mark.parametrize("kind", ["poem", "CHOICE", "choice%00", "1"])
def test_a_kind_that_is_none_is_not_there(cast: Cast, sign_in: SignIn, kind: str) -> None:
    client = sign_in(cast.ada)
    for path in (f"/teacher/questions/new/{kind}", f"/teacher/questions/new/{kind}/preview"):
        assert client.post(path, data=COMMON).status_code == 404
    assert client.get(f"/teacher/questions/new/{kind}").status_code == 404


def preview(client: Client, kind: QuestionKind, **changes: str) -> str:
    data = form_of(kind, **changes)
    answer = client.post(f"/teacher/questions/new/{kind}/preview", data=data)
    assert answer.status_code == 200
    assert db.session.query(Question).count() == 0
    return answer.text


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_preview_shows_the_pupils_view_and_saves_nothing(
    cast: Cast, sign_in: SignIn, kind: QuestionKind
) -> None:
    page = preview(sign_in(cast.ada), kind)
    assert 'name="answer-0"' in page
    assert "Nothing has been saved." in page
    assert "Think again." in page


@pytest.mark.parametrize(
    ("kind", "answer", "says"),
    [
        (CHOICE, "b", "Correct"),
        (CHOICE, "a", "Not right"),
        (CHOICE, "z", "That is none of the choices."),
        (NUMERIC, "75%", "Waits for the teacher"),
        (NUMERIC, "0.75 cm", "Correct"),
        (NUMERIC, "1", "Not right"),
        (NUMERIC, "1" * 501, "That is too long"),
        (TEXT, "Paris", "Correct"),
        (TEXT, "Parris", "one letter differs from “Paris”"),
        (TEXT, "", "No answer"),
        (ESSAY, "It rained.", "Not graded yet"),
    ],
)
def test_an_answer_can_be_tried_against_the_rule(
    cast: Cast, sign_in: SignIn, kind: QuestionKind, answer: str, says: str
) -> None:
    page = preview(sign_in(cast.ada), kind, **{"answer-0": answer, "try": "1"})
    assert says in page


def test_no_verdict_is_given_before_an_answer_is_tried(cast: Cast, sign_in: SignIn) -> None:
    page = preview(sign_in(cast.ada), TEXT, **{"answer-0": "Paris"})
    assert "Correct" not in page
    assert 'value="Paris"' in page


def test_a_question_that_nobody_has_met_changes_in_place(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(TEXT, owner_id=cast.ada), sign_in(cast.ada)
    make_assignment(cast.ada_class, [question])
    answer = client.post(f"/teacher/questions/{question}/edit", data=form_of(TEXT))
    assert answer.location == f"/teacher/questions/{question}"
    assert reload(question).body == BODIES[TEXT]


def test_a_question_that_pupils_have_met_gets_a_new_version(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(TEXT, owner_id=cast.ada), sign_in(cast.ada)
    begun, waiting = (make_assignment(cast.ada_class, [question]) for _ in range(2))
    make_submission(begun, cast.ben)
    answer = client.post(f"/teacher/questions/{question}/edit", data=form_of(TEXT))
    newer = db.session.query(Question).filter_by(previous_id=question).one()
    assert answer.location == f"/teacher/questions/{newer.id}"
    old = reload(question)
    assert (old.prompt != "A question?", old.archived_at is not None) == (True, True)
    rows = db.session.execute(select(AssignmentItem.assignment_id, AssignmentItem.question_id))
    items = {row.assignment_id: row.question_id for row in rows}
    assert items == {begun: question, waiting: newer.id}
    assert "new version" in client.get(answer.location).text


def test_saving_a_met_question_unchanged_makes_no_version(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(ESSAY, owner_id=cast.ada, skill_id=None), sign_in(cast.ada)
    make_submission(make_assignment(cast.ada_class, [question]), cast.ben)
    row = reload(question)
    data = form_of(
        ESSAY, prompt=row.prompt, guidance=row.body["guidance"], hint_3="", difficulty="2"
    )
    client.post(f"/teacher/questions/{question}/edit", data=data)
    assert only_question().archived_at is None


def test_saving_an_old_version_is_refused(cast: Cast, sign_in: SignIn) -> None:
    old = make_question(TEXT, owner_id=cast.ada, archived_at=LONG_AGO)
    make_question(TEXT, owner_id=cast.ada, previous_id=old)
    client = sign_in(cast.ada)
    for act in ("edit", "preview"):
        data = form_of(TEXT)
        assert client.post(f"/teacher/questions/{old}/{act}", data=data).status_code == 409
    assert db.session.query(Question).count() == 2


def test_a_question_being_changed_is_previewed_beside_its_form(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(TEXT, owner_id=cast.ada), sign_in(cast.ada)
    page = client.post(f"/teacher/questions/{question}/preview", data=form_of(TEXT)).text
    assert f'action="/teacher/questions/{question}/edit"' in page
    assert reload(question).prompt != "A question?"


def test_a_fault_in_a_change_is_shown_and_nothing_is_saved(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(NUMERIC, owner_id=cast.ada), sign_in(cast.ada)
    data = form_of(NUMERIC, answer="many")
    answer = client.post(f"/teacher/questions/{question}/edit", data=data)
    assert answer.status_code == 422
    assert "“many” cannot be read as a number" in answer.text
    assert reload(question).body["answer"] == "100"
