"""Two who mark at once, and marking while a pupil hands in: on PostgreSQL, held at the point where it matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import GradeChange
from cozmic.rules.enums import QuestionKind
from tests.client import Client, signed_in
from tests.factories import Cast, make_assignment, make_question, make_submission
from tests.work import (
    hand_in_open,
    hand_in_work,
    list_response_ids,
    mark,
    stored_grade,
    stored_response,
)

pytestmark = [pytest.mark.database, pytest.mark.parametrize("app", ["postgresql"], indirect=True)]
WAIT_S = 1.5  # a lock is given up after 2 s
Task = Callable[[], object]


@contextmanager
def held(table: str, row_id: int, *, how: str = "UPDATE") -> Iterator[Connection]:
    """Hold a row's lock, so that all who want it stand still until the end."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text(f"SELECT 1 FROM {table} WHERE id = {row_id} FOR {how}"))  # noqa: S608
        yield connection


def wait_for_waiters(connection: Connection, count: int) -> None:
    """Wait until so many others of this database stand at a lock."""
    deadline = time.monotonic() + WAIT_S
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while connection.execute(statement).scalar_one() < count:
        # A transaction else sees for ever what it saw first.
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        assert time.monotonic() < deadline, "nobody waits for the lock"
        time.sleep(0.01)


def run(app: Flask, *tasks: Task) -> tuple[list[threading.Thread], list[object]]:
    """Start each task in a thread with an application context of its own; their results come in that order."""
    results: list[object] = [None] * len(tasks)

    def work(place: int) -> None:
        with app.app_context():
            try:
                results[place] = tasks[place]()
            except Exception as error:  # noqa: BLE001  the test looks at what came of it
                results[place] = error

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    return threads, results


def finish(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def send(client: Client, response_id: int, points: str) -> TestResponse:
    """Send a mark from a page that showed none."""
    data = {"points": points, "comment": "", "known": "|"}
    return client.post(f"/teacher/grading/{response_id}", data=data)


def status(result: object) -> int:
    assert isinstance(result, TestResponse), result
    return result.status_code


def test_of_two_marks_at_once_the_second_is_told(app: Flask, cast: Cast) -> None:
    essay = make_assignment(cast.ada_class, [make_question(QuestionKind.ESSAY)], points=Decimal(5))
    submission_id = hand_in_work(essay, cast.ben, "Because.")
    response_id = list_response_ids(submission_id)[0]
    first, second = signed_in(app, cast.ada), signed_in(app, cast.ada)
    with held("submissions", submission_id) as connection:
        threads, results = run(
            app, lambda: send(first, response_id, "2"), lambda: send(second, response_id, "4")
        )
        wait_for_waiters(connection, 2)
    finish(threads)
    statuses = [status(result) for result in results]
    assert sorted(statuses) == [303, 409]
    winner = (Decimal(2), Decimal(4))[statuses.index(303)]
    assert stored_response(response_id).points == winner
    assert stored_grade(essay, cast.ben).points == winner
    assert db.session.query(GradeChange).count() == 1


def test_two_answers_of_one_attempt_marked_at_once_both_count(app: Flask, cast: Cast) -> None:
    questions = [make_question(QuestionKind.ESSAY), make_question(QuestionKind.ESSAY)]
    essays = make_assignment(cast.ada_class, questions, points=Decimal(5))
    submission_id = hand_in_work(essays, cast.ben, "A.", "B.")
    one, two = list_response_ids(submission_id)
    first, second = signed_in(app, cast.ada), signed_in(app, cast.ada)
    with held("submissions", submission_id) as connection:
        threads, results = run(app, lambda: send(first, one, "2"), lambda: send(second, two, "4"))
        wait_for_waiters(connection, 2)
    finish(threads)
    assert [status(result) for result in results] == [303, 303]
    assert stored_grade(essays, cast.ben).points == Decimal(6)


@pytest.mark.parametrize(("points", "best"), [("4", Decimal(8)), ("0", Decimal(4))])
def test_marking_while_the_next_attempt_comes_in_gives_the_better_of_both(
    app: Flask, cast: Cast, points: str, best: Decimal
) -> None:
    questions = [make_question(QuestionKind.ESSAY), make_question()]
    quiz = make_assignment(cast.ada_class, questions, points=Decimal(4), attempts_allowed=3)
    first = list_response_ids(hand_in_work(quiz, cast.ben, "A.", "1"))[0]
    mark(cast.ada, first, "2")
    mark(cast.ada, list_response_ids(stored_response(first).submission_id)[1], "4")
    again = make_submission(quiz, cast.ben, attempt=2)
    with held("grades", stored_grade(quiz, cast.ben).id) as connection:
        threads, results = run(
            app,
            lambda: mark(cast.ada, first, points),
            lambda: hand_in_open(cast.ben, again, ["", "100"]),
        )
        wait_for_waiters(connection, 2)
    finish(threads)
    assert results == [None, None]
    assert stored_grade(quiz, cast.ben).points == best


def test_a_grade_that_comes_in_while_all_are_held_is_held(app: Flask, cast: Cast) -> None:
    quiz = make_assignment(cast.ada_class, [make_question()])
    attempt = make_submission(quiz, cast.ben)
    with held("assignments", quiz, how="NO KEY UPDATE") as connection:
        threads, results = run(app, lambda: hand_in_open(cast.ben, attempt, ["100"]))
        wait_for_waiters(connection, 1)
        connection.execute(
            text(f"UPDATE assignments SET release = 'by_teacher' WHERE id = {quiz}")  # noqa: S608
        )
    finish(threads)
    assert results == [None]
    grade = stored_grade(quiz, cast.ben)
    assert (grade.points, grade.released_at) == (Decimal(1), None)


def test_collecting_and_handing_in_the_last_moment_close_an_attempt_once(
    app: Flask, cast: Cast
) -> None:
    now = get_now()
    quiz = make_assignment(cast.ada_class, [make_question()], closes_at=now - timedelta(hours=1))
    attempt = make_submission(quiz, cast.ben)
    ada = signed_in(app, cast.ada)
    here = f"/classrooms/{cast.ada_class}/assignments/{quiz}/collect"
    in_time = now - timedelta(hours=2)
    with held("submissions", attempt) as connection:
        threads, results = run(
            app,
            lambda: hand_in_open(cast.ben, attempt, ["100"], now=in_time),
            lambda: ada.post(here),
        )
        wait_for_waiters(connection, 2)
    finish(threads)
    assert results[0] is None
    assert status(results[1]) == 303
    assert db.session.query(GradeChange).count() == 1
