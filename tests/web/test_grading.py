"""One answer on the teacher's desk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from cozmic.extensions import db
from cozmic.models import Grade, GradeChange, PersonRevision
from cozmic.rules.enums import Outcome, QuestionKind
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
)
from tests.queries import counted_queries
from tests.web.pages import known_version
from tests.work import (
    hand_in_work,
    list_item_ids,
    list_response_ids,
    mark,
    stored_grade,
    stored_response,
    stored_submission,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def essays(cast: Cast) -> int:
    """Two essays, 5 points each."""
    questions = [make_question(QuestionKind.ESSAY, prompt=f"Why {n}?") for n in (1, 2)]
    return make_assignment(cast.ada_class, questions, title="Essays", points=Decimal(5))


@pytest.fixture
def waiting(cast: Cast, essays: int) -> list[int]:
    """Ben's two answers, which wait."""
    return list_response_ids(hand_in_work(essays, cast.ben, "First.", "Second."))


def send(
    client: Client, response_id: int, points: str, *, query: str = "", **more: str
) -> TestResponse:
    """Send a mark as the page just opened would."""
    page = client.get(f"/teacher/grading/{response_id}{query}").text
    data = {"points": points, "comment": "", "known": known_version(page), **more}
    data["goes_on"] = "1" if 'name="goes_on" type="hidden" value="1"' in page else ""
    return client.post(f"/teacher/grading/{response_id}{query}", data=data)


def test_the_page_shows_what_was_asked_and_answered(cast: Cast, ada: Client) -> None:
    text = make_question(
        QuestionKind.TEXT, prompt="The capital of France?", explanation="Since 987."
    )
    quiz = make_assignment(cast.ada_class, [text], title="Capitals", points=Decimal(3))
    response_id = list_response_ids(hand_in_work(quiz, cast.ben, "Pariss"))[0]
    page = ada.get(f"/teacher/grading/{response_id}").text
    for shown in (
        "Ben",
        "Capitals",
        "The capital of France?",
        "Pariss",
        "Paris",
        "Since 987.",
        "of 3",
    ):
        assert shown in page
    assert "One letter" in page
    assert 'data-points="1.5" data-key="h"' in page


def test_the_desk_stands_under_to_grade(waiting: list[int], ada: Client) -> None:
    page = ada.get(f"/teacher/grading/{waiting[0]}").text
    assert 'href="/teacher/to-grade" aria-current="page"' in page


def test_an_essay_comes_with_its_guidance(waiting: list[int], ada: Client) -> None:
    page = ada.get(f"/teacher/grading/{waiting[0]}").text
    assert "Names two causes." in page
    assert f"/teacher/grading/{waiting[1]}" in page


def test_a_mark_goes_on_to_the_next_in_the_same_filter(
    cast: Cast, essays: int, waiting: list[int], ada: Client
) -> None:
    pupil = make_user(given_name="Emma")
    enrol(cast.ada_class, pupil)
    hers = list_response_ids(hand_in_work(essays, pupil, "A.", "B."))
    query = f"?assignment={essays}&question={list_item_ids(essays)[0]}"
    reply = send(ada, waiting[0], "3.5", query=query, comment="Well said.")
    assert reply.status_code == 303
    assert reply.headers["Location"].startswith(f"/teacher/grading/{hers[0]}?")
    assert f"question={list_item_ids(essays)[0]}" in reply.headers["Location"]
    stored = stored_response(waiting[0])
    assert (stored.points, stored.comment, stored.outcome) == (
        Decimal("3.5"), "Well said.", Outcome.PARTLY,
    )  # fmt: skip
    assert stored.graded_by_id == cast.ada


def test_after_the_last_one_all_is_done(essays: int, waiting: list[int], ada: Client) -> None:
    assert send(ada, waiting[0], "5").headers["Location"] == f"/teacher/grading/{waiting[1]}"
    reply = send(ada, waiting[1], "0", query=f"?assignment={essays}")
    assert reply.headers["Location"] == f"/teacher/to-grade?assignment={essays}"
    page = ada.get(reply.headers["Location"]).text
    assert "All done" in page
    assert "That was the last one." in page


def test_the_grade_is_complete_with_the_last_answer(
    cast: Cast, essays: int, waiting: list[int], ada: Client
) -> None:
    send(ada, waiting[0], "4")
    assert stored_grade(essays, cast.ben).points is None
    send(ada, waiting[1], "2,5")
    grade = stored_grade(essays, cast.ben)
    assert grade.points == Decimal("6.5")
    assert grade.released_at is not None
    submission = stored_submission(grade.submission_id or 0)
    assert (submission.waiting, submission.points) == (0, Decimal("6.5"))


def test_a_mark_touches_the_pupils_screens(cast: Cast, waiting: list[int], ada: Client) -> None:
    def revision() -> int:
        db.session.rollback()
        return db.session.get_one(PersonRevision, cast.ben, populate_existing=True).value

    before = revision()
    send(ada, waiting[0], "4")
    assert revision() != before


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("abc", "as a number"), ("-1", "less than 0"), ("1e9", "as a number"), ("1.234", "two decimal places"),
        ("5.5", "from 0 to 5"), ("", "from 0 to 5"), ("9" * 3000, "as a number"), ("NaN", "as a number"),
        ("\ud800x", "as a number"),
    ],
)  # fmt: skip
def test_bad_points_keep_what_was_typed(
    waiting: list[int], ada: Client, typed: str, hint: str
) -> None:
    data = {"points": typed.encode("utf-8", "surrogatepass"), "comment": "Kept.", "known": "|"}
    reply = ada.post(f"/teacher/grading/{waiting[0]}", data=data)
    assert reply.status_code == 422
    assert hint in reply.text
    assert "Kept." in reply.text
    assert stored_response(waiting[0]).points is None


def test_control_characters_are_dropped_from_points_and_comment(
    waiting: list[int], ada: Client
) -> None:
    assert send(ada, waiting[0], "2\x00", comment="Fi\x00ne.").status_code == 303
    stored = stored_response(waiting[0])
    assert (stored.points, stored.comment) == (Decimal(2), "Fine.")


def test_a_comment_that_is_too_long_is_refused(waiting: list[int], ada: Client) -> None:
    reply = send(ada, waiting[0], "2", comment="x" * 4001)
    assert reply.status_code == 422
    assert "at most 4,000 characters" in reply.text
    assert stored_response(waiting[0]).points is None


@pytest.mark.parametrize("data", [{}, {"points": "1"}, {"points": "1", "known": "garbage"}])
def test_a_form_that_is_not_whole_marks_nothing(
    waiting: list[int], ada: Client, data: dict[str, str]
) -> None:
    assert ada.post(f"/teacher/grading/{waiting[0]}", data=data).status_code in {409, 422}
    assert stored_response(waiting[0]).points is None


def test_a_mark_given_meanwhile_is_not_overwritten(
    cast: Cast, waiting: list[int], ada: Client
) -> None:
    page = ada.get(f"/teacher/grading/{waiting[0]}").text
    mark(cast.ada, waiting[0], "4.5", "Said in the other tab.")
    stale = {"points": "1", "comment": "Mine.", "known": known_version(page)}
    reply = ada.post(f"/teacher/grading/{waiting[0]}", data=stale)
    assert reply.status_code == 409
    for shown in ("Marked meanwhile", "4.5 of 5", "Said in the other tab.", "Mine.", 'value="1"'):
        assert shown in reply.text
    assert stored_response(waiting[0]).points == Decimal("4.5")
    again = {**stale, "known": known_version(reply.text)}
    assert ada.post(f"/teacher/grading/{waiting[0]}", data=again).status_code == 303
    assert stored_response(waiting[0]).points == Decimal(1)


def test_the_same_mark_sent_twice_is_one(cast: Cast, waiting: list[int], ada: Client) -> None:
    data = {"points": "4", "comment": "Good.", "known": "|", "goes_on": "1"}
    for _ in range(2):
        reply = ada.post(f"/teacher/grading/{waiting[0]}", data=data)
        assert reply.headers["Location"] == f"/teacher/grading/{waiting[1]}"
    assert stored_response(waiting[0]).points == Decimal(4)


def test_changed_points_are_kept_in_the_history(
    cast: Cast, essays: int, waiting: list[int], ada: Client
) -> None:
    send(ada, waiting[0], "4")
    send(ada, waiting[1], "2")
    reply = send(ada, waiting[0], "5")
    submission_id = stored_response(waiting[0]).submission_id
    assert reply.headers["Location"] == f"/classrooms/{cast.ada_class}/submissions/{submission_id}"
    grade = stored_grade(essays, cast.ben)
    changes = db.session.execute(
        select(GradeChange).where(GradeChange.grade_id == grade.id).order_by(GradeChange.id)
    ).scalars()
    lines = [(one.from_points, one.to_points, one.reason, one.changed_by_id) for one in changes]
    assert lines == [
        (None, Decimal(6), "Attempt 1, question 2: 2 of 5 points", cast.ada),
        (Decimal(6), Decimal(7), "Attempt 1, question 1: 4 → 5 of 5 points", cast.ada),
    ]


def test_a_rules_verdict_can_be_changed_too(cast: Cast, ada: Client) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()], points=Decimal(2))
    response_id = list_response_ids(hand_in_work(quiz, cast.ben, "99"))[0]
    page = ada.get(f"/teacher/grading/{response_id}").text
    assert "Marked by rule" in page
    assert send(ada, response_id, "1", comment="Right method.").status_code == 303
    assert stored_grade(quiz, cast.ben).points == Decimal(1)


def test_an_open_attempt_cannot_be_marked(cast: Cast, essays: int, ada: Client) -> None:
    response_id = list_response_ids(make_submission(essays, cast.ben))[0]
    assert ada.get(f"/teacher/grading/{response_id}").status_code == 404
    data = {"points": "1", "known": "|"}
    assert ada.post(f"/teacher/grading/{response_id}", data=data).status_code == 404


def test_only_the_classes_teacher_gets_in(
    cast: Cast, waiting: list[int], sign_in: SignIn, stranger: Client
) -> None:
    path, data = f"/teacher/grading/{waiting[0]}", {"points": "1", "known": "|"}
    for person, status in ((cast.dan, 404), (cast.ben, 403), (cast.cleo, 403), (cast.root, 403)):
        client = sign_in(person)
        assert client.get(path).status_code == status
        assert client.post(path, data=data).status_code == status
    assert stranger.get(path).status_code == stranger.post(path, data=data).status_code == 303
    assert sign_in(cast.ada).get("/teacher/grading/999999").status_code == 404
    assert stored_response(waiting[0]).points is None


def test_an_archived_class_is_read_but_not_marked(
    cast: Cast, waiting: list[int], ada: Client
) -> None:
    archive(cast.ada_class)
    page = ada.get(f"/teacher/grading/{waiting[0]}")
    assert page.status_code == 200
    assert "This class is archived" in page.text
    assert "data-mark" not in page.text
    data = {"points": "1", "known": "|"}
    assert ada.post(f"/teacher/grading/{waiting[0]}", data=data).status_code == 409
    assert stored_response(waiting[0]).points is None


def test_markup_in_an_answer_and_a_comment_stays_text(cast: Cast, essays: int, ada: Client) -> None:
    response_id = list_response_ids(hand_in_work(essays, cast.ben, "<script>x</script>"))[0]
    mark(cast.ada, response_id, "1", "<i>no</i>")
    page = ada.get(f"/teacher/grading/{response_id}").text
    assert "&lt;script&gt;x" in page
    assert "<i>no" not in page


def test_a_grade_set_by_hand_stays_but_the_mark_is_kept(
    cast: Cast, essays: int, waiting: list[int], ada: Client
) -> None:
    send(ada, waiting[0], "4")
    send(ada, waiting[1], "2")
    with transaction():
        db.session.query(Grade).one().is_by_hand = True
    send(ada, waiting[1], "3")
    assert stored_grade(essays, cast.ben).points == Decimal(6)
    assert stored_submission(stored_response(waiting[1]).submission_id).points == Decimal(7)
    last = db.session.query(GradeChange).order_by(GradeChange.id.desc()).first()
    assert last is not None
    assert (last.from_points, last.to_points) == (Decimal(6), Decimal(6))
    assert last.reason == "Attempt 1, question 2: 2 → 3 of 5 points"


def test_the_page_asks_the_same_with_3_and_30_pupils(
    cast: Cast, essays: int, waiting: list[int], ada: Client
) -> None:
    counts = []
    for more in (2, 27):
        for _ in range(more):
            pupil = make_user()
            enrol(cast.ada_class, pupil)
            hand_in_work(essays, pupil, "A.", "B.")
        with counted_queries() as statements:
            assert ada.get(f"/teacher/grading/{waiting[0]}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
