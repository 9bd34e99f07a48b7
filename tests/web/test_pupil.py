"""One pupil's work, for the teacher."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from cozmic.access.clock import get_now
from cozmic.models import Grade
from cozmic.rules.enums import QuestionKind
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
    save,
)
from tests.queries import counted_queries
from tests.web.pages import row_of
from tests.work import hand_in_work


def page_of(cast: Cast, student_id: int) -> str:
    return f"/classrooms/{cast.ada_class}/people/{student_id}"


def test_each_assignment_stands_with_its_state_and_points(cast: Cast, sign_in: SignIn) -> None:
    now, room, question = get_now(), cast.ada_class, make_question()
    past, soon = now - timedelta(days=1), now + timedelta(days=1)
    made: dict[str, dict[str, Any]] = {
        "Work done": {"points": Decimal(4)},
        "Work begun": {"due_at": soon},
        "Work fresh": {},
        "Work missed": {"due_at": past},
        "Work to come": {"opens_at": soon},
        "Work drafted": {"published_at": None},
    }
    ids = {
        title: make_assignment(room, [question], title=title, **fields)
        for title, fields in made.items()
    }
    handed_in = hand_in_work(ids["Work done"], cast.ben, "100")
    make_submission(ids["Work begun"], cast.ben)
    page = sign_in(cast.ada).get(page_of(cast, cast.ben)).text
    for title, words in {
        "Work done": "Graded", "Work begun": "In progress", "Work fresh": "Not started",
        "Work missed": "Missing", "Work to come": "Not open yet",
    }.items():  # fmt: skip
        assert words in row_of(page, title)
    assert "4 of 4" in row_of(page, "Work done")
    assert f"/submissions/{handed_in}" in row_of(page, "Work done")
    assert f"/grades/{cast.ben}" in row_of(page, "Work missed")
    assert "Work drafted" not in page


def test_work_that_waits_for_the_teacher_and_held_grades_say_so(
    cast: Cast, sign_in: SignIn
) -> None:
    essay = make_assignment(cast.ada_class, [make_question(QuestionKind.ESSAY)], title="Essay")
    hand_in_work(essay, cast.ben, "I think")
    held = make_assignment(cast.ada_class, [make_question()], title="Kept back")
    save(
        Grade(
            assignment_id=held, student_id=cast.ben, points=Decimal("0.5"), is_by_hand=True,
            comment="", graded_at=get_now(),
        )
    )  # fmt: skip
    page = sign_in(cast.ada).get(page_of(cast, cast.ben)).text
    assert "Not graded yet" in row_of(page, "Essay")
    assert "Held" in row_of(page, "Kept back")
    assert "0.5 of 1" in row_of(page, "Kept back")


def test_another_pupils_work_is_not_shown(cast: Cast, sign_in: SignIn) -> None:
    other = make_user(given_name="Other")
    enrol(cast.ada_class, other)
    assignment = make_assignment(cast.ada_class, [make_question()], title="Ours")
    hand_in_work(assignment, other, "100")
    page = sign_in(cast.ada).get(page_of(cast, cast.ben)).text
    assert "Not started" in row_of(page, "Ours")


def test_a_removed_pupil_is_shown_with_the_work_and_can_be_brought_back(
    cast: Cast, sign_in: SignIn
) -> None:
    gone = make_user(given_name="Gone")
    enrol(cast.ada_class, gone, removed_at=LONG_AGO)
    page = sign_in(cast.ada).get(page_of(cast, gone)).text
    assert "Bring back" in page
    assert "Give a new password" not in page


def test_twice_the_work_takes_as_many_queries(cast: Cast, sign_in: SignIn) -> None:
    client, counts, question = sign_in(cast.ada), [], make_question()
    for _ in range(2):
        for _ in range(5):
            hand_in_work(make_assignment(cast.ada_class, [question]), cast.ben, "1")
        with counted_queries() as queries:
            assert client.get(page_of(cast, cast.ben)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_only_the_teacher_sees_it_and_only_of_pupils_of_the_class(
    cast: Cast, sign_in: SignIn
) -> None:
    for person, status in ((cast.dan, 404), (cast.ben, 403), (cast.cleo, 404), (cast.root, 403)):
        assert sign_in(person).get(page_of(cast, cast.ben)).status_code == status
    client = sign_in(cast.ada)
    for student_id in (cast.cleo, cast.ada, 10**17):
        assert client.get(page_of(cast, student_id)).status_code == 404
    elsewhere = make_classroom(cast.ada, "Another")
    assert client.get(f"/classrooms/{elsewhere}/people/{cast.ben}").status_code == 404
