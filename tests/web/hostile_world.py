"""One of everything that an address can name, in each state that lets somebody in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.links import make_invitation_token, make_reset_token
from cozmic.extensions import db
from cozmic.models import Classroom, Grade, Invitation, Response, User
from cozmic.rules.enums import QuestionKind, Role
from cozmic.rules.marks import grade_version, mark_version
from tests.conftest import empty_database
from tests.factories import (
    Cast,
    make_assignment,
    make_cast,
    make_question,
    make_submission,
    save,
)
from tests.work import hand_in_work, list_item_ids
from tests.world import make_world

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HostileWorld:
    """Ada's class with Ben in it, and what addresses can name there."""

    cast: Cast
    code: str
    sets: tuple[Values, ...]
    """Work begun, untouched, graded, a draft, and handed in: an act is open to one of them."""

    def now(self, endpoint: str, values: Values) -> Values:
        """Return the values with a link that still opens something."""
        if endpoint in {"auth.invitation", "auth.accept_invitation"}:
            return {**values, "token": self._invite()}
        if endpoint in {"auth.reset", "auth.reset_password"}:
            user = db.session.get_one(User, self.cast.dan)
            return {**values, "token": make_reset_token(user, now=get_now())}
        return values

    def fields(self, endpoint: str, values: Values) -> Values:
        """Return the fields whose good values hang on the world."""
        names = {"username": "ada"} if endpoint == "auth.sign_in" else {}
        is_mark = endpoint == "teacher.give_points"
        return {
            **names,
            "code": self.code,
            "questions": str(self.sets[0]["spare_id"]),
            "classroom": str(self.cast.ada_class),
            "teacher": str(self.cast.dan),
            "known": self._known_mark(values) if is_mark else self._known_grade(values),
        }

    def _invite(self) -> str:
        now = get_now()
        row = Invitation(
            role=Role.TEACHER, given_name="New", family_name="", email=f"{uuid4().hex}@school.example",
            invited_by_id=self.cast.root, created_at=now, expires_at=now.replace(year=now.year + 1),
        )  # fmt: skip
        save(row)
        return make_invitation_token(row)

    def _known_mark(self, values: Values) -> str:
        response = db.session.get_one(Response, values["response_id"])
        return mark_version(response.graded_at, response.points)

    def _known_grade(self, values: Values) -> str:
        found = select(Grade).where(
            Grade.assignment_id == values["assignment_id"], Grade.student_id == values["student_id"]
        )
        grade = db.session.execute(found).scalar_one_or_none()
        if grade is None:
            return grade_version(None, None, is_by_hand=False, comment="")
        return grade_version(
            grade.graded_at, grade.points, is_by_hand=grade.is_by_hand, comment=grade.comment
        )


def make_hostile_world() -> HostileWorld:
    """Empty the database and make the world in it."""
    db.session.remove()
    empty_database()
    cast = make_cast()
    made = make_world(
        cast, teacher_id=cast.ada, classroom_id=cast.ada_class, student_id=cast.ben
    ).values
    questions = [make_question(kind, owner_id=cast.ada) for kind in QuestionKind]
    made["spare_id"] = make_question(owner_id=cast.ada)
    begun = make_assignment(cast.ada_class, questions, attempts_allowed=3)
    graded = make_assignment(cast.ada_class, questions[1:2], points=Decimal(4))
    draft = make_assignment(cast.ada_class, questions, published_at=None)
    untouched = make_assignment(cast.ada_class, questions)
    attempt = make_submission(begun, cast.ben)
    hand_in_work(graded, cast.ben, "100")
    sets = (
        {**made, **_names(begun), "submission_id": attempt},
        {**made, **_names(untouched)},
        {**made, **_names(graded)},
        {**made, **_names(draft)},
        made,
    )
    code = db.session.get_one(Classroom, cast.ada_class).join_code
    return HostileWorld(cast, code, sets)


def _names(assignment_id: int) -> Values:
    return {"assignment_id": assignment_id, "item_id": list_item_ids(assignment_id)[0]}
