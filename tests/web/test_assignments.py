"""The list of a class's assignments, the draft, and what is changed later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, Enrolment, School
from cozmic.rules.enums import LateRule, QuestionKind, Release
from cozmic.transaction import transaction
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    archive,
    enrol,
    make_assignment,
    make_question,
    make_submission,
    make_user,
)
from tests.queries import counted_queries
from tests.web.pages import row_of
from tests.work import hand_in_work

HOUR = timedelta(hours=1)
NEW = {
    "once_key": "k", "title": "Fractions", "instructions": "", "opens_at": "", "due_at": "", "closes_at": "",
    "attempts_allowed": "1", "late_rule": "accept", "late_penalty_percent": "10", "release": "automatic",
}  # fmt: skip


# Fields of the form as typed, and what is said to them. One test for all: the database is emptied once.
BAD_FIELDS: list[tuple[dict[str, str], str]] = [
    ({"title": "  "}, "Give it a title"),
    ({"title": "\u200b"}, "Give it a title"),
    ({"title": "x" * 161}, "at most 160 characters"),
    ({"instructions": "x" * 10_001}, "at most 10000 characters"),
    ({"opens_at": "2027-03-28T01:30"}, "01:30 does not exist on 28 March 2027"),
    ({"due_at": "soon"}, "Give a date and a time"),
    ({"due_at": "2027-02-30T09:00"}, "There is no such date or time"),
    ({"closes_at": "0001-01-01T00:00"}, "Give a year from 2000"),
    ({"opens_at": "2027-03-02T09:00", "due_at": "2027-03-01T09:00"}, "due before it opens"),
    (
        {"due_at": "2027-03-02T09:00", "closes_at": "2027-03-01T09:00"},
        "closes before it is due",
    ),
    (
        {"due_at": "2027-03-02T09:00", "closes_at": "2027-03-03T09:00", "late_rule": "refuse"},
        "Late work is refused",
    ),
    ({"attempts_allowed": "0"}, "from 1 to 10 attempts"),
    ({"attempts_allowed": "11"}, "from 1 to 10 attempts"),
    ({"attempts_allowed": "9" * 5000}, "from 1 to 10 attempts"),
    ({"attempts_allowed": "two"}, "from 1 to 10 attempts"),
    ({"late_rule": "shrug"}, "Choose one of these"),
    ({"release": "never"}, "Choose one of these"),
    ({"late_rule": "penalty", "late_penalty_percent": ""}, "whole number from 1 to 100"),
    ({"late_rule": "penalty", "late_penalty_percent": "0"}, "whole number from 1 to 100"),
    ({"late_rule": "penalty", "late_penalty_percent": "101"}, "whole number from 1 to 100"),
    ({"late_rule": "penalty", "late_penalty_percent": "12.5"}, "whole number from 1 to 100"),
    ({"late_rule": "penalty", "late_penalty_percent": "9" * 5000}, "whole number from 1 to"),
    ({"once_key": ""}, "was not sent whole"),
]


@pytest.fixture
def url(cast: Cast) -> str:
    return f"/classrooms/{cast.ada_class}/assignments"


def stored(assignment_id: int) -> Assignment:
    db.session.rollback()
    return db.session.get_one(Assignment, assignment_id, populate_existing=True)


def only_draft() -> Assignment:
    db.session.rollback()
    return db.session.execute(select(Assignment)).scalar_one()


def test_an_empty_class_says_what_to_do(ada: Client, url: str, cast: Cast, sign_in: SignIn) -> None:
    assert "No assignments yet" in ada.get(url).text
    page = sign_in(cast.ben).get(url)
    assert "Nothing here yet" in page.text
    assert "New assignment" not in page.text


def test_the_teacher_sees_them_by_phase(ada: Client, url: str, cast: Cast) -> None:
    now, question = get_now(), make_question()
    make_assignment(cast.ada_class, [question], title="Drafted", published_at=None)
    make_assignment(cast.ada_class, [question], title="Coming", opens_at=now + HOUR)
    make_assignment(cast.ada_class, [question], title="Running", due_at=now + HOUR)
    make_assignment(cast.ada_class, [question], title="Over", closes_at=now - HOUR)
    make_assignment(cast.dan_class, [question], title="Dan's")
    page = ada.get(url).text
    places = [
        page.index(mark)
        for mark in (
            "<h2>Open</h2>", "Running", "<h2>Drafts</h2>", "Drafted", "<h2>Scheduled</h2>", "Coming",
            "<h2>Closed</h2>", "Over",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Dan&#39;s" not in page.split("<main")[1]


def test_the_counts_are_of_the_roster(ada: Client, url: str, cast: Cast) -> None:
    questions = [make_question(), make_question(QuestionKind.ESSAY)]
    assignment_id = make_assignment(cast.ada_class, questions, title="Essays", points=Decimal(2))
    quick = make_assignment(cast.ada_class, [make_question()], title="Quick", points=Decimal(4))
    others = [make_user() for _ in range(3)]
    for student_id in others:
        enrol(cast.ada_class, student_id)
    hand_in_work(assignment_id, cast.ben, "100", "Because.")
    hand_in_work(quick, cast.ben, "100")
    hand_in_work(quick, others[0], "7")
    hand_in_work(quick, others[2], "100")
    with transaction():
        place = select(Enrolment).where(Enrolment.student_id == others[2])
        db.session.execute(place).scalar_one().removed_at = LONG_AGO
    page = ada.get(url).text
    essays, quick_row = row_of(page, "Essays"), row_of(page, "Quick")
    assert "1 of 3" in essays
    assert "2 not yet" in essays
    assert "1 answer" in essays
    assert "no grades" in essays
    assert "2 of 3" in quick_row
    assert "50%" in quick_row


def test_a_pupil_sees_what_is_published_with_the_own_state(
    url: str, cast: Cast, sign_in: SignIn
) -> None:
    now, question = get_now(), make_question()
    make_assignment(cast.ada_class, [question], title="Drafted", published_at=None)
    make_assignment(cast.ada_class, [question], title="Coming", opens_at=now + HOUR)
    running = make_assignment(cast.ada_class, [question], title="Running", due_at=now + HOUR)
    make_assignment(cast.ada_class, [question], title="Late", due_at=now - HOUR)
    make_assignment(cast.ada_class, [question], title="Gone", closes_at=now - HOUR)
    done = make_assignment(cast.ada_class, [question], title="Done", points=Decimal("2.50"))
    held = make_assignment(cast.ada_class, [question], title="Held", release=Release.BY_TEACHER)
    make_submission(running, cast.ben)
    hand_in_work(done, cast.ben, "100")
    hand_in_work(held, cast.ben, "100")
    page = sign_in(cast.ben).get(url).text
    to_do, rest = page.split("<h2>Coming</h2>")
    coming, earlier = rest.split("<h2>Earlier</h2>")
    assert "Drafted" not in page
    assert "In progress" in to_do.split("Running")[1]
    assert "Late" in to_do
    assert "Missing" in to_do
    assert "Not open yet" in coming
    assert "2.5 of 2.5" in re.sub("<[^>]+>", "", earlier.split("Done")[1])
    assert "Handed in" in earlier.split("Held")[1]
    assert "1 of 1" not in earlier.split("Held")[1].split("</li>")[0]
    assert "Gone" in earlier
    assert f'href="/student/assignments/{running}"' in to_do


def test_the_form_of_a_new_one_stands_on_a_page(ada: Client, url: str) -> None:
    page = ada.get(f"{url}/new")
    assert page.status_code == 200
    assert 'type="datetime-local"' in page.text


def test_a_draft_is_made_with_wall_clock_dates_of_the_school(ada: Client, url: str) -> None:
    form = {
        **NEW, "title": "  Fractions ", "instructions": " Read. ", "opens_at": "2027-03-27T09:00",
        "due_at": "2027-03-29T09:00", "closes_at": "2027-03-30T09:00", "attempts_allowed": "3",
        "late_rule": "penalty", "late_penalty_percent": "25 %", "release": "by_teacher",
    }  # fmt: skip
    answer = ada.post(f"{url}/new", data=form)
    draft = only_draft()
    assert answer.status_code == 303
    assert answer.location == f"{url}/{draft.id}/questions"
    assert (draft.title, draft.instructions) == ("Fractions", "Read.")
    assert draft.opens_at == datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
    assert draft.due_at == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)
    assert draft.closes_at == datetime(2027, 3, 30, 8, 0, tzinfo=UTC)
    assert (draft.attempts_allowed, draft.late_rule) == (3, LateRule.PENALTY)
    assert (draft.late_penalty_percent, draft.release) == (25, Release.BY_TEACHER)
    assert draft.published_at is None


def test_dates_are_those_of_the_school_wherever_it_is(ada: Client, url: str) -> None:
    with transaction():
        db.session.get_one(School, 1).zone = "America/New_York"
    ada.post(f"{url}/new", data={**NEW, "due_at": "2027-03-15T09:00"})
    assert only_draft().due_at == datetime(2027, 3, 15, 13, 0, tzinfo=UTC)


def test_the_form_sent_twice_makes_one_draft(ada: Client, url: str) -> None:
    assert ada.post(f"{url}/new", data=NEW).status_code == 303
    assert ada.post(f"{url}/new", data=NEW).status_code == 409
    assert only_draft().title == "Fractions"


def test_what_cannot_be_taken_is_named_and_kept(ada: Client, url: str) -> None:
    for fields, message in BAD_FIELDS:
        answer = ada.post(f"{url}/new", data={**NEW, "instructions": "Kept words", **fields})
        assert answer.status_code == 422, fields
        assert message in answer.text, fields
        assert "Kept words" in answer.text or "instructions" in fields
    assert db.session.execute(select(Assignment.id)).first() is None


def test_the_penalty_is_passed_over_where_no_points_are_taken_off(ada: Client, url: str) -> None:
    ada.post(f"{url}/new", data={**NEW, "late_penalty_percent": "rubbish"})
    assert only_draft().late_penalty_percent == 0


def test_a_form_that_lacks_a_field_is_not_taken(ada: Client, url: str) -> None:
    for gone in NEW:
        form = {name: value for name, value in NEW.items() if name != gone}
        assert ada.post(f"{url}/new", data=form).status_code == 422, gone


def test_characters_that_no_database_stores_are_dropped(ada: Client, url: str) -> None:
    answer = ada.post(
        f"{url}/new", data={**NEW, "title": "Frac\x00tions\ud800".encode("utf-8", "surrogatepass")}
    )
    assert answer.status_code == 303
    assert only_draft().title.startswith("Fractions")


def test_the_edit_form_shows_what_is_stored(ada: Client, url: str, cast: Cast) -> None:
    due_at = datetime(2027, 7, 1, 8, 0, tzinfo=UTC)
    assignment_id = make_assignment(cast.ada_class, [make_question()], title="Q<1>", due_at=due_at)
    page = ada.get(f"{url}/{assignment_id}/edit").text
    assert 'value="2027-07-01T09:00"' in page
    assert "Q&lt;1&gt;" in page


def test_an_edit_changes_all_but_the_questions_once_pupils_work(
    ada: Client, url: str, cast: Cast
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    make_submission(assignment_id, cast.ben)
    assert "1 pupil has started" in ada.get(f"{url}/{assignment_id}/edit").text
    form = {**NEW, "title": "Renamed", "due_at": "2030-01-01T12:00", "attempts_allowed": "5"}
    answer = ada.post(f"{url}/{assignment_id}/edit", data=form)
    row = stored(assignment_id)
    assert answer.status_code == 303
    assert (row.title, row.attempts_allowed) == ("Renamed", 5)
    assert row.due_at == datetime(2030, 1, 1, 12, 0, tzinfo=UTC)


def test_a_due_time_moved_into_the_past_comes_with_a_warning(
    ada: Client, url: str, cast: Cast
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    form = {**NEW, "due_at": "2026-01-06T12:00"}
    ada.post(f"{url}/{assignment_id}/edit", data=form)
    assert "shown as missing" in ada.get(f"{url}/{assignment_id}").text
    ada.post(f"{url}/{assignment_id}/edit", data={**form, "title": "Only the title"})
    assert "shown as missing" not in ada.get(f"{url}/{assignment_id}").text


def test_a_bad_edit_keeps_what_was_typed_and_what_is_stored(
    ada: Client, url: str, cast: Cast
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], title="Before")
    form = {**NEW, "title": "After", "due_at": "nonsense"}
    answer = ada.post(f"{url}/{assignment_id}/edit", data=form)
    assert answer.status_code == 422
    assert "After" in answer.text
    assert "nonsense" in answer.text
    assert stored(assignment_id).title == "Before"


def test_the_repeated_hour_survives_an_edit_of_the_title(ada: Client, url: str, cast: Cast) -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assignment_id = make_assignment(cast.ada_class, [make_question()], opens_at=second)
    ada.post(f"{url}/{assignment_id}/edit", data={**NEW, "opens_at": "2026-10-25T01:30"})
    assert stored(assignment_id).opens_at == second


def test_in_an_archived_class_everything_is_read_and_nothing_changed(
    ada: Client, url: str, cast: Cast
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    archive(cast.ada_class)
    for path in (url, f"{url}/new", f"{url}/{assignment_id}", f"{url}/{assignment_id}/edit"):
        page = ada.get(path)
        assert page.status_code == 200
        assert 'name="title"' not in page.text
    assert "New assignment" not in ada.get(url).text
    assert ada.post(f"{url}/new", data=NEW).status_code == 409
    assert ada.post(f"{url}/{assignment_id}/edit", data=NEW).status_code == 409


def test_pupils_and_strangers_change_nothing(
    url: str, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], title="Before")
    for path in (f"{url}/new", f"{url}/{assignment_id}/edit"):
        assert sign_in(cast.ben).post(path, data=NEW).status_code == 403
        assert sign_in(cast.dan).post(path, data=NEW).status_code == 404
        assert sign_in(cast.cleo).post(path, data=NEW).status_code == 404
        assert stranger.post(path, data=NEW).location.startswith("/login")
    assert only_draft().title == "Before"


def test_an_assignment_of_another_class_is_not_found_through_ones_own(
    ada: Client, url: str, cast: Cast
) -> None:
    theirs = make_assignment(cast.dan_class, [make_question()])
    assert ada.get(f"{url}/{theirs}/edit").status_code == 404
    assert ada.post(f"{url}/{theirs}/edit", data=NEW).status_code == 404


def test_the_list_asks_as_often_for_thirty_pupils_as_for_three(
    url: str, cast: Cast, sign_in: SignIn
) -> None:
    questions = [make_question(), make_question(QuestionKind.ESSAY)]
    assignment_id = make_assignment(cast.ada_class, questions)
    clients = [sign_in(cast.ada), sign_in(cast.ben)]
    counts = []
    for pupils in (3, 27):
        for _ in range(pupils):
            student_id = make_user()
            enrol(cast.ada_class, student_id)
            hand_in_work(assignment_id, student_id, "100", "Because.")
        for client in clients:
            with counted_queries() as statements:
                assert client.get(url).status_code == 200
            counts.append(len(statements))
    assert counts == [2, 2, 2, 2]
