"""A teacher's first page: the next step of a new class, who needs help, how the classes stand."""

from __future__ import annotations

from cozmic.rules.enums import Role
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, enrol, make_assignment, make_classroom, make_question, make_user
from tests.web.handing_in import answer_and_hand_in
from tests.web.pages import card_of
from tests.web.test_student_dashboard import hero_of

MANY = 9


def home(client: Client) -> str:
    return client.get("/teacher/").text


def test_a_new_teacher_is_asked_to_make_a_class(sign_in: SignIn, cast: Cast) -> None:
    assert cast.ada
    newcomer = make_user(Role.TEACHER, given_name="Nina", username="nina")
    assert "Make a class" in hero_of(home(sign_in(newcomer)))


def test_a_class_without_pupils_asks_for_them(sign_in: SignIn, cast: Cast) -> None:
    room = make_classroom(cast.ada, "New one")
    page = home(sign_in(cast.ada))
    assert "Add pupils to New one" in hero_of(page)
    assert f"/classrooms/{room}/people/import" in hero_of(page)
    assert "no pupils yet" in card_of(page, "Your classes")


def test_a_class_without_work_asks_for_it(sign_in: SignIn, cast: Cast) -> None:
    ada = sign_in(cast.ada)
    page = home(ada)
    assert "Set work for" in hero_of(page)
    assert f"/classrooms/{cast.ada_class}/assignments/new" in hero_of(page)
    assert "When work comes in" in card_of(page, "Who needs you")
    make_assignment(cast.ada_class, [make_question()])
    assert "Set work for" not in home(ada)


def test_the_first_mark_says_who_is_lost(sign_in: SignIn, cast: Cast) -> None:
    quiz = make_assignment(cast.ada_class, [make_question(), make_question(), make_question()])
    answer_and_hand_in(sign_in(cast.ben), quiz, "1", "2", "3")
    page = home(sign_in(cast.ada))
    assert "0% in the only mark so far" in card_of(page, "Who needs you")
    assert "average 0%" in card_of(page, "Your classes")


def test_a_good_first_mark_concerns_nobody(sign_in: SignIn, cast: Cast) -> None:
    answer_and_hand_in(sign_in(cast.ben), make_assignment(cast.ada_class, [make_question()]), "100")
    assert "Nobody is stuck or slipping" in card_of(home(sign_in(cast.ada)), "Who needs you")


def test_whoever_does_not_fit_is_folded_away_but_there(sign_in: SignIn, cast: Cast) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()])
    for number in range(MANY):
        pupil = make_user(given_name=f"Pupil{number}", username=f"pupil{number}")
        enrol(cast.ada_class, pupil)
        answer_and_hand_in(sign_in(pupil), quiz, "1")
    needed = card_of(home(sign_in(cast.ada)), "Who needs you")
    assert "<summary>3 more</summary>" in needed
    assert all(f"Pupil{number}" in needed for number in range(MANY))
