"""A class hands in: through gunicorn and PostgreSQL, everybody at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import (
    AssignmentItem,
    Enrolment,
    Grade,
    GradeChange,
    Response,
    Submission,
    User,
    UserSession,
)
from cozmic.rules.enums import QuestionKind, Role
from cozmic.transaction import transaction
from tests.apps import make_migrated_app
from tests.client import RAW_TOKEN, csrf_token
from tests.factories import (
    LONG_AGO,
    make_assignment,
    make_classroom,
    make_question,
    make_user,
    password_hash,
)
from tests.gunicorn_server import Server, gunicorn
from tests.services.postgres import PostgresServer

PUPILS, PRESSES = 300, 500
ARRIVE_WITHIN_S = 2.0
QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Rush:
    """A served quiz on which everybody has an attempt open."""

    app: Flask
    server: Server
    assignment_id: int
    item_ids: tuple[int, ...]
    pupils: tuple[tuple[int, int, str], ...]
    """User id, submission id and cookie of each."""


@pytest.fixture
def rush(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Rush]:
    """300 pupils of one class, each with an attempt open on a quiz of five questions."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        assignment_id, item_ids, pupils = make_class(app)
        db.session.remove()
        db.engine.dispose()
        with gunicorn(url, tmp_path) as server:
            yield Rush(app, server, assignment_id, item_ids, pupils)
        db.session.remove()
        db.engine.dispose()
    postgres_server.drop_database(url)


def make_class(app: Flask) -> tuple[int, tuple[int, ...], tuple[tuple[int, int, str], ...]]:
    """Commit the class in bulk."""
    teacher_id = make_user(Role.TEACHER, "Ada")
    classroom_id = make_classroom(teacher_id)
    questions = [make_question(QuestionKind.NUMERIC) for _ in range(QUESTIONS)]
    assignment_id = make_assignment(classroom_id, questions)
    now = get_now()
    with transaction():
        items = select(AssignmentItem.id).where(AssignmentItem.assignment_id == assignment_id)
        item_ids = tuple(db.session.execute(items).scalars())
        people = [
            User(
                role=Role.STUDENT, username=f"pupil.{n}", given_name=f"Pupil {n}", family_name="",
                password_hash=password_hash(), created_at=LONG_AGO,
            )
            for n in range(PUPILS)
        ]  # fmt: skip
        db.session.add_all(people)
        db.session.flush()
        attempts = [
            Submission(
                assignment_id=assignment_id, student_id=one.id, attempt=1, started_at=now, saved_at=now,
                is_late=False, waiting=0,
            )
            for one in people
        ]  # fmt: skip
        db.session.add_all(attempts)
        db.session.flush()
        db.session.execute(
            insert(Enrolment),
            [
                {"classroom_id": classroom_id, "student_id": one.id, "joined_at": LONG_AGO}
                for one in people
            ],
        )
        db.session.execute(
            insert(Response),
            [
                {"submission_id": attempt.id, "item_id": item_id, "version": 0, "comment": ""}
                for attempt in attempts
                for item_id in item_ids
            ],
        )
        expires = now.replace(year=now.year + 1)
        db.session.execute(
            insert(UserSession),
            [
                {
                    "id": one.id,
                    "user_id": one.id,
                    "created_at": now,
                    "expires_at": expires,
                    "device": "Test",
                }
                for one in people
            ],
        )
        pupils = tuple(
            (one.id, attempt.id, make_cookie(app, one.id))
            for one, attempt in zip(people, attempts, strict=True)
        )
    return assignment_id, item_ids, pupils


def make_cookie(app: Flask, user_id: int) -> str:
    """The signed cookie of a session whose id is the user's."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    content = {
        "session_id": user_id,
        "user_id": user_id,
        "role": "student",
        "csrf_token": RAW_TOKEN,
    }
    return f"cozmic={serializer.dumps(content)}"


def hand_in(rush: Rush, pupil: tuple[int, int, str], right_answers: int) -> tuple[int, str]:
    """Hand in with some answers right; return the status and where the reply leads."""
    _, submission_id, cookie = pupil
    fields = {f"version-{item_id}": "0" for item_id in rush.item_ids}
    for place, item_id in enumerate(rush.item_ids):
        fields[f"answer-{item_id}"] = "100" if place < right_answers else "1"
    connection = rush.server.connect(timeout_s=60)
    connection.request(
        "POST",
        f"/student/attempts/{submission_id}/hand-in",
        body=urlencode(fields),
        headers={
            "Cookie": cookie,
            "X-CSRFToken": csrf_token(rush.app),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.getheader("Location") or ""


def all_at_once(
    tasks: Sequence[Callable[[], tuple[int, str]]], *, within_s: float
) -> list[tuple[int, str]]:
    """Start every task in a thread of its own, spread evenly; return what each gave, in order."""
    replies: list[tuple[int, str]] = [(0, "")] * len(tasks)
    begun = time.monotonic()

    def run(place: int) -> None:
        time.sleep(max(0.0, begun + within_s * place / len(tasks) - time.monotonic()))
        replies[place] = tasks[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


@pytest.mark.slow
def test_300_pupils_hand_in_within_two_seconds_and_nothing_is_lost_or_doubled(rush: Rush) -> None:
    tasks = [
        lambda pupil=pupil, right=place % (QUESTIONS + 1): hand_in(rush, pupil, right)
        for place, pupil in enumerate(rush.pupils)
    ]
    begun = time.monotonic()
    replies = all_at_once(tasks, within_s=ARRIVE_WITHIN_S)
    print(
        f"\n{PUPILS} hand-ins arriving within {ARRIVE_WITHIN_S} s were answered after {time.monotonic() - begun:.1f} s"
    )
    assert Counter(status for status, _ in replies) == {303: PUPILS}
    statement = select(Grade.student_id, Grade.points).where(
        Grade.assignment_id == rush.assignment_id
    )
    grades = db.session.execute(statement).all()
    expected = {
        user_id: Decimal(place % (QUESTIONS + 1))
        for place, (user_id, _, _) in enumerate(rush.pupils)
    }
    assert len(grades) == PUPILS
    assert {row.student_id: row.points for row in grades} == expected
    handed_in = select(func.count()).where(Submission.handed_in_at.is_not(None))
    assert db.session.execute(handed_in).scalar_one() == PUPILS
    stored = select(func.count()).where(Response.points.is_not(None), Response.answer.is_not(None))
    assert db.session.execute(stored).scalar_one() == PUPILS * QUESTIONS
    assert db.session.execute(select(func.count()).select_from(GradeChange)).scalar_one() == PUPILS


@pytest.mark.slow
def test_500_presses_of_one_hand_in_button_give_one_grade_and_one_answer(rush: Rush) -> None:
    pupil = rush.pupils[0]
    tasks = [
        lambda right=place % (QUESTIONS + 1): hand_in(rush, pupil, right)
        for place in range(PRESSES)
    ]
    replies = all_at_once(tasks, within_s=0.5)
    assert Counter(replies) == {(303, f"/student/attempts/{pupil[1]}/result"): PRESSES}
    grades = db.session.execute(
        select(Grade.points, Grade.submission_id).where(Grade.student_id == pupil[0])
    ).all()
    assert len(grades) == 1
    assert grades[0].submission_id == pupil[1]
    changes = db.session.execute(select(GradeChange.to_points)).scalars().all()
    assert changes == [grades[0].points]
    points = select(func.sum(Response.points)).where(Response.submission_id == pupil[1])
    assert db.session.execute(points).scalar_one() == grades[0].points
