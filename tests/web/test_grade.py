"""One pupil's grade: its attempts and history, set by hand, commented on, released and held."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    ClassroomRevision,
    GradeChange,
    PersonRevision,
)
from cozmic.rules.enums import QuestionKind, Release
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
from tests.web.pages import known_version
from tests.work import (
    find_stored_grade,
    hand_in_work,
    list_response_ids,
    mark,
    stored_grade,
)

POSTS = ("", "/automatic", "/comment", "/release", "/hold")


@pytest.fixture
def quiz(cast: Cast) -> int:
    """Two questions of 5 points, two attempts."""
    questions = [make_question(), make_question()]
    return make_assignment(
        cast.ada_class, questions, title="Fractions", points=Decimal(5), attempts_allowed=2
    )


@pytest.fixture
def address(cast: Cast, quiz: int) -> str:
    """Ben's grade for it."""
    return f"/classrooms/{cast.ada_class}/assignments/{quiz}/grades/{cast.ben}"


def send(client: Client, address: str, act: str = "", **fields: str) -> TestResponse:
    """Send one of the page's forms as the page just opened would."""
    version = known_version(client.get(address).text)
    return client.post(address + act, data={"known": version, **fields})


def by_hand(client: Client, address: str, points: str, reason: str = "Oral test") -> TestResponse:
    return send(client, address, points=points, reason=reason)


def changes_of(grade_id: int) -> list[tuple[Decimal | None, Decimal | None, str, int | None]]:
    rows = db.session.execute(
        select(GradeChange).where(GradeChange.grade_id == grade_id).order_by(GradeChange.id)
    ).scalars()
    return [(one.from_points, one.to_points, one.reason, one.changed_by_id) for one in rows]


def test_a_pupil_who_has_done_nothing_has_no_grade(address: str, ada: Client) -> None:
    page = ada.get(address)
    assert page.status_code == 200
    for shown in ("Ben", "Fractions", "of 10", "Not started", "Ben has not started this."):
        assert shown in page.text


def test_all_attempts_stand_there_and_the_best_counts(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    best = hand_in_work(quiz, cast.ben, "100", "100")
    other = hand_in_work(quiz, cast.ben, "100", "1", attempt=2)
    page = ada.get(address).text
    for submission_id in (best, other):
        assert f"/classrooms/{cast.ada_class}/submissions/{submission_id}" in page
    assert page.count("Counts</span>") == 1
    assert page.index(f"submissions/{best}") < page.index("Counts</span>")
    assert "10 of 10" in page
    assert "5 of 10" in page
    assert "The best graded attempt counts." in page


def test_the_history_says_who_when_from_to_and_why(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    response_id = list_response_ids(hand_in_work(quiz, cast.ben, "100", "1"))[1]
    mark(cast.ada, response_id, "2.5")
    by_hand(ada, address, "9", "He explained it <aloud>.")
    page = ada.get(address).text
    for line in (
        "<b>not graded → 5</b> · Handed in", "<b>5 → 7.5</b> · Attempt 1, question 2: 0 → 2.5 of 5 points",
        "<b>7.5 → 9</b> · He explained it &lt;aloud&gt;.", "By rule,", "Ada,",
    ):  # fmt: skip
        assert line in page


def test_a_grade_set_by_hand_outlasts_attempts(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    assert by_hand(ada, address, "7,25").status_code == 303
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.is_by_hand) == (Decimal("7.25"), True)
    assert grade.released_at is not None
    hand_in_work(quiz, cast.ben, "100", "100")
    assert stored_grade(quiz, cast.ben).points == Decimal("7.25")
    assert "Set by hand" in ada.get(address).text


def test_back_to_automatic_gives_what_the_attempts_give(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    by_hand(ada, address, "1")
    assert send(ada, address, "/automatic").status_code == 303
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.is_by_hand) == (Decimal(5), False)
    assert changes_of(grade.id)[-1] == (
        Decimal(1), Decimal(5), "Back to what the attempts give", cast.ada,
    )  # fmt: skip


def test_back_to_automatic_without_work_is_not_graded_and_held_again(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    by_hand(ada, address, "1")
    send(ada, address, "/automatic")
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.graded_at, grade.released_at) == (None, None, None)
    assert "Not started" in ada.get(address).text


def test_a_grade_set_as_it_was_is_kept_in_the_history_too(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    by_hand(ada, address, "5", "Final")
    send(ada, address, "/automatic")
    lines = changes_of(stored_grade(quiz, cast.ben).id)
    assert [line[2] for line in lines] == ["Handed in", "Final", "Back to what the attempts give"]
    assert all(line[1] == Decimal(5) for line in lines)


@pytest.mark.parametrize(
    ("points", "reason", "hint"),
    [
        ("abc", "Why", "as a number"), ("-1", "Why", "less than 0"), ("1e9", "Why", "as a number"),
        ("1.234", "Why", "two decimal places"), ("10.01", "Why", "from 0 to 10"), ("", "Why", "from 0 to 10"),
        ("\x00", "Why", "from 0 to 10"), ("5", "", "why you set this grade"), ("5", " \x00 ", "why you set this grade"),
        ("5", "x" * 301, "at most 300 characters"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_kept(
    cast: Cast, quiz: int, address: str, ada: Client, points: str, reason: str, hint: str
) -> None:
    reply = by_hand(ada, address, points, reason)
    assert reply.status_code == 422
    assert hint in reply.text
    assert reason.strip(" \x00") in reply.text
    assert find_stored_grade(quiz, cast.ben) is None


def test_a_grade_changed_meanwhile_is_not_overwritten(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    version = known_version(ada.get(address).text)
    hand_in_work(quiz, cast.ben, "100", "100")
    stale = {"points": "3", "reason": "Nothing came", "known": version}
    reply = ada.post(address, data=stale)
    assert reply.status_code == 409
    for shown in ("Changed meanwhile", "10 <small>of 10", "Nothing came", 'value="3"'):
        assert shown in reply.text
    assert stored_grade(quiz, cast.ben).points == Decimal(10)
    assert ada.post(address, data={**stale, "known": known_version(reply.text)}).status_code == 303
    assert stored_grade(quiz, cast.ben).points == Decimal(3)


@pytest.mark.parametrize("act", ["/automatic", "/comment"])
def test_the_other_forms_know_what_they_replace_too(
    cast: Cast, quiz: int, address: str, ada: Client, act: str
) -> None:
    by_hand(ada, address, "3")
    data = {"known": "garbage", "comment": "Kept here."}
    reply = ada.post(address + act, data=data)
    assert reply.status_code == 409
    assert "Changed meanwhile" in reply.text
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.is_by_hand, grade.comment) == (Decimal(3), True, "")
    assert ("Kept here." in reply.text) == (act == "/comment")


def test_a_comment_changes_no_points(cast: Cast, quiz: int, address: str, ada: Client) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    assert send(ada, address, "/comment", comment="  Well\r\ndone. ").status_code == 303
    grade = stored_grade(quiz, cast.ben)
    assert (grade.comment, grade.points, grade.is_by_hand) == ("Well\ndone.", Decimal(5), False)
    assert "Well\ndone." in ada.get(address).text
    reply = send(ada, address, "/comment", comment="x" * 4001)
    assert reply.status_code == 422
    assert "at most 4,000 characters" in reply.text
    send(ada, address, "/comment", comment="")
    assert stored_grade(quiz, cast.ben).comment == ""


def test_one_grade_is_held_and_released(cast: Cast, quiz: int, address: str, ada: Client) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    assert "Hold this grade" in ada.get(address).text
    for _ in range(2):
        assert send(ada, address, "/hold").status_code == 303
    assert stored_grade(quiz, cast.ben).released_at is None
    assert "Release to the pupil" in ada.get(address).text
    for _ in range(2):
        assert send(ada, address, "/release").status_code == 303
    grade = stored_grade(quiz, cast.ben)
    assert grade.released_at is not None
    assert [line[2] for line in changes_of(grade.id)] == ["Handed in", "Held back", "Released"]


def test_what_is_not_graded_cannot_be_released(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    assert send(ada, address, "/release").status_code == 409
    assert find_stored_grade(quiz, cast.ben) is None


def test_a_held_grade_stays_held_when_its_points_change(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    response_id = list_response_ids(hand_in_work(quiz, cast.ben, "100", "1"))[1]
    send(ada, address, "/hold")
    mark(cast.ada, response_id, "5")
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.released_at) == (Decimal(10), None)


def test_all_grades_are_released_and_held(cast: Cast, ada: Client) -> None:
    essay = make_assignment(
        cast.ada_class, [make_question(QuestionKind.ESSAY)], release=Release.BY_TEACHER
    )
    emma = make_user(given_name="Emma")
    enrol(cast.ada_class, emma)
    mark(cast.ada, list_response_ids(hand_in_work(essay, cast.ben, "A."))[0], "1")
    waiting = list_response_ids(hand_in_work(essay, emma, "B."))[0]
    here = f"/classrooms/{cast.ada_class}/assignments/{essay}"
    assert stored_grade(essay, cast.ben).released_at is None
    reply = ada.post(f"{here}/release")
    assert (reply.status_code, reply.headers["Location"]) == (303, here)
    assert "Released: 1 grade." in ada.get(here).text
    assert stored_grade(essay, cast.ben).released_at is not None
    assert stored_grade(essay, emma).released_at is None
    mark(cast.ada, waiting, "1")
    assert stored_grade(essay, emma).released_at is None
    assert ada.post(f"{here}/release").status_code == 303
    assert ada.post(f"{here}/hold").status_code == 303
    assert "2 grades taken back from sight." in ada.get(here).text
    assert stored_grade(essay, emma).released_at is None
    assert [line[2] for line in changes_of(stored_grade(essay, cast.ben).id)][1:] == [
        "Released", "Held back",
    ]  # fmt: skip


def test_holding_all_holds_what_is_still_to_come(cast: Cast, quiz: int, ada: Client) -> None:
    ada.post(f"/classrooms/{cast.ada_class}/assignments/{quiz}/hold")
    hand_in_work(quiz, cast.ben, "100", "100")
    assert stored_grade(quiz, cast.ben).released_at is None
    assert db.session.get_one(Assignment, quiz).release is Release.BY_TEACHER


@pytest.mark.parametrize("act", ["", "/comment", "/hold"])
def test_each_change_touches_the_pupils_and_the_classes_screens(
    cast: Cast, quiz: int, address: str, ada: Client, act: str
) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")

    def revisions() -> tuple[int, int]:
        db.session.rollback()
        person = db.session.get_one(PersonRevision, cast.ben, populate_existing=True)
        room = db.session.query(ClassroomRevision).populate_existing()
        work = room.filter_by(classroom_id=cast.ada_class, is_work=True).one()
        return person.value, work.value

    before = revisions()
    send(ada, address, act, points="3", reason="Why", comment="Hello")
    after = revisions()
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_draft_another_class_and_a_pupil_elsewhere_are_not_found(
    cast: Cast, quiz: int, ada: Client
) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], published_at=None)
    theirs = make_assignment(cast.dan_class, [make_question()])
    here = f"/classrooms/{cast.ada_class}/assignments"
    for address in (
        f"{here}/{draft}/grades/{cast.ben}", f"{here}/{theirs}/grades/{cast.ben}",
        f"{here}/{quiz}/grades/{cast.cleo}", f"{here}/{theirs}/grades/{cast.cleo}", f"{here}/{quiz}/grades/{cast.ada}",
        f"{here}/{quiz}/grades/999999",
    ):  # fmt: skip
        assert ada.get(address).status_code == 404
        for act in POSTS:
            data = {"points": "1", "reason": "Why", "known": ""}
            assert ada.post(address + act, data=data).status_code == 404
    for act in ("release", "hold", "collect"):
        assert ada.post(f"{here}/{theirs}/{act}").status_code == 404


def test_only_the_classes_teacher_gets_in(
    cast: Cast, quiz: int, address: str, sign_in: SignIn, stranger: Client
) -> None:
    data = {"points": "1", "reason": "Why", "known": ""}
    for person, status in ((cast.dan, 404), (cast.ben, 403), (cast.cleo, 404), (cast.root, 403)):
        client = sign_in(person)
        assert client.get(address).status_code == status
        for act in POSTS:
            assert client.post(address + act, data=data).status_code == status
    assert stranger.get(address).status_code == 303
    assert stranger.post(address, data=data).headers["Location"].startswith("/login")
    assert find_stored_grade(quiz, cast.ben) is None


def test_an_archived_class_is_read_but_not_changed(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    version = known_version(ada.get(address).text)
    archive(cast.ada_class)
    page = ada.get(address)
    assert page.status_code == 200
    assert 'name="known"' not in page.text
    for act in POSTS:
        data = {"points": "1", "reason": "Why", "comment": "x", "known": version}
        assert ada.post(address + act, data=data).status_code == 409
    for act in ("release", "hold", "collect"):
        reply = ada.post(f"/classrooms/{cast.ada_class}/assignments/{quiz}/{act}")
        assert reply.status_code == 409
    assert stored_grade(quiz, cast.ben).points == Decimal(5)


def test_a_pupil_who_left_keeps_a_grade_that_can_be_changed(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    hand_in_work(quiz, cast.ben, "100", "1")
    take_off_roster(cast.ben)
    assert "No longer in the class" in ada.get(address).text
    assert by_hand(ada, address, "8").status_code == 303
    assert stored_grade(quiz, cast.ben).points == Decimal(8)


def test_the_page_asks_the_same_with_3_and_30_pupils(
    cast: Cast, quiz: int, address: str, ada: Client
) -> None:
    counts = []
    for more in (2, 27):
        for _ in range(more):
            pupil = make_user()
            enrol(cast.ada_class, pupil)
            hand_in_work(quiz, pupil, "100", "1")
        with counted_queries() as statements:
            assert ada.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
