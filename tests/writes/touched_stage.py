"""Ada's classes with work in every state, for tests of what a write touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import (
    Announcement,
    Classroom,
    ClassroomRevision,
    PersonRevision,
    SchoolRevision,
)
from cozmic.rules.enums import LateRule, QuestionKind, Release, Role
from cozmic.transaction import transaction
from tests.client import Client, signed_in
from tests.factories import (
    Cast,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
    save,
)
from tests.work import hand_in_work, list_item_ids, list_response_ids
from tests.writes.touched_acts import Act

Revisions = dict[str, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """Ada's classes with work in every state, and what stands on it by name."""

    app: Flask
    people: dict[str, int]
    classes: dict[str, int]
    things: dict[str, Any]

    def client(self, who: str) -> Client:
        """A client of one of the people."""
        return signed_in(self.app, self.people[who])

    def fill(self, text: str) -> str:
        """Put ids in place of names."""
        return text.format(**self.people, **self.classes, **self.things)

    def do(self, act: Act) -> int:
        """Send the act; return its status."""
        data = {self.fill(name): self.fill(value) for name, value in act.data.items()}
        client = self.client(act.who)
        return client.post(self.fill(act.path), data=data).status_code

    def revisions(self) -> Revisions:
        """Return every revision there is by name; those of newcomers under "new"."""
        db.session.rollback()
        names = {user_id: name for name, user_id in self.people.items()}
        rooms = {class_id: name for name, class_id in self.classes.items()}
        found = {
            f"person {names.get(row.user_id, 'new')}": row.value
            for row in db.session.execute(select(PersonRevision)).scalars()
        }
        for row in db.session.execute(select(ClassroomRevision)).scalars():
            part = "work" if row.is_work else "posts"
            found[f"{part} {rooms.get(row.classroom_id, 'new')}"] = row.value
        found["school"] = db.session.execute(select(SchoolRevision.value)).scalar_one()
        db.session.rollback()
        return found


def make_stage(app: Flask, cast: Cast) -> Stage:
    """Commit it, and give everybody and every class a revision."""
    now, room = get_now(), cast.ada_class
    people = {
        "ada": cast.ada,
        "ben": cast.ben,
        "cleo": cast.cleo,
        "dan": cast.dan,
        "root": cast.root,
    }
    for name in ("emma", "gone", "barred"):
        people[name] = make_user(
            Role.STUDENT, name.title(), suspended_at=now if name == "barred" else None
        )
        enrol(room, people[name], removed_at=now if name == "gone" else None)
    classes = {"room": room, "dan_class": cast.dan_class} | {
        name: make_classroom(cast.ada, name, archived_at=now if name == "shelved" else None)
        for name in ("other", "shelved")
    }
    enrol(classes["shelved"], cast.ben)
    things = _make_work(cast, people["emma"])
    things["code"] = db.session.get_one(Classroom, room).join_code
    things["note"] = save(
        Announcement(classroom_id=room, author_id=cast.ada, body="Old", posted_at=now)
    )
    with transaction() as touched:
        touched.people(people.values())
        for classroom_id in classes.values():
            touched.posts(classroom_id)
            touched.work(classroom_id)
    return Stage(app, people, classes, things)


def _make_work(cast: Cast, emma: int) -> dict[str, Any]:
    room, ago = cast.ada_class, timedelta(days=1)
    met, essay, unmet, spare = (
        make_question(kind, owner_id=cast.ada)
        for kind in (
            QuestionKind.NUMERIC,
            QuestionKind.ESSAY,
            QuestionKind.NUMERIC,
            QuestionKind.NUMERIC,
        )
    )
    quiz = make_assignment(room, [met, essay], attempts_allowed=3)
    fresh = make_assignment(room, [met, unmet], points=Decimal(2))
    draft = make_assignment(room, [spare], published_at=None)
    graded = make_assignment(room, [met])
    held = make_assignment(room, [met], release=Release.BY_TEACHER)
    closed = make_assignment(room, [met], closes_at=get_now() - ago)
    late = make_assignment(
        room, [met], due_at=get_now() - ago, late_rule=LateRule.PENALTY, late_penalty_percent=50
    )
    handed_in = hand_in_work(quiz, cast.ben, "100", "An essay")
    for assignment_id in (graded, held, late):
        hand_in_work(assignment_id, cast.ben, "100")
    make_submission(closed, emma)
    return {
        "quiz": quiz, "fresh": fresh, "draft": draft, "graded": graded, "held": held, "closed": closed, "late": late,
        "met": met, "unmet": unmet, "spare": spare, "handed_in": handed_in, "open": make_submission(quiz, emma),
        "item": list_item_ids(fresh)[0], "asked": list_item_ids(quiz)[0], "essay": list_response_ids(handed_in)[1],
    }  # fmt: skip
