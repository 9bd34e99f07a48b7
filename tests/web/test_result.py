"""The result of an attempt: nothing before its release, everything in its time after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, Grade, Response, Submission
from cozmic.rules.enums import LateRule, QuestionKind, Release
from cozmic.transaction import transaction
from tests.client import Client
from tests.factories import Cast, make_assignment, make_question
from tests.web.handing_in import answer_and_hand_in, start

HOUR = timedelta(hours=1)
KEYS = ("Zanzibar", "Sansibar", "4242", "tolerance-7", "SecretGuidance", "BecauseOfThis", "Think.")
"""What only a key, an accepted form, a guidance, an explanation or a hint holds in these tests."""


def make_quiz(cast: Cast, **fields: object) -> int:
    """A number, a text and a choice whose keys can be found in any page that gives them away."""
    because = "BecauseOfThis"
    choices = [{"id": "a", "text": "Mars"}, {"id": "b", "text": "Venus"}]
    questions = [
        make_question(
            QuestionKind.NUMERIC,
            body={"answer": "4242", "tolerance": "0", "unit": "cm"},
            explanation=because,
        ),
        make_question(
            QuestionKind.TEXT,
            body={"accepted": ["Zanzibar", "Sansibar"], "case_sensitive": False},
            explanation=because,
        ),
        make_question(
            QuestionKind.CHOICE, body={"choices": choices, "correct": "b"}, explanation=because
        ),
    ]
    return make_assignment(cast.ada_class, questions, points=Decimal(2), **fields)


def with_essay(cast: Cast, **fields: object) -> int:
    """A number, and an essay that waits for the teacher."""
    number = make_question(body={"answer": "4242", "tolerance": "0", "unit": ""})
    essay = make_question(
        QuestionKind.ESSAY, body={"guidance": "SecretGuidance"}, explanation="BecauseOfThis"
    )
    return make_assignment(cast.ada_class, [number, essay], points=Decimal(2), **fields)


def result_of(client: Client, submission_id: int) -> str:
    response = client.get(f"/student/attempts/{submission_id}/result")
    assert response.status_code == 200
    return response.text


def release(assignment_id: int) -> None:
    with transaction():
        db.session.query(Grade).filter_by(assignment_id=assignment_id).one().released_at = get_now()


def pages_of(client: Client, assignment_id: int, submission_id: int) -> list[str]:
    """Everything that a pupil can fetch about an assignment, as it comes."""
    paths = [
        "/student/",
        "/student/assignments/",
        f"/student/assignments/{assignment_id}",
        f"/student/attempts/{submission_id}",
        f"/student/attempts/{submission_id}/result",
        "/student/progress",
    ]
    return [client.get(path).get_data(as_text=True) for path in paths]


def assert_nothing_leaks(pages: list[str]) -> None:
    for page in pages:
        for secret in KEYS:
            assert secret not in page
        for word in (
            "is-correct",
            "answer-correct",
            "answer-wrong",
            "Correct",
            "Not right",
            "doubtful",
        ):
            assert word not in page


def test_before_the_hand_in_no_page_gives_the_key_away(cast: Cast, ben: Client) -> None:
    for quiz in (make_quiz(cast), with_essay(cast)):
        attempt = start(ben, quiz)
        assert_nothing_leaks(pages_of(ben, quiz, attempt))


def test_no_reply_to_a_saved_answer_gives_the_key_away(cast: Cast, ben: Client) -> None:
    attempt = start(ben, make_quiz(cast))
    rows = db.session.query(Response.item_id).filter_by(submission_id=attempt)
    for (item,) in rows.order_by(Response.item_id).all():
        url = f"/student/attempts/{attempt}/answers/{item}"
        replies = [
            ben.put(url, json={"answer": answer, "version": version})
            for answer, version in (("a", 0), ("b", 7), ("z" * 600, 0))
        ]
        assert_nothing_leaks([reply.text for reply in replies])


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (("100", "Paris"), "2 of 2 answers right.</strong> Well done!"),
        (
            ("100", "Rome"),
            "1 of 2 answers right.</strong> Good work. Look at what is not right yet",
        ),
        (("7", "Rome"), "0 of 2 answers right.</strong> This was hard. Read why below"),
    ],
)
def test_a_result_is_said_in_kind_words(
    cast: Cast, ben: Client, answers: tuple[str, str], words: str
) -> None:
    questions = [make_question(), make_question(QuestionKind.TEXT)]
    quiz = make_assignment(cast.ada_class, questions)
    page = result_of(ben, answer_and_hand_in(ben, quiz, *answers))
    assert words in page
    assert "All your assignments" in page


def test_ungraded_work_says_so_and_nothing_else(cast: Cast, ben: Client) -> None:
    quiz = with_essay(cast)
    attempt = answer_and_hand_in(ben, quiz, "1", "My essay")
    page = result_of(ben, attempt)
    assert "Handed in, not graded yet." in page
    assert "My essay" in page
    assert_nothing_leaks(pages_of(ben, quiz, attempt))


def test_held_work_says_so_and_nothing_else(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast, release=Release.BY_TEACHER)
    attempt = answer_and_hand_in(ben, quiz, "1", "London", "a")
    page = result_of(ben, attempt)
    assert "Your teacher has not released the result yet." in page
    assert "London" in page
    assert "<strong>0</strong>" not in page
    assert_nothing_leaks(pages_of(ben, quiz, attempt))


def test_right_answers_look_the_same_as_wrong_ones_before_release(cast: Cast, ben: Client) -> None:
    pages = []
    for answers in (("4242", "Zanzibar", "b"), ("4243", "Zanzibor", "a")):
        quiz = make_quiz(cast, release=Release.BY_TEACHER, title="Same")
        attempt = answer_and_hand_in(ben, quiz, *answers)
        page = result_of(ben, attempt)
        pages.append(page[page.index('aria-label="Result"') : page.index("What you handed in")])
    # An answer that nearly fits waits for the teacher: so the one is held, the other not graded yet.
    assert "released" in pages[0]
    assert "not graded" in pages[1]
    for page in pages:
        assert "badge" not in page


def test_a_hold_takes_everything_back_from_sight(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast)
    attempt = answer_and_hand_in(ben, quiz, "1", "London", "a")
    assert "Zanzibar" in result_of(ben, attempt)
    with transaction():
        db.session.query(Grade).one().released_at = None
    assert_nothing_leaks(pages_of(ben, quiz, attempt))


def test_released_work_shows_points_verdicts_keys_and_explanations(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast)
    page = result_of(ben, answer_and_hand_in(ben, quiz, "4242 cm", "London", "a"))
    assert "<strong>2</strong> <span>of 6 points</span>" in page
    assert "Right answer: <strong><bdi>Zanzibar</bdi>" in page
    assert page.count("BecauseOfThis") == 3
    assert "answer-correct" in page
    assert "answer-wrong" in page
    assert page.count("Not right") >= 2


def test_while_attempts_are_left_verdicts_show_but_no_key(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast, attempts_allowed=2)
    attempt = answer_and_hand_in(ben, quiz, "4243", "London", "a")
    page = result_of(ben, attempt)
    assert "<strong>0</strong> <span>of 6 points</span>" in page
    assert "Not right" in page
    assert "The right answers are shown when you have no attempt left." in page
    assert ">Try again<" in page
    for secret in KEYS:
        assert secret not in page
    assert "answer-correct" not in page


def test_an_open_attempt_hides_the_keys_of_the_one_before(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast, attempts_allowed=2)
    first = answer_and_hand_in(ben, quiz, "4243", "London", "a")
    start(ben, quiz)
    assert "Zanzibar" not in result_of(ben, first)
    with transaction():
        db.session.query(Assignment).one().closes_at = get_now() - HOUR
    assert "Zanzibar" not in result_of(ben, first)


def test_once_closed_the_keys_show_though_attempts_were_left(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast, attempts_allowed=2)
    attempt = answer_and_hand_in(ben, quiz, "4243", "London", "a")
    with transaction():
        db.session.query(Assignment).one().closes_at = get_now() - HOUR
    page = result_of(ben, attempt)
    assert "Zanzibar" in page
    assert ">Try again<" not in page


def test_a_second_attempt_that_waits_shows_nothing_though_the_grade_is_released(
    cast: Cast, ben: Client
) -> None:
    quiz = with_essay(cast, attempts_allowed=2)
    answer_and_hand_in(ben, quiz, "4242")
    second = answer_and_hand_in(ben, quiz, "4243", "Words")
    page = result_of(ben, second)
    assert "Handed in, not graded yet." in page
    assert "Your grade for this assignment comes from another attempt" in page
    assert "Not right" not in page
    assert "SecretGuidance" not in page


def test_a_late_penalty_is_told_in_words(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(
        cast,
        due_at=get_now() - HOUR,
        late_rule=LateRule.PENALTY,
        late_penalty_percent=25,
    )
    page = result_of(ben, answer_and_hand_in(ben, quiz, "4242", "Zanzibar", "a"))
    assert "25% was taken off, so 4 became 3." in page
    assert "Late" in page


def test_comments_show_after_release_only(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast, release=Release.BY_TEACHER)
    attempt = answer_and_hand_in(ben, quiz, "4242", "London", "a")
    with transaction():
        response = next(one for one in db.session.query(Response) if one.answer == "London")
        response.comment = "Look at <a> map."
        db.session.query(Grade).one().comment = "Well begun."
    assert "map." not in "".join(pages_of(ben, quiz, attempt))
    assert "Well begun." not in "".join(pages_of(ben, quiz, attempt))
    release(quiz)
    page = result_of(ben, attempt)
    assert "Look at &lt;a&gt; map." in page
    assert "Well begun." in page


def test_a_grade_set_by_hand_is_told_beside_the_attempt(cast: Cast, ben: Client) -> None:
    quiz = make_quiz(cast)
    attempt = answer_and_hand_in(ben, quiz, "4242", "London", "a")
    with transaction():
        grade = db.session.query(Grade).one()
        grade.points, grade.is_by_hand = Decimal("5.5"), True
    page = result_of(ben, attempt)
    assert "Your teacher has set your grade for this assignment:" in page
    assert "5.5 of 6" in page


def test_an_open_attempt_has_no_result_yet(cast: Cast, ben: Client) -> None:
    attempt = start(ben, make_quiz(cast))
    response = ben.get(f"/student/attempts/{attempt}/result")
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"/student/attempts/{attempt}",
    )


def test_blank_answers_are_shown_as_none(cast: Cast, ben: Client) -> None:
    page = result_of(ben, answer_and_hand_in(ben, make_quiz(cast)))
    assert page.count("No answer") >= 3
    assert db.session.query(Submission).one().points == 0
