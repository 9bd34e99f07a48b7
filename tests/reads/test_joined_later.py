"""A pupil who joins when work was due already: no screen says that it is missing, and it can still be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from cozmic.access.clock import get_now
from cozmic.reads.assignment_overview import get_assignment_overview
from cozmic.reads.grade_history import get_grade_page
from cozmic.reads.gradebook import Sort, get_gradebook
from cozmic.reads.own_assignments import list_own_assignments
from cozmic.reads.pupil import get_pupil_page
from cozmic.reads.student_assignment import get_student_assignment
from cozmic.reads.student_assignments import Group, list_student_assignments
from cozmic.reads.student_dashboard import get_student_dashboard
from cozmic.rules.enums import WorkState
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, enrol, make_assignment, make_question, make_submission, make_user

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LateJoiner:
    """Eve, who joined Ada's class an hour after `due` was due; it takes work for another day."""

    classroom_id: int
    id: int
    due: int
    due_at: datetime
    now: datetime


@pytest.fixture
def eve(cast: Cast) -> LateJoiner:
    now = get_now()
    due_at = now - 2 * HOUR
    due = make_assignment(
        cast.ada_class,
        [make_question()],
        title="Due before",
        due_at=due_at,
        closes_at=now + 24 * HOUR,
    )
    eve = make_user(given_name="Eve")
    enrol(cast.ada_class, eve, joined_at=now - HOUR)
    return LateJoiner(cast.ada_class, eve, due, due_at, now)


def in_gradebook(eve: LateJoiner, student_id: int) -> WorkState:
    book = get_gradebook(eve.classroom_id, sort=Sort.NAME, now=eve.now)
    row = next(row for row in book.pupils if row.student_id == student_id)
    return dict(row.cells)[eve.due].state


def in_overview(eve: LateJoiner, student_id: int) -> WorkState:
    overview = get_assignment_overview(eve.classroom_id, eve.due, now=eve.now)
    return next(one.state for one in overview.pupils if one.student_id == student_id)


def in_own_list(eve: LateJoiner, student_id: int) -> WorkState:
    found = list_own_assignments(eve.classroom_id, student_id, now=eve.now)
    return (found.to_do + found.coming + found.done)[0].state


def in_all_lists(eve: LateJoiner, student_id: int) -> WorkState:
    groups = list_student_assignments(student_id, now=eve.now).groups
    return next(work.state for works in groups.values() for work in works)


def on_page(eve: LateJoiner, student_id: int) -> WorkState:
    return get_student_assignment(student_id, eve.due, now=eve.now).state


def on_pupil_page(eve: LateJoiner, student_id: int) -> WorkState:
    return get_pupil_page(eve.classroom_id, student_id, now=eve.now).work[0].state


def on_grade_page(eve: LateJoiner, student_id: int) -> WorkState:
    return get_grade_page(eve.classroom_id, eve.due, student_id, now=eve.now).state


SCREENS = [
    in_gradebook, in_overview, in_own_list, in_all_lists, on_page, on_pupil_page, on_grade_page
]  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_who_joined_after_it_was_due_does_not_miss_it(
    cast: Cast, eve: LateJoiner, screen: Callable[[LateJoiner, int], WorkState]
) -> None:
    assert screen(eve, eve.id) is WorkState.EXCUSED
    assert screen(eve, cast.ben) is WorkState.MISSING


@pytest.mark.parametrize("screen", SCREENS)
def test_who_begins_it_all_the_same_is_in_progress(
    eve: LateJoiner, screen: Callable[[LateJoiner, int], WorkState]
) -> None:
    make_submission(eve.due, eve.id)
    assert screen(eve, eve.id) is WorkState.IN_PROGRESS


def test_it_is_neither_to_do_nor_missing(cast: Cast, eve: LateJoiner) -> None:
    hers = get_student_dashboard(eve.id, now=eve.now)
    assert hers.in_progress + hers.to_do + hers.coming + hers.missing == ()
    assert get_student_dashboard(cast.ben, now=eve.now).missing != ()
    groups = list_student_assignments(eve.id, now=eve.now).groups
    (work,) = groups[Group.BEFORE_JOINING]
    assert work.takes_work
    own = list_own_assignments(eve.classroom_id, eve.id, now=eve.now)
    assert (own.to_do, len(own.done)) == ((), 1)


def test_it_may_be_started_while_it_takes_work(eve: LateJoiner) -> None:
    page = get_student_assignment(eve.id, eve.due, now=eve.now)
    assert (page.may_start, page.was_over) == (True, True)
    closed = get_student_assignment(eve.id, eve.due, now=eve.now + 25 * HOUR)
    assert (closed.may_start, closed.state) == (False, WorkState.EXCUSED)


def test_work_is_not_expected_of_who_joined_later(cast: Cast, eve: LateJoiner) -> None:
    overview = get_assignment_overview(eve.classroom_id, eve.due, now=eve.now)
    assert (overview.expected, len(overview.pupils)) == (1, 2)


def test_pupils_who_joined_between_due_times_are_told_apart(cast: Cast, eve: LateJoiner) -> None:
    later = make_assignment(cast.ada_class, [make_question()], due_at=eve.now - HOUR / 2)
    early, middle = make_user(given_name="Fay"), make_user(given_name="Gus")
    enrol(cast.ada_class, early, joined_at=eve.due_at - HOUR)
    enrol(cast.ada_class, middle, joined_at=eve.due_at)
    book = get_gradebook(cast.ada_class, sort=Sort.NAME, now=eve.now)
    states = {row.student_id: dict(row.cells) for row in book.pupils}
    assert [states[early][one].state for one in (eve.due, later)] == [WorkState.MISSING] * 2
    assert [states[middle][one].state for one in (eve.due, later)] == [
        WorkState.EXCUSED,
        WorkState.MISSING,
    ]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("gradebook", "Joined later"),
        ("gradebook.csv", "joined later"),
        ("assignments/{due}", "Joined later"),
        ("people/{eve}", "Joined later"),
        ("assignments/{due}/grades/{eve}", "Joined later"),
    ],
)
def test_the_teacher_is_told_in_words(
    cast: Cast, eve: LateJoiner, sign_in: SignIn, path: str, word: str
) -> None:
    page = sign_in(cast.ada).get(
        f"/classrooms/{cast.ada_class}/{path.format(due=eve.due, eve=eve.id)}"
    )
    assert word in page.text


def test_the_pupil_is_told_in_words(eve: LateJoiner, sign_in: SignIn) -> None:
    client: Client = sign_in(eve.id)
    assert "Before you joined" in client.get("/student/assignments/").text
    page = client.get(f"/student/assignments/{eve.due}").text
    assert "It was due before you joined your class" in page
    assert ">Start<" in page
    assert "Missing" not in page
