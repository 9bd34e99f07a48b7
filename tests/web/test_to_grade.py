"""What waits for the teacher across classes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.reads import to_grade
from cozmic.reads.grading_queue import QueueFilter, find_next_waiting
from cozmic.reads.to_grade import PAGE_SIZE
from cozmic.rules.enums import QuestionKind
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    Cast,
    archive,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
    take_off_roster,
)
from tests.queries import counted_queries
from tests.work import hand_in_work, list_item_ids, list_response_ids, mark

HOUR = timedelta(hours=1)


def make_essays(classroom_id: int, title: str = "Essays", questions: int = 1) -> int:
    ids = [make_question(QuestionKind.ESSAY, prompt=f"Why {n}?") for n in range(1, questions + 1)]
    return make_assignment(classroom_id, ids, title=title, points=Decimal(4))


def make_pupils(classroom_id: int, count: int) -> list[int]:
    pupils = [make_user(given_name=f"Pupil{number}") for number in range(count)]
    for pupil in pupils:
        enrol(classroom_id, pupil)
    return pupils


def test_nothing_waits_at_first(ada: Client) -> None:
    page = ada.get("/teacher/to-grade")
    assert page.status_code == 200
    assert "All done" in page.text
    assert "Start with the oldest" not in page.text


def test_answers_stand_oldest_first_with_their_counts(cast: Cast, ada: Client) -> None:
    now = get_now()
    other = make_classroom(cast.ada, "Second class")
    late, early = make_user(given_name="Late"), make_user(given_name="Early")
    enrol(cast.ada_class, late)
    enrol(other, early)
    hand_in_work(make_essays(cast.ada_class, "New"), late, "I came second.", now=now)
    hand_in_work(make_essays(other, "Old", 2), early, "First.", "Two.", now=now - HOUR)
    page = ada.get("/teacher/to-grade").text
    assert "3 answers wait for you in 2 assignments" in page
    assert page.index("“First.”") < page.index("“Two.”") < page.index("“I came second.”")
    assert page.index(">Old</a>") < page.index(">New</a>")
    assert "Second class" in page


def test_doubtful_answers_wait_and_decided_ones_do_not(cast: Cast, ada: Client) -> None:
    quiz = make_assignment(cast.ada_class, [make_question(QuestionKind.TEXT), make_question()])
    hand_in_work(quiz, cast.ben, "Pariss", "100")
    page = ada.get("/teacher/to-grade").text
    assert "1 answer waits for you in 1 assignment" in page
    assert "“Pariss”" in page


def test_open_and_graded_work_does_not_wait(cast: Cast, ada: Client) -> None:
    essays = make_essays(cast.ada_class)
    make_submission(essays, cast.ben)
    pupil = make_pupils(cast.ada_class, 1)[0]
    mark(cast.ada, list_response_ids(hand_in_work(essays, pupil, "Done."))[0], "4")
    assert "All done" in ada.get("/teacher/to-grade").text


def test_one_assignment_or_one_question_can_be_chosen(cast: Cast, ada: Client) -> None:
    two, one = make_essays(cast.ada_class, "Two", 2), make_essays(cast.ada_class, "One")
    hand_in_work(two, cast.ben, "Two first.", "Two second.")
    hand_in_work(one, cast.ben, "One only.")
    page = ada.get(f"/teacher/to-grade?assignment={two}").text
    assert "“Two first.”" in page
    assert "“Two second.”" in page
    assert "“One only.”" not in page
    page = ada.get(f"/teacher/to-grade?assignment={two}&question={list_item_ids(two)[1]}").text
    assert "“Two first.”" not in page
    assert "“Two second.”" in page
    assert "Two, question 2" in page


@pytest.mark.parametrize(
    "query", ["assignment=x", "assignment=-1", "assignment=9" * 30, "after=%00", "question=1", "assignment="]
)  # fmt: skip
def test_a_filter_that_is_no_id_filters_nothing(cast: Cast, ada: Client, query: str) -> None:
    hand_in_work(make_essays(cast.ada_class), cast.ben, "Because.")
    assert "“Because.”" in ada.get(f"/teacher/to-grade?{query}").text


def test_the_list_goes_on_by_key(cast: Cast, ada: Client) -> None:
    essays, now = make_essays(cast.ada_class), get_now()
    pupils = make_pupils(cast.ada_class, PAGE_SIZE + 2)
    for place, pupil in enumerate(pupils):
        # Two at each moment: the key must tell those apart as well.
        hand_in_work(
            essays, pupil, f"Answer {place}.", now=now - HOUR + timedelta(minutes=place // 2)
        )
    first = ada.get("/teacher/to-grade").text
    assert f"“Answer {PAGE_SIZE - 1}.”" in first
    assert f"“Answer {PAGE_SIZE}.”" not in first
    after = first.partition("after=")[2].partition('"')[0]
    second = ada.get(f"/teacher/to-grade?after={after}").text
    assert f"“Answer {PAGE_SIZE - 1}.”" not in second
    assert f"“Answer {PAGE_SIZE}.”" in second
    assert f"“Answer {PAGE_SIZE + 1}.”" in second
    assert "after=" not in second


def test_another_teachers_work_is_not_there(cast: Cast, ada: Client, sign_in: SignIn) -> None:
    theirs = make_essays(cast.dan_class)
    hand_in_work(theirs, cast.cleo, "For Dan.")
    assert "For Dan." not in ada.get(f"/teacher/to-grade?assignment={theirs}").text
    assert "For Dan." in sign_in(cast.dan).get("/teacher/to-grade").text


def test_an_archived_class_waits_for_nothing(cast: Cast, ada: Client) -> None:
    hand_in_work(make_essays(cast.ada_class), cast.ben, "Because.")
    archive(cast.ada_class)
    assert "All done" in ada.get("/teacher/to-grade").text


def test_work_of_a_pupil_who_left_is_marked_so(cast: Cast, ada: Client) -> None:
    hand_in_work(make_essays(cast.ada_class), cast.ben, "Because.")
    take_off_roster(cast.ben)
    assert "no longer in the class" in ada.get("/teacher/to-grade").text


def test_markup_in_an_answer_stays_text(cast: Cast, ada: Client) -> None:
    hand_in_work(make_essays(cast.ada_class), cast.ben, "<b>bold</b> " + "long " * 100)
    page = ada.get("/teacher/to-grade").text
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page
    assert "…”" in page


def test_pupils_and_strangers_do_not_get_in(cast: Cast, sign_in: SignIn, stranger: Client) -> None:
    assert sign_in(cast.ben).get("/teacher/to-grade").status_code == 403
    assert sign_in(cast.root).get("/teacher/to-grade").status_code == 403
    assert stranger.get("/teacher/to-grade").status_code == 303


def test_the_next_one_wraps_round_but_never_repeats_itself(cast: Cast) -> None:
    essays, now = make_essays(cast.ada_class), get_now()
    pupils = make_pupils(cast.ada_class, 3)
    first, second, third = (
        list_response_ids(hand_in_work(essays, pupil, "So.", now=now - HOUR / (place + 1)))[0]
        for place, pupil in enumerate(pupils)
    )
    everything = QueueFilter()
    assert find_next_waiting(cast.ada, everything, after=first) == second
    assert find_next_waiting(cast.ada, everything, after=third) == first
    mark(cast.ada, second, "1")
    mark(cast.ada, third, "1")
    assert find_next_waiting(cast.ada, everything, after=first) is None


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_waits_is_found_by_the_partial_index(app: Flask, cast: Cast) -> None:
    """SQLite chooses by shape alone; PostgreSQL chooses by numbers, which a test of few rows does not have."""
    statement = to_grade._page(cast.ada, QueueFilter(), None).limit(PAGE_SIZE)
    literal = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
    with db.engine.connect() as connection:
        plan = " ".join(
            str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {literal}"))
        )
    assert "ix_submissions_waiting" in plan


def test_the_page_asks_the_same_with_3_and_30_pupils(cast: Cast, ada: Client) -> None:
    counts = []
    for pupils in (3, 27):
        for pupil in make_pupils(cast.ada_class, pupils):
            hand_in_work(make_essays(cast.ada_class), pupil, "Because.")
        with counted_queries() as statements:
            assert ada.get("/teacher/to-grade").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
