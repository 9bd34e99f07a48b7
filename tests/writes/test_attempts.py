"""Starting, saving and handing in, also when many do it at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask

from cozmic.access.assignments import get_untouched_assignment
from cozmic.access.clock import get_now
from cozmic.access.work import get_assignment_to_start, get_attempt_to_hand_in, get_own_attempt
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, Grade, GradeChange, Response, Submission
from cozmic.transaction import transaction
from cozmic.writes.assignments import unpublish_assignment
from cozmic.writes.attempts import (
    GivenAnswer,
    StaleAnswer,
    save_answer,
    save_answers,
    start_attempt,
)
from cozmic.writes.handing_in import hand_in
from tests.factories import Cast, make_assignment, make_question, make_submission
from tests.web.handing_in import items_of

CROWD = 20
T = TypeVar("T")


@pytest.fixture
def quiz(cast: Cast) -> int:
    return make_assignment(cast.ada_class, [make_question() for _ in range(3)])


def all_at_once(app: Flask, act: Callable[[int], T], *, crowd: int = CROWD) -> list[T]:
    """Let a crowd of threads do the same thing at the same moment; return what each got."""
    db.session.rollback()
    barrier = Barrier(crowd)

    def one(number: int) -> T:
        with app.app_context():
            barrier.wait()
            try:
                return act(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(crowd) as pool:
        return list(pool.map(one, range(crowd)))


def start(cast: Cast, assignment_id: int) -> int:
    with transaction() as touched:
        assignment = get_assignment_to_start(cast.ben, assignment_id)
        return start_attempt(touched, assignment, cast.ben, now=get_now()).id


def send(cast: Cast, submission_id: int, given: dict[int, GivenAnswer]) -> Decimal | None:
    """Hand in; return the points as the one who handed in would read them."""
    now = get_now()
    with transaction() as touched:
        attempt = get_attempt_to_hand_in(cast.ben, submission_id)
        hand_in(touched, attempt, given, now=now)
    points = db.session.get_one(Submission, submission_id).points
    db.session.rollback()
    return points


def test_twenty_hand_ins_at_once_are_one(app: Flask, cast: Cast, quiz: int) -> None:
    attempt = make_submission(quiz, cast.ben)
    given = {item: GivenAnswer("100", 0) for item in items_of(attempt)}
    replies = all_at_once(app, lambda _: send(cast, attempt, given))
    assert replies == [Decimal(3)] * CROWD
    grade = db.session.query(Grade).one()
    assert (grade.points, grade.submission_id) == (Decimal(3), attempt)
    assert db.session.query(GradeChange).count() == 1
    assert {row.version for row in db.session.query(Response)} == {1}


def test_of_twenty_that_hand_in_different_answers_one_stands_whole(
    app: Flask, cast: Cast, quiz: int
) -> None:
    attempt = make_submission(quiz, cast.ben)
    items = items_of(attempt)
    all_at_once(
        app,
        lambda number: send(cast, attempt, {one: GivenAnswer(str(number), 0) for one in items}),
    )
    assert len({row.answer for row in db.session.query(Response)}) == 1
    assert db.session.query(GradeChange).count() == 1


def test_twenty_starts_at_once_are_one_attempt(app: Flask, cast: Cast, quiz: int) -> None:
    ids = all_at_once(app, lambda _: start(cast, quiz))
    assert len(set(ids)) == 1
    assert db.session.query(Submission).count() == 1
    assert db.session.query(Response).count() == 3


def test_saves_at_once_lose_nothing_that_was_acknowledged(
    app: Flask, cast: Cast, quiz: int
) -> None:
    attempt = make_submission(quiz, cast.ben)
    item = items_of(attempt)[0]

    def save(number: int) -> str | None:
        try:
            with transaction():
                own = get_own_attempt(cast.ben, attempt, for_update=True)
                save_answer(own, item, GivenAnswer(str(number), 0), now=get_now())
        except StaleAnswer:
            return None
        return str(number)

    acknowledged = [answer for answer in all_at_once(app, save) if answer is not None]
    row = db.session.query(Response).filter_by(item_id=item).one()
    assert acknowledged == [row.answer]
    assert row.version == 1


def test_saving_and_handing_in_at_once_agree(app: Flask, cast: Cast, quiz: int) -> None:
    attempt = make_submission(quiz, cast.ben)
    item = items_of(attempt)[0]

    def either(number: int) -> str:
        try:
            if number % 2:
                send(cast, attempt, {})
                return "handed in"
            with transaction():
                own = get_own_attempt(cast.ben, attempt, for_update=True)
                save_answer(own, item, GivenAnswer("100", 0), now=get_now())
        except Conflict:
            return "too late"
        return "saved"

    replies = all_at_once(app, either)
    row = db.session.query(Response).filter_by(item_id=item).one()
    # What was acknowledged before the hand-in is graded with it; what came after was refused.
    assert (row.answer, row.points) == (
        ("100", Decimal(1)) if "saved" in replies else (None, Decimal(0))
    )


def test_taking_back_an_assignment_and_starting_it_exclude_each_other(
    app: Flask, cast: Cast
) -> None:
    for _ in range(5):
        quiz = make_assignment(cast.ada_class, [make_question()])

        def either(number: int, quiz: int = quiz) -> str:
            try:
                if number % 2:
                    start(cast, quiz)
                    return "started"
                with transaction() as touched:
                    row = get_untouched_assignment(cast.ada, cast.ada_class, quiz, what="wait")
                    unpublish_assignment(touched, row, by_id=cast.ada, now=get_now())
                return "taken back"
            except (Conflict, NotFound):
                return "refused"

        replies = all_at_once(app, either, crowd=6)
        is_published = db.session.get_one(Assignment, quiz).published_at is not None
        started = db.session.query(Submission).filter_by(assignment_id=quiz).count()
        assert (is_published, started) in {(True, 1), (False, 0)}
        assert ("started" in replies) == bool(started)


def test_save_answers_names_what_it_could_not_keep(app: Flask, cast: Cast, quiz: int) -> None:
    attempt = make_submission(quiz, cast.ben)
    first, second, third = items_of(attempt)
    now = get_now()
    with transaction():
        own = get_own_attempt(cast.ben, attempt, for_update=True)
        save_answer(own, first, GivenAnswer("1", 0), now=now)
    given = {
        first: GivenAnswer("2", 0), second: GivenAnswer("x" * 501, 0), third: GivenAnswer("3", 0),
        10**9: GivenAnswer("4", 0),
    }  # fmt: skip
    with transaction():
        own = get_own_attempt(cast.ben, attempt, for_update=True)
        assert save_answers(own, given, now=now) == (first, second)
    rows = db.session.query(Response.answer).order_by(Response.item_id)
    assert [answer for (answer,) in rows] == ["1", None, "3"]


def test_a_hand_in_that_fails_leaves_no_trace(app: Flask, cast: Cast, quiz: int) -> None:
    attempt = make_submission(quiz, cast.ben)
    first, second, _ = items_of(attempt)
    with transaction():
        own = get_own_attempt(cast.ben, attempt, for_update=True)
        save_answer(own, second, GivenAnswer("theirs", 0), now=get_now())
    with pytest.raises(Conflict):
        send(cast, attempt, {first: GivenAnswer("1", 0), second: GivenAnswer("mine", 0)})
    assert db.session.query(Grade).count() == 0
    rows = db.session.query(Response.answer, Response.outcome).order_by(Response.item_id)
    assert [tuple(row) for row in rows] == [(None, None), ("theirs", None), (None, None)]


def test_an_attempt_can_be_started_until_it_closes_and_not_after(
    app: Flask, cast: Cast, quiz: int
) -> None:
    with transaction():
        db.session.get_one(Assignment, quiz).closes_at = get_now() - timedelta(seconds=1)
    with pytest.raises(Conflict, match="not open"):
        start(cast, quiz)


def test_a_new_attempt_begins_blank(app: Flask, cast: Cast) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()], attempts_allowed=2)
    first = start(cast, quiz)
    send(cast, first, {items_of(first)[0]: GivenAnswer("100", 0)})
    second = start(cast, quiz)
    row = db.session.query(Submission).filter_by(id=second).one()
    assert (row.attempt, row.handed_in_at) == (2, None)
    assert db.session.query(Response).filter_by(submission_id=second).one().answer is None
