"""Rows for tests, committed as the application would, and the fixed cast.

Ada teaches Ben; Cleo is a pupil of Dan's; Root is the admin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from flask import current_app

from cozmic.access.clock import get_now
from cozmic.access.credentials import hash_password
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Question,
    Response,
    Skill,
    Submission,
    User,
)
from cozmic.rules.enums import LateRule, QuestionKind, Release, Role, Subject
from cozmic.transaction import transaction

PASSWORD = "correct horse battery"
LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_numbers = count(1)
_hash: list[str] = []
BODIES: dict[QuestionKind, dict[str, Any]] = {
    QuestionKind.CHOICE: {
        "choices": [{"id": "a", "text": "Mars"}, {"id": "b", "text": "Venus"}],
        "correct": "a",
    },
    QuestionKind.NUMERIC: {"answer": "100", "tolerance": "0", "unit": ""},
    QuestionKind.TEXT: {"accepted": ["Paris"], "case_sensitive": False},
    QuestionKind.ESSAY: {"guidance": "Names two causes."},
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of the people and classes that most tests need."""

    ada: int
    ben: int
    cleo: int
    dan: int
    root: int
    ada_class: int
    dan_class: int


def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    if not _hash:
        with current_app.app_context():  # a session of its own: a test may be inside a transaction
            _hash.append(hash_password(PASSWORD))
    return _hash[0]


def save(row: Any) -> int:
    """Commit a row and return its id. A person and a class come with their revisions, as from the application."""
    with transaction() as touched:
        touched.school()
        db.session.add(row)
        db.session.flush()
        row_id: int = row.id
        if isinstance(row, User):
            touched.person(row_id)
        if isinstance(row, Classroom):
            touched.posts(row_id)
            touched.work(row_id)
    return row_id


def make_user(role: Role = Role.STUDENT, given_name: str = "Pupil", **fields: Any) -> int:
    """Commit a person; the user name is unique unless given, the password is PASSWORD."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "username": f"{given_name.lower()}.{number}",
        "given_name": given_name,
        "family_name": "",
        "email": None,
        "password_hash": password_hash(),
        "created_at": LONG_AGO,
    }
    return save(User(role=role, **{**values, **fields}))


def make_classroom(teacher_id: int, name: str = "Class", **fields: Any) -> int:
    """Commit a classroom."""
    code = f"CODE{next(_numbers):04d}"
    values: dict[str, Any] = {"grade": 4, "join_code": code, "created_at": LONG_AGO}
    return save(Classroom(teacher_id=teacher_id, name=name, **{**values, **fields}))


def enrol(classroom_id: int, student_id: int, **fields: Any) -> int:
    """Put a pupil on a roster."""
    values: dict[str, Any] = {"joined_at": LONG_AGO}
    return save(Enrolment(classroom_id=classroom_id, student_id=student_id, **{**values, **fields}))


def archive(classroom_id: int) -> None:
    """Put a class away."""
    with transaction():
        db.session.get_one(Classroom, classroom_id).archived_at = get_now()


def take_off_roster(student_id: int) -> None:
    """Remove a pupil from the one class they are in."""
    with transaction():
        db.session.query(Enrolment).filter_by(student_id=student_id).one().removed_at = get_now()


def make_skill(slug: str = "", **fields: Any) -> int:
    """Commit a skill."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "subject": Subject.MATHEMATICS,
        "grade": 4,
        "code": None,
        "name": f"Skill {number}",
    }
    return save(Skill(slug=slug or f"skill-{number}", **{**values, **fields}))


def make_question(
    kind: QuestionKind = QuestionKind.NUMERIC,
    *,
    owner_id: int | None = None,
    body: Mapping[str, Any] | None = None,
    **fields: Any,
) -> int:
    """Commit a question; the keys are Mars, 100, Paris."""
    values: dict[str, Any] = {
        "prompt": f"Prompt {next(_numbers)}",
        "explanation": "Because.",
        "hints": ["Think."],
        "difficulty": 2,
        "created_at": LONG_AGO,
    }
    chosen = dict(body or BODIES[kind])
    return save(Question(kind=kind, owner_id=owner_id, body=chosen, **{**values, **fields}))


def make_assignment(
    classroom_id: int,
    question_ids: Sequence[int],
    *,
    points: Decimal = Decimal(1),
    **fields: Any,
) -> int:
    """Commit a published assignment of these questions; no dates, one attempt, released at once."""
    values: dict[str, Any] = {
        "title": f"Assignment {next(_numbers)}",
        "instructions": "",
        "attempts_allowed": 1,
        "late_rule": LateRule.ACCEPT,
        "late_penalty_percent": 0,
        "release": Release.AUTOMATIC,
        "max_points": points * len(question_ids),
        "created_at": LONG_AGO,
        "published_at": LONG_AGO,
    }
    assignment_id = save(Assignment(classroom_id=classroom_id, **{**values, **fields}))
    for position, question_id in enumerate(question_ids, start=1):
        save(
            AssignmentItem(
                assignment_id=assignment_id,
                question_id=question_id,
                position=position,
                points=points,
            )
        )
    return assignment_id


def make_submission(assignment_id: int, student_id: int, **fields: Any) -> int:
    """Commit an open first attempt with an empty response per item."""
    now = get_now()
    values: dict[str, Any] = {
        "attempt": 1,
        "started_at": now,
        "saved_at": now,
        "is_late": False,
        "waiting": 0,
    }
    submission_id = save(
        Submission(assignment_id=assignment_id, student_id=student_id, **{**values, **fields})
    )
    items = db.session.query(AssignmentItem.id).filter_by(assignment_id=assignment_id).all()
    for (item_id,) in items:
        save(Response(submission_id=submission_id, item_id=item_id, version=0, comment=""))
    return submission_id


def make_cast() -> Cast:
    """Commit Ada, Ben, Cleo, Dan and Root, with a class each for Ada and Dan."""
    ada = make_user(Role.TEACHER, "Ada", username="ada", email="ada@school.example")
    dan = make_user(Role.TEACHER, "Dan", username="dan", email="dan@school.example")
    ben = make_user(Role.STUDENT, "Ben", username="ben")
    cleo = make_user(Role.STUDENT, "Cleo", username="cleo")
    root = make_user(Role.ADMIN, "Root", username="root", email="root@school.example")
    ada_class, dan_class = make_classroom(ada, "Ada's class"), make_classroom(dan, "Dan's class")
    enrol(ada_class, ben)
    enrol(dan_class, cleo)
    return Cast(ada, ben, cleo, dan, root, ada_class, dan_class)
