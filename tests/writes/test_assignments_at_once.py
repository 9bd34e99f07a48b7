"""A pupil starts while the teacher changes what is asked: one of the two comes first, and the other knows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from cozmic.access.assignments import get_untouched_assignment
from cozmic.access.clock import get_now
from cozmic.access.work import get_assignment_to_start
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, Submission
from cozmic.transaction import transaction
from cozmic.writes.assignments import unpublish_assignment
from cozmic.writes.attempts import start_attempt
from tests.factories import Cast, make_assignment, make_question

HEAD_START_S = 0.3
"""How long the first one holds its locks; the other begins meanwhile."""


@pytest.fixture
def assignment_id(cast: Cast) -> int:
    return make_assignment(cast.ada_class, [make_question()])


def start(cast: Cast, assignment_id: int, hold: Callable[[], object]) -> None:
    """Start as Ben's browser does, and call `hold` before the commit."""
    now = get_now()
    with transaction() as touched:
        found = get_assignment_to_start(cast.ben, assignment_id)
        start_attempt(touched, found, cast.ben, now=now)
        db.session.flush()
        hold()


def unpublish(cast: Cast, assignment_id: int, hold: Callable[[], object]) -> None:
    """Unpublish as Ada's browser does, and call `hold` before the commit."""
    now = get_now()
    with transaction() as touched:
        found = get_untouched_assignment(cast.ada, cast.ada_class, assignment_id, what="it stays")
        unpublish_assignment(touched, found, by_id=cast.ada, now=now)
        db.session.flush()
        hold()


Act = Callable[[Cast, int, Callable[[], object]], None]


def run_both(app: Flask, cast: Cast, assignment_id: int, first: Act, second: Act) -> None:
    """Run the first until it holds its locks, then the second beside it; raise what the second raises."""
    is_held, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        is_held.set()
        may_commit.wait(HEAD_START_S)

    def run(act: Act, holding: Callable[[], object]) -> None:
        with app.app_context():
            try:
                act(cast, assignment_id, holding)
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(run, first, hold)
        assert is_held.wait(10)
        other = pool.submit(run, second, lambda: None)
        one.result(20)
        other.result(20)


def is_published(assignment_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Assignment, assignment_id).published_at is not None


def test_who_starts_first_keeps_the_assignment_published(
    app: Flask, cast: Cast, assignment_id: int
) -> None:
    with pytest.raises(Conflict, match="it stays"):
        run_both(app, cast, assignment_id, start, unpublish)
    assert is_published(assignment_id)


def test_what_is_unpublished_first_is_not_started(
    app: Flask, cast: Cast, assignment_id: int
) -> None:
    with pytest.raises(NotFound):
        run_both(app, cast, assignment_id, unpublish, start)
    assert not is_published(assignment_id)
    assert db.session.query(Submission).all() == []
