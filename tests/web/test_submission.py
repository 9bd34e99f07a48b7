"""A whole attempt for its teacher, and open work that is collected."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.classroom import submissions
from cozmic.extensions import db
from cozmic.models import Assignment, GradeChange, Response, Submission
from cozmic.rules.enums import LateRule, QuestionKind
from cozmic.transaction import transaction
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    Cast,
    archive,
    enrol,
    make_assignment,
    make_question,
    make_submission,
    make_user,
    take_off_roster,
)
from tests.queries import counted_queries
from tests.work import (
    find_stored_grade,
    hand_in_work,
    list_response_ids,
    mark,
    stored_grade,
    stored_submission,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def quiz(cast: Cast) -> int:
    questions = [
        make_question(QuestionKind.CHOICE, prompt="Which is red?"), make_question(QuestionKind.TEXT, prompt="Capital?"),
        make_question(QuestionKind.ESSAY, prompt="Why?"), make_question(prompt="How many?"),
    ]  # fmt: skip
    return make_assignment(
        cast.ada_class, questions, title="Mixed", points=Decimal(2), attempts_allowed=2
    )


def address(cast: Cast, submission_id: int) -> str:
    return f"/classrooms/{cast.ada_class}/submissions/{submission_id}"


def test_every_answer_stands_there_with_what_became_of_it(
    cast: Cast, quiz: int, ada: Client
) -> None:
    submission_id = hand_in_work(quiz, cast.ben, "b", "Pariss", "Because <of> it.")
    responses = list_response_ids(submission_id)
    mark(cast.ada, responses[2], "1.5", "Say more.")
    page = ada.get(address(cast, submission_id)).text
    for shown in (
        "Ben", "Mixed", "attempt 1 of 2", "Which is red?", "Venus", "Mars", "Pariss", "Paris", "One letter",
        "Because &lt;of&gt; it.", "Say more.", "<b>1.5</b> of 2 points", "Partly right", "Marked by Ada",
        "Marked by rule", "No answer.", "1 answer waits for you.", "Not graded yet",
    ):  # fmt: skip
        assert shown in page, shown
    for response_id in responses:
        assert f"/teacher/grading/{response_id}" in page


def test_the_penalty_is_explained_and_the_counted_attempt_named(cast: Cast, ada: Client) -> None:
    quiz = make_assignment(
        cast.ada_class, [make_question()], points=Decimal(4), due_at=get_now() - HOUR, attempts_allowed=2,
        late_rule=LateRule.PENALTY, late_penalty_percent=25,
    )  # fmt: skip
    best = hand_in_work(quiz, cast.ben, "100")
    other = hand_in_work(quiz, cast.ben, "1", attempt=2)
    page = ada.get(address(cast, best)).text
    assert "4 points, less 25% for handing in late." in page
    assert "Counts for the grade" in page
    assert address(cast, other) in page
    assert "Counts for the grade" not in ada.get(address(cast, other)).text


def test_an_open_attempt_is_shown_as_far_as_it_is(cast: Cast, quiz: int, ada: Client) -> None:
    submission_id = make_submission(quiz, cast.ben)
    with transaction():
        db.session.get_one(Response, list_response_ids(submission_id)[1]).answer = "Par"
    page = ada.get(address(cast, submission_id)).text
    assert "In progress" in page
    assert "1 of 4 questions have an answer so far" in page
    assert "/teacher/grading/" not in page


def test_only_the_classes_teacher_gets_in_and_only_through_the_class(
    cast: Cast, quiz: int, sign_in: SignIn, stranger: Client
) -> None:
    submission_id = hand_in_work(quiz, cast.ben, "a")
    for person, status in ((cast.dan, 404), (cast.ben, 403), (cast.cleo, 404), (cast.root, 403)):
        assert sign_in(person).get(address(cast, submission_id)).status_code == status
    assert stranger.get(address(cast, submission_id)).status_code == 303
    through_own = f"/classrooms/{cast.dan_class}/submissions/{submission_id}"
    assert sign_in(cast.dan).get(through_own).status_code == 404
    assert sign_in(cast.ada).get(address(cast, 999999)).status_code == 404


def test_an_archived_class_is_read_without_ways_to_change(
    cast: Cast, quiz: int, ada: Client
) -> None:
    submission_id = hand_in_work(quiz, cast.ben, "a")
    archive(cast.ada_class)
    page = ada.get(address(cast, submission_id))
    assert page.status_code == 200
    assert "/teacher/grading/" not in page.text


def test_the_page_asks_the_same_for_3_and_30_questions(cast: Cast, ada: Client) -> None:
    counts = []
    for questions in (3, 30):
        quiz = make_assignment(cast.ada_class, [make_question() for _ in range(questions)])
        submission_id = hand_in_work(quiz, cast.ben, "100")
        with counted_queries() as statements:
            assert ada.get(address(cast, submission_id)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6


# Open work.


def make_closing(cast: Cast, closes_at: datetime, **fields: object) -> int:
    fields = {"due_at": closes_at - HOUR, "late_rule": LateRule.ACCEPT, **fields}
    return make_assignment(
        cast.ada_class, [make_question()], points=Decimal(4), closes_at=closes_at, **fields
    )


def leave_open(assignment_id: int, student_id: int, *, answer: str, saved_at: datetime) -> int:
    """An attempt with one answer, saved at a moment and never handed in."""
    submission_id = make_submission(
        assignment_id, student_id, started_at=saved_at - HOUR, saved_at=saved_at
    )
    with transaction():
        response = db.session.get_one(Response, list_response_ids(submission_id)[0])
        response.answer, response.version = answer, 1
    return submission_id


def collect(client: Client, cast: Cast, assignment_id: int) -> int:
    return client.post(
        f"/classrooms/{cast.ada_class}/assignments/{assignment_id}/collect"
    ).status_code


def test_open_work_is_collected_as_it_was_saved(cast: Cast, ada: Client) -> None:
    now = get_now()
    quiz = make_closing(cast, now - HOUR)
    saved_at = now - 3 * HOUR
    submission_id = leave_open(quiz, cast.ben, answer="100", saved_at=saved_at)
    assert collect(ada, cast, quiz) == 303
    submission = stored_submission(submission_id)
    assert submission.handed_in_at is not None
    assert submission.saved_at == saved_at
    assert (submission.is_late, submission.points) == (False, Decimal(4))
    grade = stored_grade(quiz, cast.ben)
    assert grade.points == Decimal(4)
    change = db.session.query(GradeChange).filter_by(grade_id=grade.id).one()
    assert (change.reason, change.changed_by_id) == ("Open work collected", cast.ada)


def test_the_assignments_page_offers_to_collect_once_it_has_closed(cast: Cast, ada: Client) -> None:
    now = get_now()
    closed, taking = make_closing(cast, now - HOUR), make_closing(cast, now + 2 * HOUR)
    for quiz in (closed, taking):
        leave_open(quiz, cast.ben, answer="100", saved_at=now - 3 * HOUR)
    here = f"/classrooms/{cast.ada_class}/assignments"
    page = ada.get(f"{here}/{closed}").text
    assert "1 pupil began this and did not hand it in" in page
    assert f'action="{here}/{closed}/collect"' in page
    assert "Collect open work" not in ada.get(f"{here}/{taking}").text
    collect(ada, cast, closed)
    assert "Collect open work" not in ada.get(f"{here}/{closed}").text


def test_collected_work_is_late_where_its_last_answer_was(cast: Cast, ada: Client) -> None:
    now = get_now()
    quiz = make_closing(
        cast, now - HOUR, late_rule=LateRule.PENALTY, late_penalty_percent=50
    )  # fmt: skip
    after_due = now - HOUR - timedelta(minutes=10)
    submission_id = leave_open(quiz, cast.ben, answer="100", saved_at=after_due)
    collect(ada, cast, quiz)
    submission = stored_submission(submission_id)
    assert (submission.is_late, submission.points) == (True, Decimal(2))


def test_collecting_twice_is_the_same_as_once(cast: Cast, ada: Client) -> None:
    quiz = make_closing(cast, get_now() - HOUR)
    submission_id = leave_open(quiz, cast.ben, answer="100", saved_at=get_now() - 3 * HOUR)
    collect(ada, cast, quiz)
    first = stored_submission(submission_id).handed_in_at
    assert collect(ada, cast, quiz) == 303
    assert stored_submission(submission_id).handed_in_at == first


@pytest.mark.parametrize("closes_in", [HOUR, timedelta(seconds=-5), None])
def test_nothing_is_collected_while_work_is_taken(
    cast: Cast, ada: Client, closes_in: timedelta | None
) -> None:
    now = get_now()
    closes_at = None if closes_in is None else now + closes_in
    quiz = make_assignment(cast.ada_class, [make_question()], closes_at=closes_at)
    submission_id = leave_open(quiz, cast.ben, answer="100", saved_at=now - HOUR)
    assert collect(ada, cast, quiz) == 409
    assert stored_submission(submission_id).handed_in_at is None


def test_a_pupil_who_left_keeps_the_work_open(cast: Cast, ada: Client) -> None:
    quiz = make_closing(cast, get_now() - HOUR)
    leave_open(quiz, cast.ben, answer="100", saved_at=get_now() - 3 * HOUR)
    take_off_roster(cast.ben)
    assert collect(ada, cast, quiz) == 303
    assert find_stored_grade(quiz, cast.ben) is None


def test_a_large_class_is_collected_in_several_presses(
    cast: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "MOST_COLLECTED", 2)
    now = get_now()
    quiz = make_closing(cast, now - HOUR)
    for _ in range(3):
        pupil = make_user()
        enrol(cast.ada_class, pupil)
        leave_open(quiz, pupil, answer="100", saved_at=now - 3 * HOUR)
    collect(ada, cast, quiz)
    assert db.session.query(Submission).filter(Submission.handed_in_at.is_(None)).count() == 1
    here = f"/classrooms/{cast.ada_class}/assignments/{quiz}"
    assert "Collected: 2 open attempts. 1 more is open: collect again." in ada.get(here).text
    collect(ada, cast, quiz)
    assert db.session.query(Submission).filter(Submission.handed_in_at.is_(None)).count() == 0


def test_only_the_classes_teacher_collects(
    app: Flask, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    quiz = make_closing(cast, get_now() - HOUR)
    submission_id = leave_open(quiz, cast.ben, answer="100", saved_at=get_now() - 3 * HOUR)
    for person, status in ((cast.dan, 404), (cast.ben, 403), (cast.cleo, 404), (cast.root, 403)):
        assert collect(sign_in(person), cast, quiz) == status
    assert collect(stranger, cast, quiz) == 303
    with transaction():
        db.session.get_one(Assignment, quiz).published_at = None
    assert collect(sign_in(cast.ada), cast, quiz) == 404
    assert stored_submission(submission_id).handed_in_at is None
