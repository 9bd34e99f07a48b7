"""A pupil's list of assignments, and one assignment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Submission
from cozmic.rules.enums import LateRule, QuestionKind, Release
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    Cast,
    archive,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_user,
    take_off_roster,
)
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in, hand_in_blank, start
from tests.web.pages import card_of

HOUR = timedelta(hours=1)
FUTURE = datetime(2099, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def quiz(cast: Cast) -> int:
    return make_assignment(cast.ada_class, [make_question()], title="Fractions", points=Decimal(4))


def test_work_stands_under_what_is_to_be_done_about_it(cast: Cast, ben: Client) -> None:
    now = get_now()
    question = make_question()
    due = now + HOUR
    make_assignment(cast.ada_class, [question], title="Ahead", due_at=due)
    begun = make_assignment(cast.ada_class, [question], title="Begun", due_at=due)
    make_assignment(cast.ada_class, [question], title="Forgotten", due_at=now - HOUR)
    make_assignment(cast.ada_class, [question], title="Next week", opens_at=now + HOUR)
    essay = make_assignment(cast.ada_class, [make_question(QuestionKind.ESSAY)], title="Essay")
    done = make_assignment(cast.ada_class, [question], title="Finished")
    start(ben, begun)
    answer_and_hand_in(ben, essay, "Two causes.")
    answer_and_hand_in(ben, done, "100")
    page = ben.get("/student/assignments/").text
    assert "Ahead" in card_of(page, "To do")
    assert "Begun" in card_of(page, "In progress")
    assert "Forgotten" in card_of(page, "Missing")
    assert "can still be handed in" in card_of(page, "Missing")
    assert "Next week" in card_of(page, "Coming up")
    assert "Essay" in card_of(page, "Handed in")
    assert "Not graded yet" in card_of(page, "Handed in")
    assert "Finished" in card_of(page, "Done")
    assert '<strong class="work-points">1 <span>of 1' in card_of(page, "Done")


def test_held_grades_stand_under_handed_in_without_points(cast: Cast, ben: Client) -> None:
    held = make_assignment(
        cast.ada_class, [make_question()], release=Release.BY_TEACHER, points=Decimal("7.25")
    )
    answer_and_hand_in(ben, held, "100")
    card = card_of(ben.get("/student/assignments/").text, "Handed in")
    assert "Not released yet" in card
    assert "7.25" not in card


def test_drafts_and_other_classes_are_not_listed(cast: Cast, ben: Client) -> None:
    make_assignment(cast.ada_class, [make_question()], title="Draft", published_at=None)
    make_assignment(cast.dan_class, [make_question()], title="Elsewhere")
    page = ben.get("/student/assignments/").text
    assert "Nothing yet" in page
    assert "Draft" not in page
    assert "Elsewhere" not in page


def test_an_archived_class_shows_only_what_was_handed_in(
    cast: Cast, ben: Client, quiz: int
) -> None:
    make_assignment(cast.ada_class, [make_question()], title="Never begun")
    answer_and_hand_in(ben, quiz, "100")
    archive(cast.ada_class)
    page = ben.get("/student/assignments/").text
    assert "Fractions" in page
    assert "Never begun" not in page


def test_two_hundred_assignments_make_a_list_that_can_be_read(cast: Cast, ben: Client) -> None:
    question = make_question()
    ids = [
        make_assignment(cast.ada_class, [question], title=f"Quiz {number}") for number in range(50)
    ]
    for one in ids[:45]:
        hand_in_blank(ben, one)
    page = ben.get("/student/assignments/")
    assert page.text.count('<li class="row">') == 25
    assert "45 done in all" in page.text
    seen = 20
    while 'rel="next"' in page.text:
        page = ben.get(page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0])
        seen += page.text.count('<li class="row">')
    assert seen == 45


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999", "1e5", ""])
def test_a_place_that_does_not_exist_shows_the_first_page(
    ben: Client, quiz: int, before: str
) -> None:
    assert "Fractions" in ben.get(f"/student/assignments/?before={before}").text


def test_queries_are_few_and_do_not_grow_with_the_data(app: Flask, cast: Cast, ben: Client) -> None:
    counts = []
    for _ in range(2):
        classroom = make_classroom(cast.ada)
        enrol(classroom, cast.ben)
        ids = [
            make_assignment(classroom, [make_question(), make_question()], attempts_allowed=2)
            for _ in range(5)
        ]
        for one in ids:
            answer_and_hand_in(ben, one, "100")
            start(ben, one)
        with counted_queries() as listing:
            ben.get("/student/assignments/")
        with counted_queries() as page:
            ben.get(f"/student/assignments/{ids[0]}")
        counts.append((len(listing), len(page)))
    assert counts == [(2, 3), (2, 3)]


def test_one_assignment_says_what_is_asked_and_until_when(cast: Cast, ben: Client) -> None:
    one = make_assignment(
        cast.ada_class, [make_question(), make_question()], title="Fractions",
        instructions="Show <your> steps.", due_at=FUTURE, closes_at=FUTURE + HOUR, attempts_allowed=3,
        late_rule=LateRule.PENALTY, late_penalty_percent=20, points=Decimal("1.5"),
    )  # fmt: skip
    page = ben.get(f"/student/assignments/{one}").text
    assert "Show &lt;your&gt; steps." in page
    assert "Fri 1 May 2099, 13:00" in page
    assert "Fri 1 May 2099, 14:00" in page
    assert "loses 20% of its points" in page
    assert "3 of 3" in page
    assert "<dd>3</dd>" in page
    assert ">Start<" in page


def test_start_continue_and_try_again(cast: Cast, ben: Client) -> None:
    one = make_assignment(cast.ada_class, [make_question()], attempts_allowed=2)
    url = f"/student/assignments/{one}"
    attempt = start(ben, one)
    assert ">Continue<" in ben.get(url).text
    assert start(ben, one) == attempt
    ben.post(f"/student/attempts/{attempt}/hand-in")
    page = ben.get(url).text
    assert ">Try again<" in page
    assert "1 of 2" in page
    second = start(ben, one)
    ben.post(f"/student/attempts/{second}/hand-in")
    page = ben.get(url).text
    assert "You have used all your attempts." in page
    assert "/start" not in page
    assert ben.post(f"{url}/start").status_code == 409


def test_the_best_attempt_is_said_to_count(cast: Cast, ben: Client) -> None:
    one = make_assignment(cast.ada_class, [make_question()], attempts_allowed=2, points=Decimal(9))
    answer_and_hand_in(ben, one, "100")
    answer_and_hand_in(ben, one, "99")
    page = ben.get(f"/student/assignments/{one}").text
    first = page[page.index("Attempt 1") :]
    assert "this one counts" in first
    assert "this one counts" not in page[: page.index("Attempt 1")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opens_at": HOUR}, "It opens"),
        ({"due_at": -HOUR, "late_rule": LateRule.REFUSE}, "It has closed"),
        ({"closes_at": -HOUR}, "It has closed"),
    ],
)
def test_what_is_not_open_cannot_be_started(
    cast: Cast, ben: Client, fields: dict[str, object], words: str
) -> None:
    now = get_now()
    moved: dict[str, Any] = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in fields.items()
    }
    one = make_assignment(cast.ada_class, [make_question()], **moved)
    page = ben.get(f"/student/assignments/{one}").text
    assert words in page
    assert "/start" not in page
    assert ben.post(f"/student/assignments/{one}/start").status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_an_archived_class_takes_no_new_attempt(cast: Cast, ben: Client, quiz: int) -> None:
    archive(cast.ada_class)
    assert "This class is archived" in ben.get(f"/student/assignments/{quiz}").text
    assert ben.post(f"/student/assignments/{quiz}/start").status_code == 409


@pytest.mark.parametrize("path", ["", "/start"])
def test_strangers_and_others_are_kept_out(
    cast: Cast, sign_in: SignIn, stranger: Client, quiz: int, path: str
) -> None:
    def ask(client: Client) -> int:
        url = f"/student/assignments/{quiz}{path}"
        return (client.post(url) if path else client.get(url)).status_code

    assert ask(stranger) == 303
    assert ask(sign_in(cast.cleo)) == 404
    assert ask(sign_in(cast.ada)) == 403
    assert ask(sign_in(cast.dan)) == 403
    assert ask(sign_in(cast.root)) == 403


def test_a_removed_pupil_sees_nothing_of_the_class(cast: Cast, ben: Client, quiz: int) -> None:
    take_off_roster(cast.ben)
    assert ben.get(f"/student/assignments/{quiz}").status_code == 404
    assert ben.post(f"/student/assignments/{quiz}/start").status_code == 404
    assert "Fractions" not in ben.get("/student/assignments/").text


def test_a_draft_is_not_there(cast: Cast, ben: Client) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], published_at=None)
    assert ben.get(f"/student/assignments/{draft}").status_code == 404
    assert ben.post(f"/student/assignments/{draft}/start").status_code == 404


def test_other_pupils_work_does_not_show(
    cast: Cast, sign_in: SignIn, ben: Client, quiz: int
) -> None:
    eve = make_user(given_name="Eve")
    enrol(cast.ada_class, eve)
    answer_and_hand_in(sign_in(eve), quiz, "100")
    page = ben.get(f"/student/assignments/{quiz}").text
    assert ">Start<" in page
    assert "handed in" not in page.lower()
