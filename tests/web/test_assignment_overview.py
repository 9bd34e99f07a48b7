"""One assignment as its teacher watches it, and as a pupil would see it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Enrolment, Submission
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


def url_of(cast: Cast, assignment_id: int) -> str:
    return f"/classrooms/{cast.ada_class}/assignments/{assignment_id}"


def make_pupil(cast: Cast, name: str) -> int:
    student_id = make_user(given_name=name)
    enrol(cast.ada_class, student_id)
    return student_id


def test_each_pupils_state_attempts_lateness_and_points(ada: Client, cast: Cast) -> None:
    now = get_now()
    questions = [make_question(), make_question(QuestionKind.ESSAY)]
    assignment_id = make_assignment(
        cast.ada_class, questions, points=Decimal("2.5"), due_at=now - HOUR, attempts_allowed=2
    )
    other = make_assignment(cast.ada_class, [make_question()])
    eva, fay = make_pupil(cast, "Eva"), make_pupil(cast, "Fay")
    make_pupil(cast, "Gus")
    hand_in_work(assignment_id, cast.ben, "100", "Because.", now=now)
    make_submission(assignment_id, eva)
    hand_in_work(other, fay, "100")
    page = ada.get(url_of(cast, assignment_id)).text
    assert "Not graded yet" in row_of(page, "Ben")
    assert "Late" in row_of(page, "Ben")
    assert "1 of 2" in row_of(page, "Ben")
    assert "1 to grade" in row_of(page, "Ben")
    assert "In progress" in row_of(page, "Eva")
    assert "Missing" in row_of(page, "Fay")
    assert "Missing" in row_of(page, "Gus")
    assert "1 of 4" in page
    assert f"/teacher/to-grade?assignment={assignment_id}" in page


def test_grades_held_and_released(ada: Client, cast: Cast) -> None:
    question = make_question()
    held = make_assignment(
        cast.ada_class, [question], release=Release.BY_TEACHER, points=Decimal(4)
    )
    shown = make_assignment(cast.ada_class, [question], points=Decimal(4))
    for assignment_id in (held, shown):
        hand_in_work(assignment_id, cast.ben, "100")
    page = ada.get(url_of(cast, held)).text
    assert "Held" in row_of(page, "Ben")
    assert "4 of 4" in row_of(page, "Ben")
    assert "Release 1 grade" in page
    page = ada.get(url_of(cast, shown)).text
    assert "Held" not in page
    assert "Hold the grades" in page
    assert "100%" in page


def test_the_pupils_of_today_stand_there_by_family_name(ada: Client, cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    for given, family in (("Zoe", "Adams"), ("Abe", "Young"), ("Gone", "Brown")):
        student_id = make_user(given_name=given, family_name=family)
        enrol(cast.ada_class, student_id)
        if given == "Gone":
            hand_in_work(assignment_id, student_id, "100")
            with transaction():
                place = select(Enrolment).where(Enrolment.student_id == student_id)
                db.session.execute(place).scalar_one().removed_at = LONG_AGO
    page = ada.get(url_of(cast, assignment_id)).text
    assert page.index("Zoe Adams") < page.index("Abe Young")
    assert "Gone Brown" not in page
    assert "0 of 3" in page


def test_how_each_question_went_over_the_latest_attempts(ada: Client, cast: Cast) -> None:
    questions = [
        make_question(prompt="Easy"),
        make_question(QuestionKind.ESSAY, prompt="Essay"),
        make_question(prompt="Hard"),
    ]
    assignment_id = make_assignment(cast.ada_class, questions, attempts_allowed=2)
    eva = make_pupil(cast, "Eva")
    make_pupil(cast, "Gus")
    hand_in_work(assignment_id, cast.ben, "7", "a", "7")
    hand_in_work(assignment_id, cast.ben, "100", "a", "7", attempt=2)
    hand_in_work(assignment_id, eva, "100", "", "100")
    page = ada.get(url_of(cast, assignment_id)).text
    card = page.split("Share of answers that are right")[1]
    easy, essay, hard = card.split("<tr>")[1:4]
    assert "1. Easy" in easy
    assert "100%" in easy
    assert "2. Essay" in essay  # Eva's blank one is marked wrong; Ben's waits
    assert "0%" in essay
    assert "3. Hard" in hard
    assert "50%" in hard
    assert "Question 2: 1 answer waits for you" in card


def test_without_marks_there_is_no_chart(ada: Client, cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question(QuestionKind.ESSAY)])
    hand_in_work(assignment_id, cast.ben, "Because.")
    page = ada.get(url_of(cast, assignment_id)).text
    assert "Share of answers" not in page
    assert "No answer has been marked yet" in page


def test_work_left_open_when_it_closed_can_be_collected(ada: Client, cast: Cast) -> None:
    now = get_now()
    closed = make_assignment(cast.ada_class, [make_question()], closes_at=now - HOUR)
    running = make_assignment(cast.ada_class, [make_question()], closes_at=now + HOUR)
    for assignment_id in (closed, running):
        make_submission(assignment_id, cast.ben)
    assert "Collect open work" in ada.get(url_of(cast, closed)).text
    assert "Collect open work" not in ada.get(url_of(cast, running)).text


def test_a_draft_shows_its_settings_and_no_pupils(ada: Client, cast: Cast) -> None:
    draft = make_assignment(
        cast.ada_class, [make_question()], published_at=None, late_rule=LateRule.PENALTY,
        late_penalty_percent=15, attempts_allowed=3, instructions="Line one.\nLine <two>.",
    )  # fmt: skip
    page = ada.get(url_of(cast, draft)).text
    assert "A draft, which only you see" in page
    assert "Loses 15% of its points" in page
    assert "Line one.\nLine &lt;two&gt;." in page
    assert "<h2>Pupils</h2>" not in page


def test_an_empty_class_says_how_pupils_come(ada: Client, cast: Cast) -> None:
    with transaction():
        for place in db.session.execute(select(Enrolment)).scalars():
            place.removed_at = LONG_AGO
    page = ada.get(url_of(cast, make_assignment(cast.ada_class, [make_question()]))).text
    assert "Nobody is in this class yet" in page


def test_the_preview_shows_questions_but_no_keys(ada: Client, cast: Cast) -> None:
    questions = [
        make_question(kind, prompt=f"A {kind} question", explanation="Secret why", hints=["Hush"])
        for kind in QuestionKind
    ]
    draft = make_assignment(
        cast.ada_class, questions, published_at=None, instructions="Do your best."
    )
    answer = ada.get(f"{url_of(cast, draft)}/preview")
    assert answer.status_code == 200
    assert all(f"A {kind} question" in answer.text for kind in QuestionKind)
    assert "Do your best." in answer.text
    assert "Mars" in answer.text
    for secret in ("Paris", "Names two causes", "Secret why", "Hush", ">100<"):
        assert secret not in answer.text


def test_the_preview_of_nothing_says_so(ada: Client, cast: Cast) -> None:
    draft = make_assignment(cast.ada_class, [], published_at=None)
    assert "No questions yet" in ada.get(f"{url_of(cast, draft)}/preview").text


def test_an_archived_class_is_read_without_acts(ada: Client, cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], release=Release.BY_TEACHER)
    hand_in_work(assignment_id, cast.ben, "100")
    archive(cast.ada_class)
    page = ada.get(url_of(cast, assignment_id)).text
    assert "1 of 1" in row_of(page, "Ben")
    for act in ("/release", "/edit", "/unpublish"):
        assert f"{assignment_id}{act}" not in page


def test_nobody_but_its_teacher_sees_it(
    ada: Client, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    one = url_of(cast, make_assignment(cast.ada_class, [make_question()]))
    elsewhere = url_of(cast, make_assignment(cast.dan_class, [make_question()]))
    ben, dan = sign_in(cast.ben), sign_in(cast.dan)
    for part in ("", "/preview", "/questions", "/edit", "/copy"):
        assert ben.get(one + part).status_code == 403
        assert dan.get(one + part).status_code == 404
        assert stranger.get(one + part).location.startswith("/login")
        assert ada.get(elsewhere + part).status_code == 404


def test_the_page_asks_as_often_for_thirty_pupils_as_for_three(ada: Client, cast: Cast) -> None:
    questions = [make_question(), make_question(QuestionKind.ESSAY)]
    assignment_id = make_assignment(cast.ada_class, questions, attempts_allowed=2)
    counts = []
    for pupils in (3, 27):
        for _ in range(pupils):
            student_id = make_pupil(cast, "Pupil")
            hand_in_work(assignment_id, student_id, "100", "Because.")
            make_submission(assignment_id, student_id, attempt=2)
        with counted_queries() as statements:
            page = ada.get(url_of(cast, assignment_id))
        assert page.text.count("Not graded yet") == db.session.query(Submission).count() // 2
        counts.append(len(statements))
    assert counts == [5, 5]
