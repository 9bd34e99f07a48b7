"""One of everything that an address can name, and every route that names it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from werkzeug.routing import Rule

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Announcement, AssignmentItem, Invitation, Response, Submission
from cozmic.rules.enums import Outcome, QuestionKind, Role
from cozmic.transaction import transaction
from tests.apps import make_app
from tests.factories import Cast, make_assignment, make_question, make_submission, save


@dataclass(frozen=True, slots=True)
class World:
    """One of everything that a URL can name, in Ada's class or of Ada's or Ben's."""

    cast: Cast
    values: dict[str, Any]


def make_world(cast: Cast, *, teacher_id: int, classroom_id: int, student_id: int) -> World:
    """Make one of everything for a teacher, a class and a pupil."""
    question_id = make_question(QuestionKind.ESSAY, owner_id=teacher_id)
    assignment_id = make_assignment(classroom_id, [question_id], attempts_allowed=3)
    handed_in_id = make_submission(assignment_id, student_id)
    now = get_now()
    with transaction():
        submission = db.session.get_one(Submission, handed_in_id)
        submission.handed_in_at, submission.waiting = now, 1
        response = db.session.query(Response).filter_by(submission_id=handed_in_id).one()
        response.answer, response.outcome, response.version = "Because.", Outcome.UNGRADED, 1
        item = db.session.query(AssignmentItem).filter_by(assignment_id=assignment_id).one()
        response_id, item_id = response.id, item.id
    values: dict[str, Any] = {
        "classroom_id": classroom_id,
        "assignment_id": assignment_id,
        "submission_id": handed_in_id,
        "response_id": response_id,
        "item_id": item_id,
        "question_id": question_id,
        "student_id": student_id,
        "user_id": student_id,
        "class_id": classroom_id,
        "kind": "numeric",
        "token": "no-such-token",
        "announcement_id": save(
            Announcement(classroom_id=classroom_id, author_id=teacher_id, body="Hello", posted_at=now)
        ),
        "invitation_id": save(
            Invitation(
                role=Role.TEACHER, given_name="New", family_name="", email="new@school.example",
                invited_by_id=cast.root, created_at=now, expires_at=now,
            )
        ),
    }  # fmt: skip
    return World(cast, values)


def list_rules() -> list[Rule]:
    """Every route of the application, from its URL map."""
    with TemporaryDirectory() as folder:
        app = make_app("", Path(folder))
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


RULES = list_rules()


def method_of(rule: Rule) -> str:
    """The one method of a route, HEAD and OPTIONS aside."""
    (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return method
