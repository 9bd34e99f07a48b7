"""A class with an attempt open for everybody, committed in bulk, for tests that hand in through a real server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert, select

from cozmic.access.clock import get_now
from cozmic.extensions import Base, db
from cozmic.models import AssignmentItem, Enrolment, Response, Submission, User, UserSession
from cozmic.rules.enums import QuestionKind, Role
from cozmic.transaction import transaction
from tests.client import RAW_TOKEN, csrf_token
from tests.factories import (
    LONG_AGO,
    make_assignment,
    make_classroom,
    make_question,
    make_user,
    password_hash,
)
from tests.gunicorn_server import Server

QUESTIONS = 5
RIGHT, WRONG = "100", "1"


@dataclass(frozen=True, slots=True)
class Pupil:
    """Somebody who takes the quiz."""

    user_id: int
    submission_id: int
    cookie: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz on which everybody has an attempt open."""

    assignment_id: int
    item_ids: tuple[int, ...]
    pupils: tuple[Pupil, ...]
    teacher_id: int
    csrf: str

    def headers(self, pupil: Pupil, content_type: str) -> dict[str, str]:
        """What a browser of theirs sends along."""
        return {"Cookie": pupil.cookie, "X-CSRFToken": self.csrf, "Content-Type": content_type}

    def hand_in(self, server: Server, pupil: Pupil, fields: dict[str, str]) -> tuple[int, str]:
        """Send the form that hands in; return the status and where the reply leads."""
        with closing(server.connect(timeout_s=60)) as connection:
            connection.request(
                "POST", f"/student/attempts/{pupil.submission_id}/hand-in", urlencode(fields),
                self.headers(pupil, "application/x-www-form-urlencoded"),
            )  # fmt: skip
            response = connection.getresponse()
            response.read()
            return response.status, response.getheader("Location") or ""


def make_quiz(app: Flask, pupils_n: int) -> Quiz:
    """Commit the class. Inside an application context."""
    teacher_id = make_user(Role.TEACHER, "Ada")
    classroom_id = make_classroom(teacher_id)
    questions = [make_question(QuestionKind.NUMERIC) for _ in range(QUESTIONS)]
    assignment_id = make_assignment(classroom_id, questions)
    now = get_now()
    with transaction():
        items = select(AssignmentItem.id).where(AssignmentItem.assignment_id == assignment_id)
        item_ids = tuple(db.session.execute(items).scalars())
        user_ids = _add_people(pupils_n)
        attempts = _add_attempts(assignment_id, user_ids, now)
        _insert(Enrolment, (
            {"classroom_id": classroom_id, "student_id": one, "joined_at": LONG_AGO} for one in user_ids
        ))  # fmt: skip
        _insert(Response, (
            {"submission_id": attempt, "item_id": item_id, "version": 0, "comment": ""}
            for attempt in attempts for item_id in item_ids
        ))  # fmt: skip
        expires = now.replace(year=now.year + 1)
        _insert(UserSession, (
            {"id": one, "user_id": one, "created_at": now, "expires_at": expires, "device": "Test"}
            for one in user_ids
        ))  # fmt: skip
    pupils = tuple(
        Pupil(user_id, attempt, _cookie(app, user_id))
        for user_id, attempt in zip(user_ids, attempts, strict=True)
    )
    return Quiz(assignment_id, item_ids, pupils, teacher_id, csrf_token(app))


def _add_people(number: int) -> list[int]:
    people = [
        User(
            role=Role.STUDENT, username=f"pupil.{n}", given_name=f"Pupil {n}", family_name="",
            password_hash=password_hash(), created_at=LONG_AGO,
        )
        for n in range(number)
    ]  # fmt: skip
    db.session.add_all(people)
    db.session.flush()
    return [one.id for one in people]


def _add_attempts(assignment_id: int, user_ids: Sequence[int], now: datetime) -> list[int]:
    attempts = [
        Submission(
            assignment_id=assignment_id, student_id=one, attempt=1, started_at=now, saved_at=now,
            is_late=False, waiting=0,
        )
        for one in user_ids
    ]  # fmt: skip
    db.session.add_all(attempts)
    db.session.flush()
    return [one.id for one in attempts]


def _insert(model: type[Base], rows: Iterable[dict[str, object]]) -> None:
    db.session.execute(insert(model), list(rows))


def _cookie(app: Flask, user_id: int) -> str:
    """The signed cookie of a session whose id is the user's."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    content = {
        "session_id": user_id,
        "user_id": user_id,
        "role": "student",
        "csrf_token": RAW_TOKEN,
    }
    return f"cozmic={serializer.dumps(content)}"
