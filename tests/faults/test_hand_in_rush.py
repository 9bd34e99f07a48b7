"""A class hands in: through gunicorn and PostgreSQL, everybody at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cozmic.extensions import db
from cozmic.models import Grade, GradeChange, Response, Submission
from tests.apps import make_migrated_app
from tests.faults.figures import Record, tell
from tests.faults.quiz import QUESTIONS, RIGHT, WRONG, Pupil, Quiz, make_quiz
from tests.gunicorn_server import Server, gunicorn
from tests.services.postgres import PostgresServer

PUPILS, PRESSES = 300, 500
ARRIVE_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Rush:
    """A served quiz on which everybody has an attempt open."""

    server: Server
    quiz: Quiz


@pytest.fixture
def rush(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Rush]:
    """300 pupils of one class, each with an attempt open on a quiz of five questions."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        quiz = make_quiz(app, PUPILS)
        db.session.remove()
        db.engine.dispose()
        with gunicorn(url, tmp_path) as server:
            yield Rush(server, quiz)
        db.session.remove()
        db.engine.dispose()
    postgres_server.drop_database(url)


def hand_in(rush: Rush, pupil: Pupil, right_answers: int) -> tuple[int, str]:
    """Hand in with some answers right; return the status and where the reply leads."""
    fields = {f"version-{item_id}": "0" for item_id in rush.quiz.item_ids}
    for place, item_id in enumerate(rush.quiz.item_ids):
        fields[f"answer-{item_id}"] = RIGHT if place < right_answers else WRONG
    return rush.quiz.hand_in(rush.server, pupil, fields)


@dataclass(slots=True)
class Replies:
    """What each task gave, in order, and how long the slowest took."""

    each: list[tuple[int, str]]
    slowest_s: float = 0.0

    @property
    def failed_n(self) -> int:
        """Errors of the server, and connections that it closed."""
        return sum(not status or status >= 500 for status, _ in self.each)


def all_at_once(tasks: Sequence[Callable[[], tuple[int, str]]], *, within_s: float) -> Replies:
    """Start every task in a thread of its own, spread evenly."""
    replies = Replies([(0, "")] * len(tasks))
    begun = time.monotonic()

    def run(place: int) -> None:
        time.sleep(max(0.0, begun + within_s * place / len(tasks) - time.monotonic()))
        asked = time.monotonic()
        replies.each[place] = tasks[place]()
        replies.slowest_s = max(replies.slowest_s, time.monotonic() - asked)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


@pytest.mark.slow
def test_300_pupils_hand_in_within_two_seconds_and_nothing_is_lost_or_doubled(
    rush: Rush, record_property: Record
) -> None:
    tasks = [
        lambda pupil=pupil, right=place % (QUESTIONS + 1): hand_in(rush, pupil, right)
        for place, pupil in enumerate(rush.quiz.pupils)
    ]
    replies = all_at_once(tasks, within_s=ARRIVE_WITHIN_S)
    assert Counter(status for status, _ in replies.each) == {303: PUPILS}
    statement = select(Grade.student_id, Grade.points).where(
        Grade.assignment_id == rush.quiz.assignment_id
    )
    grades = db.session.execute(statement).all()
    expected = {
        pupil.user_id: Decimal(place % (QUESTIONS + 1))
        for place, pupil in enumerate(rush.quiz.pupils)
    }
    tell(
        record_property, f"{PUPILS} pupils hand in within {ARRIVE_WITHIN_S:.0f} s", asked_n=PUPILS,
        slowest_s=replies.slowest_s, failed_n=replies.failed_n, kept_n=len(grades), lost_n=PUPILS - len(grades),
    )  # fmt: skip
    assert len(grades) == PUPILS
    assert {row.student_id: row.points for row in grades} == expected
    handed_in = select(func.count()).where(Submission.handed_in_at.is_not(None))
    assert db.session.execute(handed_in).scalar_one() == PUPILS
    stored = select(func.count()).where(Response.points.is_not(None), Response.answer.is_not(None))
    assert db.session.execute(stored).scalar_one() == PUPILS * QUESTIONS
    assert db.session.execute(select(func.count()).select_from(GradeChange)).scalar_one() == PUPILS


@pytest.mark.slow
def test_500_presses_of_one_hand_in_button_give_one_grade_and_one_answer(
    rush: Rush, record_property: Record
) -> None:
    pupil = rush.quiz.pupils[0]
    tasks = [
        lambda right=place % (QUESTIONS + 1): hand_in(rush, pupil, right)
        for place in range(PRESSES)
    ]
    replies = all_at_once(tasks, within_s=0.5)
    tell(
        record_property, f"One pupil presses Hand in {PRESSES} times at once", asked_n=PRESSES,
        slowest_s=replies.slowest_s, failed_n=replies.failed_n,
    )  # fmt: skip
    result = f"/student/attempts/{pupil.submission_id}/result"
    assert Counter(replies.each) == {(303, result): PRESSES}
    grades = db.session.execute(
        select(Grade.points, Grade.submission_id).where(Grade.student_id == pupil.user_id)
    ).all()
    assert len(grades) == 1
    assert grades[0].submission_id == pupil.submission_id
    changes = db.session.execute(select(GradeChange.to_points)).scalars().all()
    assert changes == [grades[0].points]
    points = select(func.sum(Response.points)).where(Response.submission_id == pupil.submission_id)
    assert db.session.execute(points).scalar_one() == grades[0].points
