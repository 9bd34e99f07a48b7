"""The take page, its Save button, and handing in: what works without a script."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, Grade, GradeChange, Question, Response, Submission
from cozmic.rules.enums import LateRule, Outcome, QuestionKind
from cozmic.transaction import transaction
from cozmic.writes.questions import QuestionDraft, change_question
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    Cast,
    archive,
    enrol,
    make_assignment,
    make_question,
    make_user,
    take_off_roster,
)
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in, fields_of, items_of, start

HOUR = timedelta(hours=1)
SOON = datetime(2099, 5, 1, 12, 0, tzinfo=UTC)
KINDS = (QuestionKind.CHOICE, QuestionKind.NUMERIC, QuestionKind.TEXT, QuestionKind.ESSAY)


@pytest.fixture
def quiz(cast: Cast) -> int:
    """One question of each kind, in the order of KINDS."""
    return make_assignment(cast.ada_class, [make_question(kind) for kind in KINDS], title="Mixed")


def url_of(submission_id: int, tail: str = "") -> str:
    return f"/student/attempts/{submission_id}{tail}"


def stored(submission_id: int) -> list[object]:
    rows = db.session.query(Response.answer).filter_by(submission_id=submission_id)
    return [answer for (answer,) in rows.order_by(Response.item_id)]


def close(assignment_id: int, *, seconds_ago: int) -> None:
    """Let an assignment close so long ago."""
    with transaction():
        row = db.session.get_one(Assignment, assignment_id)
        row.closes_at = get_now() - timedelta(seconds=seconds_ago)


def test_the_page_shows_every_question_and_what_is_saved(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "b", "12", "", "Some <b>words"))
    page = ben.get(url_of(attempt)).text
    assert page.count('class="question"') == 4
    assert 'value="b" checked' in page
    assert 'value="12"' in page
    assert "Some &lt;b&gt;words</textarea>" in page
    assert "3 of 4 answered" in page
    assert "1 of 4 questions has no saved answer yet." in page


def test_enter_in_a_field_saves_and_does_not_hand_in(ben: Client, quiz: int) -> None:
    page = ben.get(url_of(start(ben, quiz))).text
    form = page[page.index('<form id="taking"') :]
    first = form[form.index('type="submit"') - 60 :]
    assert first.index("/answers") < first.index("Hand in now")


def test_save_keeps_the_answers_and_goes_on(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    response = ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "a", "1/2", "x"))
    assert (response.status_code, response.headers["Location"]) == (303, url_of(attempt))
    assert "Your answers are saved." in ben.get(url_of(attempt)).text
    assert stored(attempt) == ["a", "1/2", "x", None]


def test_an_answer_can_be_cleared(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "a", "12"))
    ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "a", " "))
    assert stored(attempt) == ["a", None, None, None]


def test_line_ends_of_a_form_are_no_change(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    essay = items_of(attempt)[3]
    ben.put(url_of(attempt, f"/answers/{essay}"), json={"answer": "One\nTwo", "version": 0})
    stale = {f"answer-{essay}": "One\r\nTwo", f"version-{essay}": "0"}
    assert ben.post(url_of(attempt, "/answers"), data=stale).status_code == 303
    assert stored(attempt)[3] == "One\nTwo"


def test_handing_in_takes_the_last_answers_grades_and_leads_to_the_result(
    cast: Cast, ben: Client, quiz: int
) -> None:
    attempt = start(ben, quiz)
    response = ben.post(
        url_of(attempt, "/hand-in"), data=fields_of(attempt, "a", "99", "paris", "Long")
    )
    assert (response.status_code, response.headers["Location"]) == (303, url_of(attempt, "/result"))
    rows = db.session.query(Response.outcome, Response.points).filter_by(submission_id=attempt)
    assert [tuple(row) for row in rows.order_by(Response.item_id)] == [
        (Outcome.CORRECT, Decimal(1)),
        (Outcome.WRONG, Decimal(0)),
        (Outcome.CORRECT, Decimal(1)),
        (Outcome.UNGRADED, None),
    ]
    assert db.session.query(Grade).one().points is None


def test_what_was_saved_before_is_handed_in_with_it(cast: Cast, ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    first, second = items_of(attempt)[:2]
    ben.put(url_of(attempt, f"/answers/{first}"), json={"answer": "a", "version": 0})
    ben.post(
        url_of(attempt, "/hand-in"), data={f"answer-{second}": "100", f"version-{second}": "0"}
    )
    assert stored(attempt)[:2] == ["a", "100"]


def test_handing_in_again_changes_nothing_and_leads_to_the_result(cast: Cast, ben: Client) -> None:
    one = make_assignment(cast.ada_class, [make_question()])
    attempt = answer_and_hand_in(ben, one, "100")
    item = items_of(attempt)[0]
    late = {f"answer-{item}": "7", f"version-{item}": "1"}
    for tail in ("/hand-in", "/answers"):
        response = ben.post(url_of(attempt, tail), data=late)
        assert (response.status_code, response.headers["Location"]) == (
            303,
            url_of(attempt, "/result"),
        )
    assert stored(attempt) == ["100"]
    assert db.session.query(GradeChange).count() == 1
    assert ben.get(url_of(attempt)).headers["Location"] == url_of(attempt, "/result")


def test_handing_in_again_after_the_class_was_archived_leads_to_the_result(
    cast: Cast, ben: Client, quiz: int
) -> None:
    attempt = answer_and_hand_in(ben, quiz)
    archive(cast.ada_class)
    response = ben.post(url_of(attempt, "/hand-in"))
    assert (response.status_code, response.headers["Location"]) == (303, url_of(attempt, "/result"))


@pytest.mark.parametrize("tail", ["/hand-in", "/answers"])
def test_an_answer_changed_elsewhere_comes_back_with_both_and_nothing_is_lost(
    ben: Client, quiz: int, tail: str
) -> None:
    attempt = start(ben, quiz)
    page = fields_of(attempt, "b", "mine", "also mine")
    number = items_of(attempt)[1]
    ben.put(url_of(attempt, f"/answers/{number}"), json={"answer": "theirs", "version": 0})
    response = ben.post(url_of(attempt, tail), data=page)
    assert response.status_code == 409
    assert 'value="mine"' in response.text
    assert "theirs" in response.text
    assert "changed meanwhile" in response.text
    assert f'name="version-{number}" value="1"' in response.text
    assert stored(attempt) == ["b", "theirs", "also mine", None]
    assert db.session.get_one(Submission, attempt).handed_in_at is None
    again = {**page, **{f"version-{item}": "1" for item in items_of(attempt)}}
    assert ben.post(url_of(attempt, "/hand-in"), data=again).status_code == 303
    assert stored(attempt) == ["b", "mine", "also mine", None]


def test_a_choice_changed_elsewhere_is_told_in_words(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    page = fields_of(attempt, "b")
    choice = items_of(attempt)[0]
    ben.put(url_of(attempt, f"/answers/{choice}"), json={"answer": "a", "version": 0})
    response = ben.post(url_of(attempt, "/hand-in"), data=page)
    assert 'There: <bdi class="other">Mars</bdi>' in response.text
    assert 'value="b" checked' in response.text


@pytest.mark.parametrize("tail", ["/hand-in", "/answers"])
def test_an_answer_that_cannot_be_taken_comes_back_with_its_reason(
    ben: Client, quiz: int, tail: str
) -> None:
    attempt = start(ben, quiz)
    response = ben.post(url_of(attempt, tail), data=fields_of(attempt, "a", "1" * 501, "kept"))
    assert response.status_code == 409
    assert "at most 500 characters" in response.text
    assert "1" * 501 in response.text
    assert stored(attempt) == ["a", None, "kept", None]
    assert db.session.get_one(Submission, attempt).handed_in_at is None


@pytest.mark.parametrize("tail", ["/hand-in", "/answers"])
@pytest.mark.parametrize(
    "odd",
    [
        {"version-7777": "x"},
        {"version-99999999999999999999": "0"},
        {"answer-7777": "a"},
        {"version-٣": "1", "answer-٣": "x"},
        {"csrf_token": ""},
        {"version-": "", "answer-": ""},
    ],
)
def test_odd_fields_are_passed_over(ben: Client, quiz: int, tail: str, odd: dict[str, str]) -> None:
    attempt = start(ben, quiz)
    response = ben.post(url_of(attempt, tail), data={**fields_of(attempt, "a"), **odd})
    assert response.status_code == 303
    assert stored(attempt)[0] == "a"


@pytest.mark.parametrize("version", ["", "-1", "x", "1e3", "9" * 40, "٠"])
def test_an_answer_with_an_unreadable_version_overwrites_nothing(
    ben: Client, quiz: int, version: str
) -> None:
    attempt = start(ben, quiz)
    choice = items_of(attempt)[0]
    ben.put(url_of(attempt, f"/answers/{choice}"), json={"answer": "a", "version": 0})
    fields = {f"answer-{choice}": "b", f"version-{choice}": version}
    assert ben.post(url_of(attempt, "/answers"), data=fields).status_code == 409
    assert stored(attempt)[0] == "a"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\u202eabc", "\x07" * 50])
def test_characters_that_no_database_keeps_are_no_fault(ben: Client, quiz: int, text: str) -> None:
    attempt = start(ben, quiz)
    fields = fields_of(attempt, "a", text, text, text)
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    assert ben.post(url_of(attempt, "/hand-in"), data=encoded).status_code == 303
    assert ben.get(url_of(attempt, "/result")).status_code == 200


def test_foreign_items_are_not_touched(cast: Cast, ben: Client, sign_in: SignIn, quiz: int) -> None:
    eve = make_user(given_name="Eve")
    enrol(cast.ada_class, eve)
    hers = start(sign_in(eve), quiz)
    other = make_assignment(cast.ada_class, [make_question()])
    foreign = start(ben, other)
    attempt = start(ben, quiz)
    fields = {**fields_of(attempt, "a"), **fields_of(foreign, "100")}
    assert ben.post(url_of(attempt, "/hand-in"), data=fields).status_code == 303
    assert stored(hers) == [None, None, None, None]
    assert stored(foreign) == [None]


def test_the_last_moment_has_thirty_seconds_of_grace(ben: Client, quiz: int) -> None:
    attempt = start(ben, quiz)
    close(quiz, seconds_ago=20)
    assert ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "a")).status_code == 303
    assert ben.post(url_of(attempt, "/hand-in")).status_code == 303


def test_after_closing_the_saved_answers_stand_and_nothing_more_is_taken(
    ben: Client, quiz: int
) -> None:
    attempt = start(ben, quiz)
    ben.post(url_of(attempt, "/answers"), data=fields_of(attempt, "b", "12"))
    close(quiz, seconds_ago=60)
    page = ben.get(url_of(attempt)).text
    assert "This assignment has closed" in page
    assert "your teacher can collect it" in page
    assert 'value="12"' in page
    assert '<form id="taking"' not in page
    assert page.count("disabled") >= 4
    for tail in ("/answers", "/hand-in"):
        response = ben.post(url_of(attempt, tail), data=fields_of(attempt, "b", "13"))
        assert response.status_code == 409
        assert "closed" in response.text
        assert "it was not kept" in response.text
        assert 'Saved before: <bdi class="other">12</bdi>' in response.text
    assert stored(attempt)[:2] == ["b", "12"]


def test_the_page_says_when_it_closes(cast: Cast, ben: Client) -> None:
    one = make_assignment(cast.ada_class, [make_question()], due_at=SOON, closes_at=SOON + HOUR)
    page = ben.get(url_of(start(ben, one))).text
    assert "Due" in page
    assert "Fri 1 May 2099, 13:00" in page
    assert "Closes" in page
    assert "Fri 1 May 2099, 14:00" in page
    assert "data-closes-in-s=" in page


def test_what_is_handed_in_after_the_due_time_is_late(cast: Cast, ben: Client) -> None:
    one = make_assignment(
        cast.ada_class, [make_question()], due_at=get_now() - HOUR, points=Decimal(10),
        late_rule=LateRule.PENALTY, late_penalty_percent=30,
    )  # fmt: skip
    attempt = answer_and_hand_in(ben, one, "100")
    row = db.session.get_one(Submission, attempt)
    assert (row.is_late, row.points) == (True, Decimal(7))


def test_an_archived_class_can_be_read_and_takes_nothing(
    cast: Cast, ben: Client, quiz: int
) -> None:
    attempt = start(ben, quiz)
    archive(cast.ada_class)
    assert "This class is archived" in ben.get(url_of(attempt)).text
    response = ben.post(url_of(attempt, "/hand-in"), data=fields_of(attempt, "a"))
    assert response.status_code == 409
    assert stored(attempt)[0] is None


PATHS = ("", "/result", "/answers", "/hand-in")


def ask(client: Client, submission_id: int, tail: str) -> int:
    url = url_of(submission_id, tail)
    is_read = tail in {"", "/result"}
    return (client.get(url) if is_read else client.post(url)).status_code


@pytest.mark.parametrize("tail", PATHS)
def test_nobody_else_gets_at_an_attempt(
    cast: Cast, ben: Client, sign_in: SignIn, stranger: Client, quiz: int, tail: str
) -> None:
    classmate = make_user(given_name="Eve")
    enrol(cast.ada_class, classmate)
    attempt = start(ben, quiz)
    assert ask(stranger, attempt, tail) == 303
    assert ask(sign_in(classmate), attempt, tail) == 404
    assert ask(sign_in(cast.cleo), attempt, tail) == 404
    for person in (cast.ada, cast.dan, cast.root):
        assert ask(sign_in(person), attempt, tail) == 403
    assert db.session.get_one(Submission, attempt).handed_in_at is None


@pytest.mark.parametrize("tail", PATHS)
def test_a_removed_pupil_gets_at_no_attempt(cast: Cast, ben: Client, quiz: int, tail: str) -> None:
    attempt = start(ben, quiz)
    take_off_roster(cast.ben)
    assert ask(ben, attempt, tail) == 404


@pytest.mark.parametrize("tail", PATHS)
def test_an_attempt_that_does_not_exist_is_not_found(ben: Client, cast: Cast, tail: str) -> None:
    assert ask(ben, 999, tail) == 404


def test_queries_are_few_and_do_not_grow_with_the_questions(
    app: Flask, cast: Cast, ben: Client
) -> None:
    counts = []
    for size in (5, 10):
        one = make_assignment(cast.ada_class, [make_question() for _ in range(size)])
        attempt = start(ben, one)
        counts.append(count_twice(ben, url_of(attempt)))
        answer_and_hand_in(ben, one, *["100"] * size)
        counts.append(count_twice(ben, url_of(attempt, "/result")))
    # The first time its questions are read as well: arranging above sets the school's revision.
    assert counts == [(4, 3)] * 4


def count_twice(client: Client, path: str) -> tuple[int, ...]:
    counts = []
    for _ in range(2):
        with counted_queries() as statements:
            client.get(path)
        counts.append(len(statements))
    return tuple(counts)


@pytest.mark.exact_revisions
def test_a_class_reads_its_questions_once(cast: Cast, sign_in: SignIn) -> None:
    questions = [make_question() for _ in range(3)]
    one = make_assignment(cast.ada_class, questions)
    other = make_user()
    enrol(cast.ada_class, other)
    first, second = sign_in(cast.ben), sign_in(other)
    attempts = [start(client, one) for client in (first, second)]
    first.get(url_of(attempts[0]))
    with counted_queries() as statements:
        page = second.get(url_of(attempts[1]))
    assert page.status_code == 200
    assert len(statements) == 3


@pytest.mark.exact_revisions
def test_a_question_that_is_changed_after_pupils_met_it_stays_as_they_met_it(
    cast: Cast, ben: Client
) -> None:
    question_id = make_question(owner_id=cast.ada)
    attempt = start(ben, make_assignment(cast.ada_class, [question_id]))
    before = ben.get(url_of(attempt)).text
    with transaction() as touched:
        question = db.session.get_one(Question, question_id)
        draft = {field.name: getattr(question, field.name) for field in fields(QuestionDraft)}
        new = QuestionDraft(**{**draft, "prompt": "What is 7 × 8?"})
        newer = change_question(touched, question, new, now=get_now())
        assert newer.id != question_id
    after = ben.get(url_of(attempt)).text
    assert "7 × 8" not in after
    assert len(after) == len(before)


def test_handing_in_asks_the_database_no_more_for_more_questions(cast: Cast, ben: Client) -> None:
    counts = []
    for size in (5, 10):
        one = make_assignment(cast.ada_class, [make_question() for _ in range(size)])
        attempt = start(ben, one)
        fields = fields_of(attempt, *["100"] * size)
        with counted_queries() as asked:
            ben.post(url_of(attempt, "/hand-in"), data=fields)
        counts.append(len(asked))
    assert counts[0] == counts[1]
