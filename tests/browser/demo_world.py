"""The demo school behind a live server, and the ids in it that every screen's address can name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.links import make_invitation_token, make_reset_token
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Grade,
    Response,
    Skill,
    Submission,
    User,
)
from cozmic.rules.enums import QuestionKind, Role
from cozmic.seed.demo import seed_demo
from cozmic.transaction import transaction
from cozmic.writes.invitations import invite
from tests.browser.conftest import serving
from tests.factories import make_question
from tests.measurements import SLOW, keep_minutes

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """A school with a term of work in it, as `make run` shows it."""

    app: Flask
    address: str
    people: dict[str, int]
    """The ids of the teacher, the pupil and the admin, under the names that tests/house/rights.py gives them."""
    values: Values
    """What stands in addresses: one class of the teacher's and the pupil's, with graded work of his."""
    special: dict[str, Values]
    """Other values for the endpoints that need them."""
    more: dict[str, Values]
    """Ids that no route takes under their name here."""


@contextmanager
def open_demo(app: Flask) -> Iterator[DemoWorld]:
    """Fill an empty database with the demo school and serve it."""
    with app.app_context():
        seed_demo()
        keep_minutes(get_now(), 60, times=SLOW, cpu_percent=85.0, memory_percent=92.0, errors=3)
        world = _find_ids()
        db.session.remove()
    with serving(app) as address:
        yield DemoWorld(app, address, *world)


def _find_ids() -> tuple[dict[str, int], Values, dict[str, Values], dict[str, Values]]:
    people = {"ada": _user("teacher"), "ben": _user("student"), "root": _user("admin")}
    ada, ben = people["ada"], people["ben"]
    in_class = (
        select(Classroom.id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .where(Classroom.teacher_id == ada, Enrolment.student_id == ben)
        .scalar_subquery()
    )
    graded = _one(
        select(Submission.id, Submission.assignment_id, Assignment.classroom_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Grade, Grade.submission_id == Submission.id)
        .where(Submission.student_id == ben, Assignment.classroom_id.in_(in_class))
        .where(Grade.released_at.is_not(None), Grade.points < Assignment.max_points)
        .order_by(Submission.id.desc())
    )
    waiting = _one(
        select(Response.id)
        .join(Submission, Submission.id == Response.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(Classroom.teacher_id == ada, Submission.handed_in_at.is_not(None))
        .where(Response.points.is_(None))
        .order_by(Response.id)
    )
    values: Values = {
        "classroom_id": graded.classroom_id, "class_id": graded.classroom_id,
        "assignment_id": graded.assignment_id, "submission_id": graded.id, "response_id": waiting.id,
        "student_id": ben, "user_id": ben, "kind": QuestionKind.CHOICE.value,
        "question_id": _own_question(ada),
    }  # fmt: skip
    return people, values, _special(people, graded.classroom_id), _more(graded.classroom_id)


def _special(people: dict[str, int], classroom_id: int) -> dict[str, Values]:
    open_attempt = _one(
        select(Submission.id).where(
            Submission.student_id == people["ben"], Submission.handed_in_at.is_(None)
        )
    )
    draft_id = _draft(classroom_id)
    with transaction():
        invitation = invite(
            Role.TEACHER, given_name="Noor", family_name="Haddad", email="noor@school.example",
            actor_id=people["root"], now=get_now(),
        )  # fmt: skip
        invited = make_invitation_token(invitation)
        forgotten = make_reset_token(db.session.get_one(User, people["ada"]), now=get_now())
    return {
        "student.take": {"submission_id": open_attempt.id},
        "classroom.pick_questions": {"assignment_id": draft_id},
        "auth.invitation": {"token": invited},
        "auth.reset": {"token": forgotten},
    }


def _more(classroom_id: int) -> dict[str, Values]:
    item = _one(
        select(AssignmentItem.id, AssignmentItem.assignment_id)
        .join(Assignment, Assignment.id == AssignmentItem.assignment_id)
        .join(Response, Response.item_id == AssignmentItem.id)
        .where(Assignment.classroom_id == classroom_id, Response.points.is_(None))
        .order_by(AssignmentItem.id.desc())
    )
    return {"draft": {"assignment_id": _draft(classroom_id)}, "queue": item._asdict()}


def _draft(classroom_id: int) -> int:
    draft = select(Assignment.id).where(
        Assignment.classroom_id == classroom_id, Assignment.published_at.is_(None)
    )
    return int(_one(draft).id)


def _own_question(teacher_id: int) -> int:
    """Make a question of each kind, and return the first."""
    skill_id = _one(select(Skill.id).order_by(Skill.id)).id
    made = [
        make_question(kind, owner_id=teacher_id, skill_id=skill_id, prompt=f"What is {kind.value}?")
        for kind in QuestionKind
    ]
    return made[0]


def _user(username: str) -> int:
    return int(_one(select(User.id).where(User.username == username)).id)


def _one(statement: Any) -> Any:
    found = db.session.execute(statement.limit(1)).first()
    assert found is not None, statement
    return found
