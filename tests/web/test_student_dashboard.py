"""A pupil's first page: what to do next, what is begun, what was missed."""

from __future__ import annotations

from datetime import timedelta

from cozmic.access.clock import get_now
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question, make_user
from tests.web.handing_in import answer_and_hand_in, start
from tests.web.pages import card_of

HOUR = timedelta(hours=1)


def hero_of(page: str) -> str:
    """The panel that says what comes next."""
    return page.split('<section class="hero">')[1].split("</section>", maxsplit=1)[0]


def test_what_is_due_first_comes_next(cast: Cast, ben: Client) -> None:
    now, question = get_now(), make_question()
    make_assignment(cast.ada_class, [question], title="Any time")
    make_assignment(cast.ada_class, [question], title="Tomorrow", due_at=now + 24 * HOUR)
    make_assignment(cast.ada_class, [question], title="Tonight", due_at=now + HOUR)
    make_assignment(cast.ada_class, [question], title="Next week", opens_at=now + 99 * HOUR)
    make_assignment(cast.ada_class, [question], title="Forgotten", due_at=now - HOUR)
    page = ben.get("/student/").text
    assert "Tonight" in hero_of(page)
    rest = card_of(page, "Next")
    assert rest.index("Tomorrow") < rest.index("Any time") < rest.index("Next week")
    assert "Tonight" not in rest
    assert "Forgotten" in card_of(page, "Missing")


def test_what_is_begun_comes_before_all_else(cast: Cast, ben: Client) -> None:
    now, question = get_now(), make_question()
    make_assignment(cast.ada_class, [question], title="Tonight", due_at=now + HOUR)
    begun = make_assignment(cast.ada_class, [question], title="Begun", due_at=now + 24 * HOUR)
    attempt = start(ben, begun)
    hero = hero_of(ben.get("/student/").text)
    assert "Begun" in hero
    assert f"/student/attempts/{attempt}" in hero


def test_a_second_attempt_under_way_is_begun_work(cast: Cast, ben: Client) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()], title="Twice", attempts_allowed=2)
    answer_and_hand_in(ben, quiz, "1")
    assert "Twice" not in hero_of(ben.get("/student/").text)
    start(ben, quiz)
    assert "Twice" in hero_of(ben.get("/student/").text)


def test_with_nothing_left_to_do_the_sky_is_clear(cast: Cast, ben: Client) -> None:
    answer_and_hand_in(ben, make_assignment(cast.ada_class, [make_question()]), "100")
    page = ben.get("/student/").text
    assert "Your sky is clear" in hero_of(page)
    assert card_of(page, "Missing") == ""
    assert "100%" in card_of(page, "Latest grades")


def test_missed_work_that_is_still_taken_is_not_called_done(cast: Cast, ben: Client) -> None:
    past = get_now() - HOUR
    make_assignment(cast.ada_class, [make_question()], title="Still open", due_at=past)
    make_assignment(
        cast.ada_class, [make_question()], title="Over", due_at=past - HOUR, closes_at=past
    )
    hero = hero_of(ben.get("/student/").text)
    assert "1 piece of work can still be handed in" in hero
    assert "All done" not in hero


def test_whoever_is_in_no_class_is_told_how_to_get_into_one(sign_in: SignIn, cast: Cast) -> None:
    assert cast.ben
    newcomer = sign_in(make_user(given_name="Zed", username="zed"))
    page = newcomer.get("/student/").text
    assert "Welcome, Zed!" in hero_of(page)
    assert "Join a class" in hero_of(page)
    assert "All done" not in page
    assert card_of(page, "Latest grades") == ""


def test_others_have_no_such_page(cast: Cast, sign_in: SignIn, stranger: Client) -> None:
    assert sign_in(cast.ada).get("/student/").status_code == 403
    assert sign_in(cast.root).get("/student/").status_code == 403
    assert stranger.get("/student/").status_code == 303
