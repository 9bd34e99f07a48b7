"""The list of questions, one question, and what its buttons do."""

from __future__ import annotations

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Question, Response
from cozmic.reads.questions import PAGE_SIZE
from cozmic.rules.enums import Outcome, QuestionKind, Subject
from cozmic.transaction import transaction
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    enrol,
    make_assignment,
    make_question,
    make_skill,
    make_submission,
    make_user,
)
from tests.queries import counted_queries


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.text


def test_each_shelf_holds_its_own_questions(cast: Cast, sign_in: SignIn) -> None:
    own = make_question(owner_id=cast.ada, prompt="Ada's own")
    make_question(owner_id=cast.ada, prompt="Put away", archived_at=LONG_AGO)
    make_question(owner_id=cast.ada, prompt="Newer", previous_id=own)
    make_question(prompt="For all")
    make_question(owner_id=cast.dan, prompt="Dan's own")
    client = sign_in(cast.ada)
    shelves = {
        shelf: page_of(client, f"/teacher/questions?shelf={shelf}")
        for shelf in ("own", "bank", "archived", "nonsense")
    }
    assert "Ada&#39;s own" in shelves["own"]
    assert "For all" in shelves["bank"]
    assert "Put away" in shelves["archived"]
    assert shelves["own"].count('class="row"') == shelves["nonsense"].count('class="row"') == 2
    assert not any("Dan&#39;s" in page for page in shelves.values())


def test_old_versions_are_no_archived_questions(cast: Cast, sign_in: SignIn) -> None:
    old = make_question(owner_id=cast.ada, prompt="Old version", archived_at=LONG_AGO)
    make_question(owner_id=cast.ada, prompt="New version", previous_id=old)
    assert "Nothing is archived" in page_of(sign_in(cast.ada), "/teacher/questions?shelf=archived")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("text=mars+red", ["Mars is red"]),
        ("text=100%25", ["100% of it"]),
        ("kind=essay", ["Mars is red"]),
        ("subject=science", ["Mars is red"]),
        ("grade=4", ["Mars is red"]),
        ("grade=99&kind=poem&skill=x&subject=alchemy", ["Mars is red", "100% of it"]),
        ("text=mars&kind=numeric", []),
    ],
)
def test_filters_narrow_the_list(cast: Cast, sign_in: SignIn, query: str, shown: list[str]) -> None:
    skill = make_skill(subject=Subject.SCIENCE, grade=4)
    make_question(QuestionKind.ESSAY, owner_id=cast.ada, prompt="Mars is red", skill_id=skill)
    make_question(owner_id=cast.ada, prompt="100% of it")
    page = page_of(sign_in(cast.ada), f"/teacher/questions?{query}")
    for prompt in ("Mars is red", "100% of it"):
        assert (prompt in page) == (prompt in shown)
    assert ("No question is like that" in page) == (not shown)


def test_filtering_by_skill_finds_its_questions(cast: Cast, sign_in: SignIn) -> None:
    skill = make_skill()
    make_question(owner_id=cast.ada, prompt="With", skill_id=skill)
    make_question(owner_id=cast.ada, prompt="Without")
    page = page_of(sign_in(cast.ada), f"/teacher/questions?skill={skill}")
    assert "With<" in page
    assert "Without<" not in page


def test_pages_lead_on_and_back_without_losing_the_filter(cast: Cast, sign_in: SignIn) -> None:
    ids = [make_question(owner_id=cast.ada, prompt=f"word {n:02}") for n in range(PAGE_SIZE + 5)]
    client = sign_in(cast.ada)
    first = page_of(client, "/teacher/questions?text=word")
    assert f"after={ids[5]}&amp;text=word" in first
    second = page_of(client, f"/teacher/questions?shelf=own&after={ids[5]}&text=word")
    assert second.count('class="row"') == 5
    assert f"before={ids[4]}&amp;text=word" in second
    back = page_of(client, f"/teacher/questions?before={ids[4]}&text=word")
    assert back.count('class="row"') == PAGE_SIZE


@pytest.mark.parametrize("place", ["after=x", "before=", "after=999999999999999999999", "after=-1"])
def test_a_place_that_is_none_is_passed_over(cast: Cast, sign_in: SignIn, place: str) -> None:
    make_question(owner_id=cast.ada, prompt="There")
    assert "There" in page_of(sign_in(cast.ada), f"/teacher/questions?{place}")


def test_listing_costs_the_same_for_one_question_and_for_many(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.ada)

    def count() -> int:
        with counted_queries() as statements:
            page_of(client, "/teacher/questions")
        return len(statements)

    make_question(owner_id=cast.ada)
    few = count()
    for _ in range(15):
        make_assignment(cast.ada_class, [make_question(owner_id=cast.ada)])
    assert count() == few <= 6


def test_a_question_shows_its_key_hints_uses_and_answers(cast: Cast, sign_in: SignIn) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada, prompt="Capital of France?")
    assignment = make_assignment(cast.ada_class, [question], title="Capitals")
    submission = make_submission(assignment, cast.ben, handed_in_at=LONG_AGO)
    give(submission, "Paris", Outcome.CORRECT)
    client = sign_in(cast.ada)
    with counted_queries() as statements:
        page = page_of(client, f"/teacher/questions/{question}")
    for words in ("Capital of France?", "Paris", "Think.", "Because.", "Capitals", "Correct"):
        assert words in page
    assert len(statements) <= 6


def give(submission_id: int, answer: str, outcome: Outcome) -> None:
    with transaction():
        for row in db.session.query(Response).filter_by(submission_id=submission_id):
            row.answer, row.outcome = answer, outcome


def test_a_question_goes_on_a_draft_with_one_press(cast: Cast, sign_in: SignIn) -> None:
    ada, question = sign_in(cast.ada), make_question(owner_id=cast.ada, prompt="Fresh")
    draft = make_assignment(cast.ada_class, [make_question()], title="Draft", published_at=None)
    make_assignment(cast.ada_class, [make_question()], title="Out already")
    make_assignment(cast.dan_class, [make_question()], title="Dan's", published_at=None)
    page = ada.get(f"/teacher/questions/{question}").text
    assert "Add to “Draft”" in page
    assert "Out already" not in page
    assert "Dan" not in page
    url = f"/classrooms/{cast.ada_class}/assignments/{draft}"
    form = {"questions": question, "points": "1", "go": "done"}
    assert ada.post(f"{url}/questions", data=form).location == f"{url}#questions"
    assert "Fresh" in ada.get(url).text
    assert "Add to “Draft”" not in ada.get(f"/teacher/questions/{question}").text


def test_an_archived_question_goes_nowhere(cast: Cast, sign_in: SignIn) -> None:
    ada, question = sign_in(cast.ada), make_question(owner_id=cast.ada)
    make_assignment(cast.ada_class, [make_question()], title="Draft", published_at=None)
    ada.post(f"/teacher/questions/{question}/archive")
    assert "Add to" not in ada.get(f"/teacher/questions/{question}").text


def test_other_classes_answers_are_not_counted(cast: Cast, sign_in: SignIn) -> None:
    question = make_question(QuestionKind.TEXT)
    assignment = make_assignment(cast.dan_class, [question], title="Dan's quiz")
    give(make_submission(assignment, cast.cleo, handed_in_at=get_now()), "x", Outcome.WRONG)
    page = page_of(sign_in(cast.ada), f"/teacher/questions/{question}")
    assert "Nobody in your classes" in page
    assert "Dan&#39;s quiz" not in page


@pytest.mark.parametrize("kind", QuestionKind)
def test_every_kind_has_its_page(cast: Cast, sign_in: SignIn, kind: QuestionKind) -> None:
    question = make_question(kind, owner_id=cast.ada)
    assert "Edit" in page_of(sign_in(cast.ada), f"/teacher/questions/{question}")


def test_archiving_and_restoring_twice_is_the_same_as_once(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(owner_id=cast.ada), sign_in(cast.ada)
    for act, is_archived in [("archive", True), ("archive", True), ("restore", False)] * 2:
        answer = client.post(f"/teacher/questions/{question}/{act}")
        assert answer.status_code == 303
        db.session.rollback()
        row = db.session.get_one(Question, question, populate_existing=True)
        assert (row.archived_at is not None) == is_archived


def test_a_copy_is_the_teachers_own_and_is_made_once(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(QuestionKind.CHOICE), sign_in(cast.ada)
    answer = client.post(f"/teacher/questions/{question}/copy", data={"once_key": "k"})
    again = client.post(f"/teacher/questions/{question}/copy", data={"once_key": "k"})
    copies = db.session.query(Question).filter_by(owner_id=cast.ada).all()
    assert [copy.body for copy in copies] == [db.session.get_one(Question, question).body]
    assert answer.location == f"/teacher/questions/{copies[0].id}/edit"
    assert again.status_code == 409
    assert client.post(f"/teacher/questions/{question}/copy").status_code == 400


def test_the_bank_can_be_read_but_not_changed(cast: Cast, sign_in: SignIn) -> None:
    question, client = make_question(), sign_in(cast.ada)
    here = f"/teacher/questions/{question}"
    assert "Make my own copy" in page_of(client, here)
    assert "stays as it is" in page_of(client, f"{here}/edit", 403)
    for act in ("edit", "preview", "archive", "restore"):
        assert client.post(f"{here}/{act}").status_code == 403


@pytest.mark.parametrize("act", ["", "edit", "preview", "archive", "restore", "copy"])
def test_another_teachers_question_is_not_there(cast: Cast, sign_in: SignIn, act: str) -> None:
    question, client = make_question(owner_id=cast.ada), sign_in(cast.dan)
    path = f"/teacher/questions/{question}/{act}".rstrip("/")
    if act in {"", "edit"}:
        page_of(client, path, 404)
    if act:
        assert client.post(path, data={"once_key": "k"}).status_code == 404


PATHS = [
    "/teacher/questions",
    "/teacher/questions/new/choice",
    "/teacher/questions/{id}",
    "/teacher/questions/{id}/edit",
]
OWN_ACTS = ["edit", "preview", "archive", "restore", "copy"]
ACTS = ["new/choice", "new/choice/preview", *(f"{{id}}/{act}" for act in OWN_ACTS)]


@pytest.mark.parametrize("path", PATHS)
def test_pupils_admins_and_strangers_see_no_questions(
    cast: Cast, sign_in: SignIn, stranger: Client, path: str
) -> None:
    path = path.format(id=make_question(owner_id=cast.ada))
    assert sign_in(cast.ben).get(path).status_code == 403
    assert sign_in(cast.root).get(path).status_code == 403
    assert stranger.get(path).status_code == 303


@pytest.mark.parametrize("act", ACTS)
def test_pupils_and_strangers_change_no_questions(
    cast: Cast, sign_in: SignIn, stranger: Client, act: str
) -> None:
    path = "/teacher/questions/" + act.format(id=make_question(owner_id=cast.ada))
    assert sign_in(cast.ben).post(path).status_code == 403
    assert stranger.post(path).status_code == 303
    assert db.session.query(Question).count() == 1


def test_an_old_version_leads_to_the_newer_one_and_stays_as_it_is(
    cast: Cast, sign_in: SignIn
) -> None:
    old = make_question(owner_id=cast.ada, archived_at=LONG_AGO)
    new = make_question(owner_id=cast.ada, previous_id=old)
    client = sign_in(cast.ada)
    assert f"/teacher/questions/{new}" in page_of(client, f"/teacher/questions/{old}")
    assert f"/teacher/questions/{old}" in page_of(client, f"/teacher/questions/{new}")
    assert client.post(f"/teacher/questions/{old}/restore").status_code == 409
    assert "archived" in page_of(client, f"/teacher/questions/{old}/edit", 409)


def test_the_navigation_leads_to_the_questions(cast: Cast, sign_in: SignIn) -> None:
    enrol(cast.ada_class, make_user())
    assert 'href="/teacher/questions"' in page_of(sign_in(cast.ada), "/teacher/")
