"""Six users, every page, one store: nobody is shown a byte that belongs to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Announcement, Classroom
from cozmic.observe.tally import current_tally
from cozmic.rules.enums import QuestionKind, Role
from cozmic.rules.join_codes import spaced_code
from tests.client import Client, signed_in
from tests.factories import enrol, make_assignment, make_classroom, make_question, make_user, save
from tests.law.screens import list_cached_rules, told_by, uncached
from tests.work import hand_in_work, list_item_ids, list_response_ids, mark
from tests.world import RULES, method_of

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a browser."""

    name: str
    id: int
    client: Client
    token: str
    """The secret of this session that its forms carry."""
    sees: set[str] = field(default_factory=set)
    """The signs that this one may meet."""


@dataclass(slots=True)
class Town:
    """Two classes that know nothing of each other, and an admin."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    values: list[dict[str, Any]] = field(default_factory=list)
    """What an address can name, of each class."""

    def add(self, role: Role, name: str) -> int:
        """Somebody new, signed in; the name is a sign."""
        person_id = make_user(role, name, email=f"{name.lower()}@school.example")
        client, token = signed_in(self.app, person_id), f"{len(self.people)}" * 40
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = token
        self.people[name] = Person(name, person_id, client, token, {name, f"{name.lower()}@"})
        return person_id

    def add_class(self, teacher: str, *pupils: str) -> None:
        """A class with work and words, each with a sign of its own."""
        tutor = self.add(Role.TEACHER, teacher)
        room = make_classroom(tutor, f"Class-of-{teacher}")
        question = make_question(
            QuestionKind.ESSAY, owner_id=tutor, prompt=f"Prompt-of-{teacher}",
            body={"guidance": f"Guidance-of-{teacher}"},
        )  # fmt: skip
        work = make_assignment(room, [question], title=f"Work-of-{teacher}", attempts_allowed=2)
        note = Announcement(
            classroom_id=room, author_id=tutor, body=f"News-of-{teacher}", posted_at=get_now()
        )
        ids = {"announcement_id": save(note), "question_id": question, "assignment_id": work}
        ours = {f"{what}-of-{teacher}" for what in ("Class", "Prompt", "Work", "News")}
        self.people[teacher].sees.update(
            ours,
            {f"Guidance-of-{teacher}", spaced_code(db.session.get_one(Classroom, room).join_code)},
        )
        for name in pupils:
            pupil = self.add(Role.STUDENT, name)
            enrol(room, pupil)
            done = hand_in_work(work, pupil, f"Answer-of-{name}")
            (response,) = list_response_ids(done)
            mark(tutor, response, "1", comment=f"Comment-for-{name}")
            theirs = {f"Answer-of-{name}", f"Comment-for-{name}"}
            self.people[name].sees.update(ours, theirs, {teacher})
            self.people[teacher].sees.update(theirs, {name, f"{name.lower()}@"})
            self.values.append(
                {
                    **ids, "classroom_id": room, "class_id": room, "submission_id": done, "response_id": response,
                    "item_id": list_item_ids(work)[0], "student_id": pupil, "user_id": pupil, "kind": "numeric",
                    "token": "no-such-token",
                }
            )  # fmt: skip

    def paths(self) -> Iterator[str]:
        """Every page's address, for each class and pupil."""
        adapter, seen = self.app.url_map.bind("localhost"), set()
        for rule in RULES:
            for values in self.values:
                if method_of(rule) == "GET":
                    named = {name: values[name] for name in rule.arguments}
                    seen.add(adapter.build(rule.endpoint, named))
        yield from sorted(seen)


@pytest.fixture
def town(law_app: Flask) -> Town:
    found = Town(law_app)
    found.add_class("Adaquartz", "Benopal", "Emmatopaz")
    found.add_class("Danbasalt", "Cleoagate")
    found.add(Role.ADMIN, "Rootjasper")
    root = found.people["Rootjasper"]
    for name, person in found.people.items():
        root.sees.update({name, f"{name.lower()}@"})
        root.sees.update(one for one in person.sees if one.startswith("Class-of-"))
    return found


def find_foreign(town: Town, person: Person, page: str) -> list[str]:
    """The signs on a page that its reader may not meet, and tokens of other sessions."""
    signs = set().union(*(one.sees for one in town.people.values()))
    serializer = URLSafeTimedSerializer(town.app.secret_key or "", salt="wtf-csrf-token")
    tokens = {serializer.loads(token) for token in TOKEN.findall(page)}
    return [sign for sign in signs - person.sees if sign in page] + list(tokens - {person.token})


@pytest.mark.slow
def test_six_users_on_every_page_meet_no_foreign_byte(town: Town) -> None:
    foreign, met, shown = [], {name: set[str]() for name in town.people}, 0
    people = list(town.people.values())
    for path in town.paths():
        if path == "/sign-out":
            continue
        for person in [*people, *reversed(people)]:
            answer = person.client.get(path)
            assert answer.status_code < 500, path
            if answer.status_code == 200:
                shown += 1
                page = answer.text
                foreign += [
                    f"{person.name} {path} {one}" for one in find_foreign(town, person, page)
                ]
                met[person.name] |= {sign for sign in person.sees if sign in page}
    assert not foreign
    assert shown > 200
    unmet = {name: person.sees - met[name] for name, person in town.people.items()}
    assert not any(sign for signs in unmet.values() for sign in signs if not sign.endswith("@"))


def test_each_users_cached_pages_are_their_own_uncached_ones(town: Town) -> None:
    adapter = town.app.url_map.bind("localhost")
    paths = {
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for rule in list_cached_rules(town.app)
        for values in town.values
    }
    people, hits = list(town.people.values()), 0
    for path in sorted(paths):
        for person in people:
            person.client.get(path)
        for person in reversed(people):
            cached = told_by(person.client.get(path))
            if current_tally().cache != "hit":
                continue
            hits += 1
            with uncached(town.app):
                assert cached == told_by(person.client.get(path)), (person.name, path)
    assert hits > 20
