"""Two who take the same locks take them in one order: on PostgreSQL, held at the point where they would cross."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.rules.enums import LateRule, QuestionKind
from tests.client import signed_in
from tests.factories import Cast, make_assignment, make_question
from tests.faults.test_marking_races import finish, held, run, status, wait_for_waiters
from tests.work import hand_in_work, list_response_ids, mark, stored_grade

pytestmark = [pytest.mark.database, pytest.mark.parametrize("app", ["postgresql"], indirect=True)]
PLAN = {
    "title": "Essay", "instructions": "", "opens_at": "", "due_at": "", "closes_at": "", "attempts_allowed": "3",
    "late_rule": "accept", "late_penalty_percent": "10", "release": "automatic",
}  # fmt: skip


@pytest.fixture
def essay(cast: Cast) -> int:
    """An essay that was due yesterday; late work loses half of its points."""
    question = make_question(QuestionKind.ESSAY)
    return make_assignment(
        cast.ada_class, [question], points=Decimal(4), attempts_allowed=3,
        due_at=get_now() - timedelta(days=1), late_rule=LateRule.PENALTY, late_penalty_percent=50,
    )  # fmt: skip


def test_marking_late_work_while_its_due_time_goes(app: Flask, cast: Cast, essay: int) -> None:
    submission = hand_in_work(essay, cast.ben, "Because.")
    response, ada = list_response_ids(submission)[0], signed_in(app, cast.ada)
    edit = f"/classrooms/{cast.ada_class}/assignments/{essay}/edit"
    with held("submissions", submission) as connection:
        threads, results = run(
            app, lambda: mark(cast.ada, response, "4"), lambda: ada.post(edit, data=PLAN)
        )
        wait_for_waiters(connection, 2)
    finish(threads)
    assert results[0] is None
    assert status(results[1]) == 303
    assert stored_grade(essay, cast.ben).points == Decimal(4)
