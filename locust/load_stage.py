"""Where `make load` takes place: PostgreSQL, Redis and gunicorn as a school runs them, and the school itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from bench_servers import Served, Servers
from bench_world import settle
from flask_migrate import upgrade
from load_shapes import Shape
from sqlalchemy import select, text

from cozmic import create_app
from cozmic.access.clock import get_now
from cozmic.access.credentials import hash_password
from cozmic.config import ROOT, load_config
from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment, User
from cozmic.rules.enums import Role
from cozmic.seed.load import Loaded, load_school
from cozmic.seed.load_people import PREFIX
from cozmic.seed.load_plan import LoadShape
from cozmic.transaction import end_reading, transaction

ANSWERS_EACH, PRACTICE, EXAM_CLASS = 25, 6, 600
FEWEST_PUPILS, SPARE = 2000, 1.1
"""More pupils than are needed, and so many that no table is read whole just because it is small."""
PLANTS = ("leak", "loss", "no-indices")


class CannotMeasure(RuntimeError):
    """Something is missing without which no figure would mean anything."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the platform is set for a run."""

    workers: int = 4
    threads: int = 2
    with_redis: bool = True
    with_cache: bool = True
    changes: Mapping[str, str] = field(default_factory=dict)
    plant: str = ""
    """A fault to be planted, so that the load test can be seen to fail: one of PLANTS."""


@dataclass(slots=True)
class School:
    """What was made, and how to reach it."""

    url: str
    roster: dict[str, list[dict[str, Any]]]
    exam_id: int = 0


def make_school(servers: Servers, shape: Shape, settings: Settings) -> School:
    """Make a school large enough for everybody in a shape, bring the planner's statistics up to date, and list them."""
    url = servers.postgres.new_database()
    app = create_app(load_config(servers.environ(url, PAGE_CACHE="0")))
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        pupils = max(FEWEST_PUPILS, round(_pupils_of(shape) * SPARE))
        main = load_school(LoadShape(pupils, pupils * ANSWERS_EACH, practice=PRACTICE), get_now())
        roster = _list_people(main, shape)
        exam_id = _add_exam(roster) if shape.needs_exam else 0
        roster["admin"] = [_make_admin()]
        if settings.plant == "no-indices":
            drop_indices()
        settle()
        db.session.remove()
        db.engine.dispose()
    return School(url, roster, exam_id)


def _pupils_of(shape: Shape) -> int:
    return sum(
        number for kind, number in shape.people.items() if kind in ("pupil", "bell", "spike")
    )


def _list_people(loaded: Loaded, shape: Shape) -> dict[str, list[dict[str, Any]]]:
    """Deal the people out to the kinds of a shape. Teachers come with their classes, pupils with theirs."""
    people, names = loaded.people, _names()
    classes = _classes()
    teachers = [
        _entry(people.teacher_name(place), loaded.password, names, classes)
        for place in range(len(people.teacher_ids))
    ]
    pupils = [
        _entry(people.pupil_name(place), loaded.password, names, classes)
        for place in range(len(people.pupil_ids))
    ]
    roster: dict[str, list[dict[str, Any]]] = {"teacher": teachers}
    place = 0
    for kind in ("bell", "spike"):
        number = shape.people.get(kind, 0)
        roster[kind] = pupils[place : place + number]
        place += number
    roster["pupil"] = pupils[place:]
    return roster


def _entry(
    username: str, password: str, names: Mapping[str, str], classes: Mapping[str, list[int]]
) -> dict[str, Any]:
    return {
        "username": username, "password": password, "name": names[username], "classes": classes.get(username, []),
    }  # fmt: skip


def _names() -> dict[str, str]:
    statement = select(User.username, User.given_name, User.family_name)
    return {
        username: f"{given} {family}" for username, given, family in db.session.execute(statement)
    }


def _classes() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    taught = select(User.username, Classroom.id).join(Classroom, Classroom.teacher_id == User.id)
    visited = (
        select(User.username, Enrolment.classroom_id)
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(Enrolment.removed_at.is_(None))
    )
    for statement in (taught, visited):
        for username, classroom_id in db.session.execute(statement):
            found.setdefault(username, []).append(classroom_id)
    return found


def _add_exam(roster: dict[str, list[dict[str, Any]]]) -> int:
    """Make one class of six hundred with one quiz that is open."""
    loaded = load_school(
        LoadShape(EXAM_CLASS, EXAM_CLASS * 10, class_size=EXAM_CLASS, assignments=10, practice=1),
        get_now(),
    )
    names, classes = _names(), _classes()
    roster["exam"] = [
        _entry(loaded.people.pupil_name(place), loaded.password, names, classes)
        for place in range(EXAM_CLASS)
    ]
    roster["exam teacher"] = [
        _entry(loaded.people.teacher_name(0), loaded.password, names, classes)
    ] * 20
    statement = select(Assignment.id).where(
        Assignment.classroom_id == loaded.classes[0].id,
        Assignment.title.startswith("Open practice "),
    )
    return int(db.session.execute(statement).scalar_one())


def _make_admin() -> dict[str, Any]:
    password = token_urlsafe(16)
    end_reading()
    password_hash = hash_password(password)
    with transaction():
        db.session.add(
            User(
                role=Role.ADMIN, username=f"{PREFIX}a1", given_name="Load", family_name="Admin", email=None,
                password_hash=password_hash, created_at=get_now(),
            )
        )  # fmt: skip
    return {"username": f"{PREFIX}a1", "password": password, "name": "Load Admin", "classes": []}


def drop_indices() -> None:
    """Drop every index that no constraint needs."""
    statement = text(
        "SELECT format('DROP INDEX %I', c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE n.nspname = 'public' AND NOT i.indisunique AND NOT i.indisprimary"
    )
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for drop in connection.execute(statement).scalars().all():
            connection.exec_driver_sql(drop)


def serve(servers: Servers, school: School, settings: Settings, token: str) -> Served:
    """Start the platform as it is set for the run."""
    changes = {"METRICS_TOKEN": token, **settings.changes}
    if not settings.with_redis:
        changes["REDIS_URL"] = ""
    if not settings.with_cache:
        changes["PAGE_CACHE"] = "0"
    module = "wsgi:app"
    if settings.plant in ("leak", "loss"):
        module, changes["LOAD_PLANT"] = "load_planted:app", settings.plant
    environ = servers.environ(school.url, **changes)
    return servers.serve(environ, workers=settings.workers, threads=settings.threads, module=module)


def write_roster(folder: Path, school: School) -> Path:
    """Write who is who, for the generator; the passwords are those of this run alone."""
    path = folder / "roster.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(school.roster))
    return path


def check_enough(school: School, people: Mapping[str, int]) -> Sequence[str]:
    """Return the kinds of which there are too few accounts."""
    return [kind for kind, number in people.items() if len(school.roster.get(kind, [])) < number]
