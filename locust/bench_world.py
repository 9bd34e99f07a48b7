"""The school that `make bench` measures: two classes alike but for their size, every page of them marked.

A pupil's pages hold a mark of that pupil, a teacher's one of the class, so that a page given to the wrong person is
noticed whoever drew it.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bench_client import Visit
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert, text

from cozmic.access.clock import get_now
from cozmic.extensions import Base, db
from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Grade,
    GradeChange,
    Question,
    Response,
    Skill,
    Submission,
    User,
    UserSession,
)
from cozmic.rules.enums import LateRule, Outcome, QuestionKind, Release, Role, Subject
from cozmic.transaction import transaction

ASSIGNMENTS, QUESTIONS, SKILLS, NOTES = 60, 4, 12, 8
COMING = 3
"""The last of the assignments are not due yet."""
HANDED_IN_SHARE, RIGHT_SHARE, WAITING_SHARE = 0.93, 0.75, 0.1
NO_PASSWORD = "no password opens this account"  # noqa: S105
MARK_ENDS = {"p": "-pupil.", "c": "-class."}
RAW_TOKEN = "0" * 40


@dataclass(frozen=True, slots=True)
class Room:
    """One class, its people, their cookies, and one of each thing that an address can name."""

    classroom_id: int
    teacher_id: int
    student_ids: tuple[int, ...]
    assignment_ids: tuple[int, ...]
    item_ids: tuple[int, ...]
    """Of the last assignment."""
    skill_ids: tuple[int, ...]
    question_ids: tuple[int, ...]
    handed_in_id: int
    """An attempt of the first pupil, with answers that wait."""
    response_id: int
    note_id: int

    @property
    def size(self) -> int:
        """How many pupils."""
        return len(self.student_ids)


def mark_of(letter: str, number: int) -> str:
    """What stands in the pages of a pupil (p) or a class (c) and in nobody else's."""
    return f"{letter}{number}{MARK_ENDS[letter]}"


def make_room(pupils: int, *, seed: int = 7) -> Room:
    """Make a class of so many pupils with a year's work, in one transaction."""
    maker = _Maker(random.Random(seed), get_now())
    with transaction() as touched:
        room = maker.make(pupils)
        touched.people([room.teacher_id, *room.student_ids])
        touched.posts(room.classroom_id)
        touched.work(room.classroom_id)
    return room


def settle() -> None:
    """Bring the planner's statistics up to date, as a server does by itself after a while."""
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
        connection.invalidate()  # its timeout is gone, so nobody else may have it


def sign_in(app: Flask, user_ids: Sequence[int], role: Role) -> dict[int, str]:
    """Open a session for each and return their cookies, as signing in would, without the password checks."""
    now = get_now()
    sessions = {user_id: secrets.randbits(62) for user_id in user_ids}
    with transaction():
        _insert(
            UserSession,
            [
                {
                    "id": session_id, "user_id": user_id, "created_at": now, "device": "Bench",
                    "expires_at": now + timedelta(days=1),
                }
                for user_id, session_id in sessions.items()
            ],
        )  # fmt: skip
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        message = "The application has no secret key."
        raise RuntimeError(message)
    name = app.config["SESSION_COOKIE_NAME"]
    contents: dict[int, Any] = {
        user_id: {
            "session_id": session_id, "user_id": user_id, "role": role.value, "csrf_token": RAW_TOKEN,
        }
        for user_id, session_id in sessions.items()
    }  # fmt: skip
    return {
        user_id: f"{name}={serializer.dumps(content)!s}" for user_id, content in contents.items()
    }


def page_of(path: str, cookie: str, *needs: str, etag: str = "", status: int = 200) -> Visit:
    """A visit to a page with somebody's cookie; with an ETag, of one who has the page already."""
    lines = [
        f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench", "Accept: text/html", f"Cookie: {cookie}",
        *([f"If-None-Match: {etag}"] if etag else []),
    ]  # fmt: skip
    request = "\r\n".join(lines) + "\r\n\r\n"
    return Visit(
        request, status=status, needs=needs, mark_end=MARK_ENDS[needs[0][0]] if needs else ""
    )


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _insert_ids(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.execute(statement, rows).scalars())


class _Maker:
    """Makes one class; its parts in the order in which they need each other."""

    def __init__(self, dice: random.Random, now: datetime) -> None:
        self._dice = dice
        self._now = now
        self._tag = secrets.token_hex(3)

    def make(self, pupils: int) -> Room:
        (teacher_id,) = self._people(Role.TEACHER, "Teacher", 1)
        student_ids = self._people(Role.STUDENT, "Pupil", pupils)
        classroom_id = self._classroom(teacher_id, student_ids)
        skill_ids = self._skills()
        question_ids = self._questions(teacher_id, skill_ids)
        assignment_ids, item_ids = self._assignments(classroom_id, question_ids)
        note_id = self._notes(classroom_id, teacher_id)
        handed_in_id, response_id = self._work(assignment_ids[:-COMING], item_ids, student_ids)
        return Room(
            classroom_id, teacher_id, tuple(student_ids), tuple(assignment_ids),
            tuple(item_ids[assignment_ids[-1]]), tuple(skill_ids), tuple(question_ids),
            handed_in_id, response_id, note_id,
        )  # fmt: skip

    def _people(self, role: Role, given: str, count: int) -> list[int]:
        rows = [
            {
                "role": role, "username": f"{given.lower()}.{self._tag}.{n}", "given_name": f"{given}{n}",
                "family_name": f"Bench-{self._tag}", "email": None, "password_hash": NO_PASSWORD,
                "created_at": self._now - timedelta(days=400),
            }
            for n in range(count)
        ]  # fmt: skip
        return _insert_ids(User, rows)

    def _classroom(self, teacher_id: int, student_ids: list[int]) -> int:
        room = Classroom(
            teacher_id=teacher_id, name=f"Class {self._tag}", grade=4, join_code=f"B{self._tag}".upper(),
            created_at=self._now - timedelta(days=300),
        )  # fmt: skip
        db.session.add(room)
        db.session.flush()
        room.name = f"Class {mark_of('c', room.id)}"
        joined = self._now - timedelta(days=250)
        rows = [{"classroom_id": room.id, "student_id": one, "joined_at": joined} for one in student_ids]  # fmt: skip
        _insert(Enrolment, rows)
        return room.id

    def _skills(self) -> list[int]:
        rows = [
            {
                "slug": f"bench-{self._tag}-{n}", "subject": Subject.MATHEMATICS, "grade": 4, "code": None,
                "name": f"Skill number {n}",
            }
            for n in range(SKILLS)
        ]  # fmt: skip
        return _insert_ids(Skill, rows)

    def _questions(self, teacher_id: int, skill_ids: list[int]) -> list[int]:
        rows = [
            {
                "owner_id": teacher_id, "skill_id": skill_ids[n % SKILLS], "kind": QuestionKind.NUMERIC,
                "prompt": f"How many is {n} and {n}?", "explanation": "Count them.", "hints": [], "difficulty": 2,
                "body": {"answer": str(2 * n), "tolerance": "0", "unit": ""}, "created_at": self._now,
            }
            for n in range(ASSIGNMENTS * QUESTIONS)
        ]  # fmt: skip
        return _insert_ids(Question, rows)

    def _assignments(
        self, classroom_id: int, question_ids: list[int]
    ) -> tuple[list[int], dict[int, list[int]]]:
        # The dates are whole days and some hours away: nothing falls due while the bench runs.
        first = self._now - timedelta(days=3 * (ASSIGNMENTS - COMING), hours=5)
        rows = [
            {
                "classroom_id": classroom_id, "title": f"Work sheet {n}", "instructions": "",
                "opens_at": first + timedelta(days=3 * n - 14), "due_at": first + timedelta(days=3 * n + 1),
                "closes_at": None, "attempts_allowed": 1, "late_rule": LateRule.ACCEPT, "late_penalty_percent": 0,
                "release": Release.AUTOMATIC, "max_points": Decimal(QUESTIONS),
                "created_at": first, "published_at": first,
            }
            for n in range(ASSIGNMENTS)
        ]  # fmt: skip
        assignment_ids = _insert_ids(Assignment, rows)
        items = [
            {
                "assignment_id": assignment_id, "question_id": question_ids[n * QUESTIONS + place],
                "position": place + 1, "points": Decimal(1),
            }
            for n, assignment_id in enumerate(assignment_ids)
            for place in range(QUESTIONS)
        ]  # fmt: skip
        item_ids = _insert_ids(AssignmentItem, items)
        return assignment_ids, {
            assignment_id: item_ids[n * QUESTIONS : (n + 1) * QUESTIONS]
            for n, assignment_id in enumerate(assignment_ids)
        }

    def _notes(self, classroom_id: int, teacher_id: int) -> int:
        rows = [
            {
                "classroom_id": classroom_id, "author_id": teacher_id, "body": f"Note {n}: bring your work sheets.",
                "posted_at": self._now - timedelta(days=n + 1),
            }
            for n in range(NOTES)
        ]  # fmt: skip
        return _insert_ids(Announcement, rows)[0]

    def _work(
        self, assignment_ids: list[int], item_ids: dict[int, list[int]], student_ids: list[int]
    ) -> tuple[int, int]:
        """Attempts, answers and grades; return an attempt of the first pupil, and an answer in it, that wait."""
        first_waiting = (0, 0)
        for place, assignment_id in enumerate(assignment_ids):
            is_last = place == len(assignment_ids) - 1
            takers = [
                one for one in student_ids if is_last or self._dice.random() < HANDED_IN_SHARE
            ]
            waits = [
                not is_last and (one == student_ids[0] if place == 0 else self._dice.random() < WAITING_SHARE)
                and place in {0, len(assignment_ids) - 2}
                for one in takers
            ]  # fmt: skip
            submission_ids = self._attempts(assignment_id, takers, waits, place)
            responses = self._responses(submission_ids, item_ids[assignment_id], waits)
            self._grades(assignment_id, takers, submission_ids, waits, place, is_marked=is_last)
            for number, is_waiting in enumerate(waits):
                if is_waiting and takers[number] == student_ids[0]:
                    first_waiting = (submission_ids[number], responses[number * QUESTIONS])
        return first_waiting

    def _handed_in_at(self, place: int) -> datetime:
        return self._now - timedelta(days=3 * (ASSIGNMENTS - COMING - place), hours=8)

    def _attempts(
        self, assignment_id: int, takers: list[int], waits: list[bool], place: int
    ) -> list[int]:
        at = self._handed_in_at(place)
        rows = [
            {
                "assignment_id": assignment_id, "student_id": student_id, "attempt": 1,
                "started_at": at, "saved_at": at, "handed_in_at": at, "is_late": False, "waiting": int(is_waiting),
                "points": None if is_waiting else Decimal(self._dice.randint(1, QUESTIONS)),
            }
            for student_id, is_waiting in zip(takers, waits, strict=True)
        ]  # fmt: skip
        return _insert_ids(Submission, rows)

    def _responses(
        self, submission_ids: list[int], item_ids: list[int], waits: list[bool]
    ) -> list[int]:
        rows = []
        for submission_id, is_waiting in zip(submission_ids, waits, strict=True):
            for place, item_id in enumerate(item_ids):
                is_right = self._dice.random() < RIGHT_SHARE
                outcome = Outcome.CORRECT if is_right else Outcome.WRONG
                if is_waiting and place == 0:
                    outcome = Outcome.UNGRADED
                rows.append(
                    {
                        "submission_id": submission_id, "item_id": item_id, "answer": "12", "version": 1, "comment": "",
                        "outcome": outcome, "points": None if outcome.waits else Decimal(int(is_right)),
                    }
                )  # fmt: skip
        return _insert_ids(Response, rows)

    def _grades(
        self, assignment_id: int, takers: list[int], submission_ids: list[int], waits: list[bool], place: int,
        *, is_marked: bool,
    ) -> None:  # fmt: skip
        at = self._handed_in_at(place)
        rows = [
            {
                "assignment_id": assignment_id, "student_id": student_id, "is_by_hand": False,
                "submission_id": None if is_waiting else submission_id,
                "points": None if is_waiting else Decimal(self._dice.randint(1, QUESTIONS)),
                "comment": mark_of("p", student_id) if is_marked else "",
                "graded_at": None if is_waiting else at, "released_at": None if is_waiting else at,
            }
            for student_id, submission_id, is_waiting in zip(takers, submission_ids, waits, strict=True)
        ]  # fmt: skip
        grade_ids = _insert_ids(Grade, rows)
        changes = [
            {"grade_id": grade_id, "changed_at": at, "to_points": row["points"], "reason": "Handed in"}
            for grade_id, row in zip(grade_ids, rows, strict=True)
        ]  # fmt: skip
        _insert(GradeChange, changes)
