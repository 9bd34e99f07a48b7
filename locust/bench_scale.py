"""Every screen in a school of 10,000 responses and in one of a million, and which indices were used on the way."""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench_goals import GOALS, Finding
from bench_load import cpu_seconds
from bench_queries import fetch
from bench_stage import SMALL, Stage, migrated_app
from bench_world import NO_PASSWORD, Room, make_room, settle, sign_in
from flask import Flask
from sqlalchemy import text

from cozmic.access.clock import get_now
from cozmic.access.work import get_assignment_to_start
from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.enums import Role
from cozmic.seed.load import load_school
from cozmic.seed.load_plan import LoadShape
from cozmic.transaction import transaction
from cozmic.writes.attempts import start_attempt
from tests.client import anonymous
from tests.house.rights import RIGHT_OF, Reply

TEN_THOUSAND = LoadShape(students=1_000, responses=10_000)
SIGNED_IN_OF = 10
"""One pupil of so many is signed in."""
AT_ONCE = 3
"""Requests of one screen before the other school's turn."""
NO_SCREENS = {"health.readyz", "health.healthz", "health.metrics", "auth.invitation", "auth.reset"}
"""For monitors; and two for which nothing stands in the database."""
FILTERED = {
    "ops.people, pupils": ("ops.people", {"role": "student"}),
    "ops.people, suspended": ("ops.people", {"state": "suspended"}),
    "ops.classrooms, archived": ("ops.classrooms", {"show": "archived"}),
}
"""Lists that are filtered by the database, each by an index of its own."""
KEPT_KINDS = {"unique rule", "delete"}


@dataclass(frozen=True, slots=True)
class School:
    """One of the two schools, with a class of the same size in each."""

    app: Flask
    screens: dict[str, tuple[str, str]]
    """By name: address and cookie."""


@dataclass(slots=True)
class Times:
    """What one screen took in one school."""

    seconds: list[float] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def median_ms(self) -> float:
        """The median time of a request."""
        return 1000 * statistics.median(self.seconds)


def measure_scale(stage: Stage) -> tuple[list[Finding], dict[str, list[str]]]:
    """Fill both schools, ask for every screen in turn; return the worst ratio, and the tables of the report."""
    shape = LoadShape(students=stage.pace.students, responses=stage.pace.responses)
    with ExitStack() as stack:
        schools = [stack.enter_context(school(stage, one)) for one in (TEN_THOUSAND, shape)]
        small, large = _measure_all(stage, schools)
        _knock(schools[1].app)
        unused_there = _unused_indices(schools[1].app)
    ratios = {
        name: (large[name].median_ms / small[name].median_ms, large[name].cpu_s / max(small[name].cpu_s, 0.001))
        for name in small
    }  # fmt: skip
    worst = max(ratios, key=lambda name: min(ratios[name]))
    listed = sorted(ratios, key=lambda name: -ratios[name][0])
    table = [
        f"{ratios[name][0]:5.2f} × (by CPU {ratios[name][1]:5.2f} ×)  {small[name].median_ms:7.1f} ms  "
        f"{large[name].median_ms:7.1f} ms  {name}"
        for name in listed
    ]
    finding = Finding(
        GOALS["screens"], ratios[worst][0], ratios[worst][1], note=f"{worst}, of {len(ratios)} screens"
    )  # fmt: skip
    unused = sorted(set(unused_there) & set(_unused_indices(stage.app)))
    return [finding], {
        f"Screens, {shape.responses:,} responses ÷ {TEN_THOUSAND.responses:,}": table,
        "Indices that neither school's screens nor the hand-ins used": _judged(unused),
    }


@contextmanager
def school(stage: Stage, shape: LoadShape) -> Iterator[School]:
    """A database with a load in it and, beside the load, one class of the size that all schools have."""
    url = stage.servers.postgres.new_database()
    begun = time.monotonic()
    with migrated_app(
        stage.servers, url, DB_STATEMENT_TIMEOUT_MS="600000", DB_DEADLINE_MS="0"
    ) as app:
        loaded = load_school(shape, get_now())
        sign_in(app, loaded.people.pupil_ids[::SIGNED_IN_OF], Role.STUDENT)
        screens = _list_screens(app, make_room(SMALL, seed=SMALL))
        settle()
    stage.say(f"a school of {shape.responses:,} responses: {time.monotonic() - begun:.0f} s")
    with migrated_app(stage.servers, url) as app:
        yield School(app, screens)
    stage.servers.postgres.drop_database(url)


def _list_screens(app: Flask, room: Room) -> dict[str, tuple[str, str]]:
    """The address of every screen, as each of a teacher, a pupil and an admin who may see it."""
    pupil_id = room.student_ids[0]
    root_id = _make_admin()
    now = get_now()
    with transaction() as touched:
        found = get_assignment_to_start(pupil_id, room.assignment_ids[-1])
        open_id = start_attempt(touched, found, pupil_id, now=now).id
    cookies = {
        "ada": sign_in(app, [room.teacher_id], Role.TEACHER)[room.teacher_id],
        "ben": sign_in(app, [pupil_id], Role.STUDENT)[pupil_id],
        "root": sign_in(app, [root_id], Role.ADMIN)[root_id],
    }
    values = {
        "classroom_id": room.classroom_id, "class_id": room.classroom_id, "assignment_id": room.assignment_ids[0],
        "submission_id": room.handed_in_id, "response_id": room.response_id, "question_id": room.question_ids[0],
        "student_id": pupil_id, "user_id": pupil_id, "item_id": room.item_ids[0], "kind": "numeric",
        "announcement_id": room.note_id,
    }  # fmt: skip
    adapter = app.url_map.bind("127.0.0.1")
    screens = {}
    for rule in app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or ())
            or rule.endpoint in NO_SCREENS
            or rule.endpoint not in RIGHT_OF
        ):
            continue
        own = {**values, "submission_id": open_id} if rule.endpoint == "student.take" else values
        path = adapter.build(rule.endpoint, {name: own[name] for name in rule.arguments})
        for person, cookie in cookies.items():
            if getattr(RIGHT_OF[rule.endpoint], person) is Reply.IN:
                screens[f"{rule.endpoint} ({person})"] = (path, cookie)
    for name, (endpoint, query) in FILTERED.items():
        screens[f"{name} (root)"] = (adapter.build(endpoint, query), cookies["root"])
    return screens


def _make_admin() -> int:
    with transaction() as touched:
        admin = User(
            role=Role.ADMIN, username="bench.admin", given_name="Root", family_name="", email=None,
            password_hash=NO_PASSWORD, created_at=get_now(),
        )  # fmt: skip
        db.session.add(admin)
        db.session.flush()
        touched.person(admin.id)
        return admin.id


def _measure_all(stage: Stage, schools: Sequence[School]) -> list[dict[str, Times]]:
    """Ask every screen of both schools, a few times each in turn."""
    times: list[dict[str, Times]] = [{name: Times() for name in one.screens} for one in schools]
    for number in range(stage.pace.rounds + 1):
        for name in schools[0].screens:
            for one, found in zip(schools, times, strict=True):
                taken = _ask(stage, one, name)
                if (
                    number
                ):  # the first time round, what a worker and its server remember is remembered
                    found[name].seconds += taken.seconds
                    found[name].cpu_s += taken.cpu_s
        stage.say(f"every screen of both schools: round {number} of {stage.pace.rounds}")
    return times


def _ask(stage: Stage, one: School, name: str) -> Times:
    path, cookie = one.screens[name]
    taken = Times()
    with one.app.app_context():
        before = cpu_seconds(stage.servers.postgres_root) + time.process_time()
        for _ in range(AT_ONCE):
            begun = time.perf_counter()
            fetch(one.app, path, cookie)
            taken.seconds.append(time.perf_counter() - begun)
        taken.cpu_s = cpu_seconds(stage.servers.postgres_root) + time.process_time() - before
    return taken


def _knock(app: Flask) -> None:
    """Do what nobody who is signed in does: try a password, a code and an address."""
    with app.app_context():
        client = anonymous(app)
        client.post("/login", data={"username": "bench.admin", "password": "wrong"})
        client.post(
            "/join",
            data={
                "code": "NOSUCH22",
                "given_name": "Nobody",
                "password": "correct horse battery",
                "once_key": "0" * 22,
            },
        )
        client.post("/forgot-password", data={"email": "nobody@school.example"})
        db.session.remove()


def _unused_indices(app: Flask) -> list[str]:
    """Indices, primary keys aside, that no query has used in this database."""
    query = text(
        "SELECT s.indexrelname FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) "
        "WHERE s.idx_scan = 0 AND NOT i.indisprimary ORDER BY 1"
    )
    with app.app_context():
        db.engine.dispose()  # a connection that ends tells what it used, one that idles does so after seconds
        time.sleep(0.5)
        with db.engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _judged(unused: Sequence[str]) -> list[str]:
    """Each with the reason for which it is kept, from the table of scripts/prove_indices.py."""
    try:
        cases = importlib.import_module("scripts.indices.cases").CASES
    except ImportError:
        cases = {}
    told = []
    for name in unused:
        case = cases.get(name)
        kind = str(case.kind) if case else "unknown"
        mark = "kept for" if kind in KEPT_KINDS else "NOT USED HERE, though for"
        told.append(f"{name}: {mark} {kind}{f' ({case.what})' if case else ''}")
    return told or ["none"]
