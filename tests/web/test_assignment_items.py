"""The questions on an assignment as its teacher picks, orders and weighs them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cozmic.access.assignments import list_items
from cozmic.extensions import db
from cozmic.models import Assignment, Classroom
from cozmic.reads.pick_questions import PAGE_SIZE
from cozmic.rules.enums import QuestionKind, Subject
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    archive,
    make_assignment,
    make_question,
    make_skill,
    make_submission,
)
from tests.queries import counted_queries
from tests.work import list_item_ids


@pytest.fixture
def draft(cast: Cast) -> int:
    """A draft of Ada's with two questions of a point each."""
    questions = [make_question(prompt="First of all"), make_question(prompt="Second to none")]
    return make_assignment(cast.ada_class, questions, published_at=None)


@pytest.fixture
def url(cast: Cast, draft: int) -> str:
    return f"/classrooms/{cast.ada_class}/assignments/{draft}"


def questions_of(assignment_id: int) -> list[int]:
    db.session.rollback()
    return [item.question_id for item in list_items(assignment_id)]


def worths_of(assignment_id: int) -> list[Decimal]:
    db.session.rollback()
    rows = list_items(assignment_id)
    db.session.expire_all()
    return [item.points for item in rows]


def max_points_of(assignment_id: int) -> Decimal:
    db.session.rollback()
    return db.session.get_one(Assignment, assignment_id, populate_existing=True).max_points


def test_own_questions_come_first_then_the_banks_and_nobody_elses(
    ada: Client, url: str, cast: Cast
) -> None:
    make_question(prompt="From the bank")
    make_question(prompt="Older own", owner_id=cast.ada)
    make_question(prompt="Newer own", owner_id=cast.ada)
    make_question(prompt="Put away", owner_id=cast.ada, archived_at=LONG_AGO)
    make_question(prompt="Dan's own", owner_id=cast.dan)
    page = ada.get(f"{url}/questions").text
    marks = ("Newer own", "Older own", "First of all", "From the bank")
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "Put away" not in page
    assert "Dan&#39;s own" not in page


def test_questions_of_the_classs_grade_come_first(ada: Client, url: str, cast: Cast) -> None:
    for grade in (1, 8, 4, 5):
        make_question(prompt=f"Of grade {grade}", skill_id=make_skill(f"s{grade}", grade=grade))
    classroom = db.session.get_one(Classroom, cast.ada_class)
    classroom.grade = 4
    db.session.commit()
    page = ada.get(f"{url}/questions").text
    marks = [page.index(f"Of grade {grade}") for grade in (4, 5, 1, 8)]
    assert marks == sorted(marks)


def test_what_is_on_the_assignment_already_says_so(ada: Client, url: str, draft: int) -> None:
    make_question(prompt="Not yet")
    page = ada.get(f"{url}/questions").text
    assert page.count("On it") == 2
    assert page.count("checked disabled") == 2
    assert "2 questions, 2 points" in page


def test_the_answer_stands_beside_the_question(ada: Client, url: str) -> None:
    make_question(QuestionKind.TEXT, prompt="Capital of France?")
    assert "Paris" in ada.get(f"{url}/questions").text


def test_filters_narrow_the_list(ada: Client, url: str, cast: Cast) -> None:
    skill = make_skill(subject=Subject.SCIENCE, grade=7, name="Plants")
    grass, walrus, cents = "Why is grass green?", "The walrus sleeps", "What is 100% of 5?"
    make_question(QuestionKind.ESSAY, prompt=grass, skill_id=skill)
    make_question(prompt=walrus, owner_id=cast.ada)
    make_question(prompt=cents)
    for query, shown in (
        ({"text": "walrus"}, {walrus}),
        ({"text": "SLEEPS walrus"}, {walrus}),
        ({"text": "100%"}, {cents}),
        ({"text": "_"}, set()),
        ({"source": "own"}, {walrus}),
        ({"source": "bank", "kind": "essay"}, {grass}),
        ({"subject": "science"}, {grass}),
        ({"grade": "7"}, {grass}),
        ({"kind": "essay"}, {grass}),
        ({"skill": str(skill)}, {grass}),
        ({"subject": "science", "grade": "6"}, set()),
    ):
        page = ada.get(f"{url}/questions", query_string=query).text
        found = {prompt for prompt in (grass, walrus, cents, "First of all") if prompt in page}
        assert found == shown, query
        assert ("No question is like that" in page) == (not shown)


def test_a_filter_that_does_not_exist_is_named(ada: Client, url: str) -> None:
    for query, message in (
        ("kind=riddle", "Choose a kind of question"),
        ("subject=magic", "Choose a subject"),
        ("grade=13", "Choose a grade"),
        ("grade=" + "9" * 5000, "Choose a grade"),
        ("skill=999999999999999999", "Choose a skill"),
        ("source=dan", "Choose where to look"),
        ("text=" + "x" * 101, "at most 100 characters"),
        ("after=x&before=" + "9" * 99, ""),
        ("before=--1&text=%00", ""),
    ):
        page = ada.get(f"{url}/questions?{query}")
        assert page.status_code == 200, query
        assert message in page.text, query
        assert "First of all" in page.text, query


def test_pages_follow_each_other_without_gap_or_repeat(ada: Client, url: str, cast: Cast) -> None:
    for number in range(PAGE_SIZE + 5):
        make_question(prompt=f"Own-{number:02}.", owner_id=cast.ada)
        make_question(prompt=f"Bank-{number:02}.")
    page = ada.get(f"{url}/questions").text
    seen = prompts_of(page)
    while link(page, "next"):
        page = ada.get(link(page, "next")).text
        seen += prompts_of(page)
    expected = [f"Own-{number:02}." for number in reversed(range(PAGE_SIZE + 5))]
    expected += ["First of all", "Second to none"]
    expected += [f"Bank-{number:02}." for number in range(PAGE_SIZE + 5)]
    assert seen == expected
    back = ada.get(link(page, "prev")).text
    assert expected[-PAGE_SIZE - 12] in back
    assert link(ada.get(link(back, "prev")).text, "prev") == ""


def prompts_of(page: str) -> list[str]:
    """The questions on a page, in their order."""
    parts = page.split('class="pick-prompt">')[1:]
    return [part.split("</span>", maxsplit=1)[0] for part in parts]


def link(page: str, rel: str) -> str:
    """Where the link to the neighbouring page leads; empty without one."""
    for tag in page.split("<a ")[1:]:
        if f'rel="{rel}"' in tag.split(">")[0]:
            return tag.split('href="')[1].split('"')[0].replace("&amp;", "&")
    return ""


@pytest.mark.parametrize(
    ("go", "where"),
    [
        ("kind=numeric&after=7&endpoint=x", "/questions?kind=numeric&after=7"),
        ("", "/questions"),
        ("done", "#questions"),
    ],
)
def test_what_is_ticked_is_added_on_the_way_elsewhere(
    ada: Client, url: str, go: str, where: str
) -> None:
    question = make_question(prompt="Ticked and left")
    form = {"questions": [str(question)], "points": "1", "go": go}
    answer = ada.post(f"{url}/questions?kind=essay", data=form)
    assert answer.status_code == 303
    assert answer.location == url + where
    assert "Ticked and left" in ada.get(url).text


def test_nothing_ticked_is_no_fault_on_the_way_elsewhere(ada: Client, url: str) -> None:
    answer = ada.post(f"{url}/questions", data={"points": "x", "go": "kind=essay"})
    assert answer.status_code == 303
    assert answer.location == f"{url}/questions?kind=essay"


def test_many_questions_are_added_at_once_with_their_points(
    ada: Client, url: str, draft: int
) -> None:
    more = [make_question(), make_question()]
    answer = ada.post(
        f"{url}/questions?kind=numeric&text=Prompt&endpoint=x&message=y",
        data={"questions": [str(question_id) for question_id in more], "points": "2.5"},
    )
    assert answer.status_code == 303
    assert answer.location == f"{url}/questions?text=Prompt&kind=numeric"
    assert questions_of(draft)[2:] == more
    assert max_points_of(draft) == Decimal(7)
    assert "2 questions are added" in ada.get(answer.location).text


def test_what_cannot_be_added_is_named_and_the_ticks_stay(
    ada: Client, url: str, draft: int, cast: Cast
) -> None:
    good, theirs = str(make_question()), str(make_question(owner_id=cast.dan))
    for ticked, points, message in (
        ([], "1", "Tick at least one question"),
        (["nonsense"], "1", "Tick at least one question"),
        (["9" * 5000], "1", "Tick at least one question"),
        (["-1"], "1", "Tick at least one question"),
        (["987654321"], "1", "not there any more"),
        ([good, theirs], "1", "not there any more"),
        ([good], "", "as a number"),
        ([good], "0", "more than 0"),
        ([good], "1001", "at most 1000"),
        ([good], "1.005", "two decimal places"),
        ([good], "x\x00y", "as a number"),
    ):
        answer = ada.post(f"{url}/questions", data={"questions": ticked, "points": points})
        assert answer.status_code == 422, (ticked, points)
        assert message in answer.text, (ticked, points)
        assert (f'value="{good}" checked' in answer.text) == (good in ticked)
    assert len(questions_of(draft)) == 2


def test_the_list_of_questions_has_its_controls(ada: Client, url: str, draft: int) -> None:
    page = ada.get(url).text
    assert page.count("/move") == 4
    assert page.count("/remove") == 2
    # Enter presses the first button of a form: it saves, and moves nothing.
    form = page.split('id="questions"')[1]
    assert form.index("Save points") < form.index("formaction")


def test_points_are_saved_together(ada: Client, url: str, draft: int) -> None:
    first, second = list_item_ids(draft)
    form = {f"points-{first}": "1.5", f"points-{second}": " 1000 ", "points-x": "7", "other": "z"}
    answer = ada.post(f"{url}/questions/points", data=form)
    assert answer.status_code == 303
    assert worths_of(draft) == [Decimal("1.5"), Decimal(1000)]
    assert max_points_of(draft) == Decimal("1001.5")


def test_bad_points_are_named_kept_and_stop_every_button(ada: Client, url: str, draft: int) -> None:
    first, second = list_item_ids(draft)
    form = {f"points-{first}": "lots<b>", f"points-{second}": "3", "direction": "down"}
    for act in ("points", f"{first}/move", f"{second}/remove"):
        answer = ada.post(f"{url}/questions/{act}", data=form)
        assert answer.status_code == 422, act
        assert "Question 1: Give points as a number" in answer.text
        assert 'value="lots&lt;b&gt;"' in answer.text
        assert 'value="3"' in answer.text
    assert worths_of(draft) == [Decimal(1), Decimal(1)]


def test_a_move_keeps_points_that_were_typed_and_returns_to_the_question(
    ada: Client, url: str, draft: int
) -> None:
    first, second = list_item_ids(draft)
    before = questions_of(draft)
    form = {f"points-{first}": "4", f"points-{second}": "1", "direction": "down"}
    answer = ada.post(f"{url}/questions/{first}/move", data=form)
    assert answer.location == f"{url}#item-{first}"
    assert questions_of(draft) == before[::-1]
    assert max_points_of(draft) == Decimal(5)


def test_a_question_moves_up_or_down_only(ada: Client, url: str, draft: int) -> None:
    first, _ = list_item_ids(draft)
    for form in ({}, {"direction": "sideways"}):
        answer = ada.post(f"{url}/questions/{first}/move", data=form)
        assert answer.status_code == 400
        assert "up or down" in answer.text


def test_a_question_is_taken_off_whatever_points_stood_beside_it(
    ada: Client, url: str, draft: int
) -> None:
    first, second = list_item_ids(draft)
    form = {f"points-{first}": "rubbish", f"points-{second}": "2"}
    assert ada.post(f"{url}/questions/{first}/remove", data=form).status_code == 303
    assert list_item_ids(draft) == [second]
    assert max_points_of(draft) == Decimal(2)
    assert ada.post(f"{url}/questions/{first}/remove").status_code == 404


def test_the_only_question_of_a_published_assignment_stays(ada: Client, cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    (item_id,) = list_item_ids(assignment_id)
    base = f"/classrooms/{cast.ada_class}/assignments/{assignment_id}"
    answer = ada.post(f"{base}/questions/{item_id}/remove")
    assert answer.status_code == 409
    assert "only question" in answer.text


def test_once_somebody_has_started_the_questions_are_fixed_and_the_pages_say_so(
    ada: Client, url: str, draft: int, cast: Cast
) -> None:
    first, _ = list_item_ids(draft)
    make_submission(draft, cast.ben)
    page = ada.get(url).text
    assert "1 pupil has started, so the questions and their points are fixed" in page
    assert "/move" not in page
    assert "The questions are fixed" in ada.get(f"{url}/questions").text
    add = {"questions": str(make_question()), "points": "1"}
    for act, form in (
        ("questions", add),
        ("questions/points", {f"points-{first}": "5"}),
        ("questions/points", {f"points-{first}": "bad"}),
        (f"questions/{first}/move", {"direction": "down"}),
        (f"questions/{first}/remove", {}),
    ):
        answer = ada.post(f"{url}/{act}", data=form)
        assert answer.status_code == 409, act
        assert "its questions and points stay as they are" in answer.text
    assert worths_of(draft) == [Decimal(1), Decimal(1)]


def test_an_item_of_another_assignment_is_not_touched(
    ada: Client, url: str, cast: Cast, draft: int
) -> None:
    other = make_assignment(cast.ada_class, [make_question()])
    (foreign,) = list_item_ids(other)
    assert ada.post(f"{url}/questions/{foreign}/remove").status_code == 404
    assert ada.post(f"{url}/questions/{foreign}/move", data={"direction": "up"}).status_code == 404
    answer = ada.post(f"{url}/questions/points", data={f"points-{foreign}": "9"})
    assert answer.status_code == 409
    assert worths_of(other) == [Decimal(1)]


def test_in_an_archived_class_the_questions_stay(
    ada: Client, url: str, draft: int, cast: Cast
) -> None:
    first, _ = list_item_ids(draft)
    archive(cast.ada_class)
    assert "/move" not in ada.get(url).text
    assert "This class is archived" in ada.get(f"{url}/questions").text
    add = {"questions": str(make_question()), "points": "1"}
    assert ada.post(f"{url}/questions", data=add).status_code == 409
    assert ada.post(f"{url}/questions/points", data={f"points-{first}": "5"}).status_code == 409
    assert ada.post(f"{url}/questions/{first}/remove").status_code == 409


def test_nobody_but_its_teacher_changes_the_questions(
    url: str, draft: int, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    first, _ = list_item_ids(draft)
    form = {"questions": str(make_question()), "points": "1", f"points-{first}": "5"}
    for act in (
        "questions",
        "questions/points",
        f"questions/{first}/move",
        f"questions/{first}/remove",
    ):
        assert sign_in(cast.ben).post(f"{url}/{act}", data=form).status_code == 403
        assert sign_in(cast.dan).post(f"{url}/{act}", data=form).status_code == 404
        assert stranger.post(f"{url}/{act}", data=form).location.startswith("/login")
    assert worths_of(draft) == [Decimal(1), Decimal(1)]


def test_picking_asks_as_often_among_many_questions_as_among_few(
    ada: Client, url: str, cast: Cast
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(PAGE_SIZE + 1):
            make_question(skill_id=make_skill(), owner_id=cast.ada)
        with counted_queries() as statements:
            assert ada.get(f"{url}/questions").status_code == 200
        counts.append(len(statements))
    assert counts == [4, 4]
