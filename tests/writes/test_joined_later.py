"""What a pupil hands in who joined when it was due already: it is not late and loses nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from cozmic.access.assignments import get_assignment_to_change
from cozmic.access.clock import get_now
from cozmic.access.work import get_attempt_to_mark
from cozmic.extensions import db
from cozmic.models import Assignment
from cozmic.rules.enums import LateRule
from cozmic.rules.schedule import Dates
from cozmic.transaction import transaction
from cozmic.writes.assignments import Plan, change_assignment
from cozmic.writes.handing_in import collect_attempt
from tests.factories import Cast, enrol, make_assignment, make_question, make_submission, make_user
from tests.work import hand_in_work, stored_submission

HOUR = timedelta(hours=1)
HALF_OFF = {"late_rule": LateRule.PENALTY, "late_penalty_percent": 50}


@pytest.fixture
def eve(cast: Cast) -> int:
    """A pupil who joined Ada's class an hour ago."""
    eve = make_user(given_name="Eve")
    enrol(cast.ada_class, eve, joined_at=get_now() - HOUR)
    return eve


def make_quiz(cast: Cast, **dates: object) -> int:
    return make_assignment(
        cast.ada_class, [make_question()], points=Decimal(4), **HALF_OFF, **dates
    )


def test_what_a_late_joiner_hands_in_loses_nothing(cast: Cast, eve: int) -> None:
    quiz = make_quiz(cast, due_at=get_now() - 2 * HOUR)
    hers, his = (stored_submission(hand_in_work(quiz, one, "100")) for one in (eve, cast.ben))
    assert (hers.is_late, hers.points) == (False, Decimal(4))
    assert (his.is_late, his.points) == (True, Decimal(2))


def test_what_is_collected_of_a_late_joiner_is_not_late(cast: Cast, eve: int) -> None:
    now = get_now()
    quiz = make_quiz(cast, due_at=now - 2 * HOUR, closes_at=now - HOUR / 3)
    submission_id = make_submission(quiz, eve, saved_at=now - HOUR / 2)
    with transaction() as touched:
        attempt = get_attempt_to_mark(cast.ada, submission_id, for_update=True)
        collect_attempt(touched, attempt, by_id=cast.ada, now=now)
    assert not stored_submission(submission_id).is_late


def test_work_is_late_no_longer_when_the_due_time_moves_before_its_pupil_joined(
    cast: Cast, eve: int
) -> None:
    now = get_now()
    quiz = make_quiz(cast, due_at=now - HOUR / 2)
    hers, his = hand_in_work(quiz, eve, "100"), hand_in_work(quiz, cast.ben, "100")
    assert stored_submission(hers).is_late
    move_due(cast, quiz, Dates(due_at=now - 2 * HOUR))
    assert (stored_submission(hers).is_late, stored_submission(hers).points) == (False, Decimal(4))
    assert (stored_submission(his).is_late, stored_submission(his).points) == (True, Decimal(2))


def move_due(cast: Cast, quiz: int, dates: Dates) -> None:
    one = db.session.get_one(Assignment, quiz)
    plan = Plan(
        title=one.title, instructions="", dates=dates, attempts_allowed=1, late_rule=one.late_rule,
        late_penalty_percent=one.late_penalty_percent, release=one.release,
    )  # fmt: skip
    with transaction() as touched:
        found = get_assignment_to_change(cast.ada, cast.ada_class, quiz)
        change_assignment(touched, found, plan, by_id=cast.ada, now=get_now())
