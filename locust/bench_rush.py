"""The teacher's dashboard while the class hands in, beside the same page without the cache while nobody works."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from bench_goals import GOALS, Finding
from bench_load import Contender, Slice, errors_in
from bench_stage import SMALL, Stage
from bench_world import QUESTIONS, Room
from sqlalchemy import insert, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem
from cozmic.rules.enums import LateRule, Release
from cozmic.transaction import transaction
from tests.client import csrf_token

LOOKS_EVERY_S = 0.1
IDLE_S = 4.0
SHARE = 0.95


@dataclass(slots=True)
class Pupil:
    """One who opens an assignment, answers and hands in, as the pages and their script do."""

    cookie: str
    token: str
    port: int
    faults: list[str] = field(default_factory=list)

    def work(self, assignment_id: int, item_ids: tuple[int, ...], seconds: float) -> None:
        """Spread the steps over so many seconds."""
        steps, begun = 4 + len(item_ids), time.monotonic()

        def wait(step: int) -> None:
            time.sleep(max(0.0, begun + seconds * step / steps - time.monotonic()))

        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            self._ask(line, "GET", "/student/", 200)
            wait(1)
            self._ask(line, "GET", f"/student/assignments/{assignment_id}", 200)
            place = self._ask(line, "POST", f"/student/assignments/{assignment_id}/start", 303)
            found = re.search(r"/attempts/(\d+)", place)
            if found is None:
                self.faults.append(f"starting led to {place!r}")
                return
            attempt = f"/student/attempts/{found[1]}"
            wait(2)
            self._ask(line, "GET", attempt, 200)
            for number, item_id in enumerate(item_ids):
                wait(3 + number)
                answer = json.dumps({"answer": "12", "version": 0})
                self._ask(line, "PUT", f"{attempt}/answers/{item_id}", 200, answer, "application/json")  # fmt: skip
            wait(steps)
            fields = {f"version-{one}": "1" for one in item_ids}
            fields |= {f"answer-{one}": "12" for one in item_ids}
            self._ask(line, "POST", f"{attempt}/hand-in", 303, urlencode(fields))
            self._ask(line, "GET", f"{attempt}/result", 200)

    def _ask(
        self, line: http.client.HTTPConnection, method: str, path: str, status: int, body: str = "",
        kind: str = "application/x-www-form-urlencoded",
    ) -> str:  # fmt: skip
        """Send a request; return where the reply leads."""
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Content-Type": kind}
        line.request(method, path, body=body or None, headers=headers)
        response = line.getresponse()
        response.read()
        if response.status != status:
            self.faults.append(f"{method} {path}: status {response.status} instead of {status}")
        return response.getheader("Location") or ""


def measure_rush(stage: Stage) -> list[Finding]:
    """Let the small class take and hand in an assignment, once a round, while its teacher looks all along."""
    rush, idle = "teacher 30 while handing in", "teacher 30 uncached and idle"
    slices: dict[str, list[Slice]] = {rush: [], idle: []}
    faults: list[str] = []
    for number in range(stage.pace.rounds):
        seconds = min(IDLE_S, stage.pace.rush_s)
        slices[idle].append(
            stage.client.measure(_looking(stage, idle, stage.uncached.port), seconds)
        )
        slices[rush].append(_rush(stage, _looking(stage, rush, stage.cached.port), faults))
        stage.say(
            f"round {number + 1}: p95 {_p95_ms(slices[rush][-1]):.1f} ms while they hand in, "
            f"median {slices[idle][-1].median_ms:.1f} ms uncached and idle"
        )
    ratios = [
        _p95_ms(one) / other.median_ms
        for one, other in zip(slices[rush], slices[idle], strict=True)
    ]
    note = (
        f"p95 {statistics.median(map(_p95_ms, slices[rush])):.1f} ms, the slowest of all "
        f"{1000 * max(max(one.times_s) for one in slices[rush]):.0f} ms; idle median "
        f"{statistics.median(one.median_ms for one in slices[idle]):.1f} ms; asked every {LOOKS_EVERY_S:g} s"
    )
    told = [*errors_in(slices, rush, idle), *faults[:3]]
    return [Finding(GOALS["rush"], statistics.median(ratios), note=note, faults=tuple(told))]


def _looking(stage: Stage, name: str, port: int) -> Contender:
    visits = tuple(stage.teacher_visits(stage.rooms[SMALL]))
    return Contender(name, port, (), visits, connections=1, warm=2, pause_s=LOOKS_EVERY_S)


def _p95_ms(one: Slice) -> float:
    ordered = sorted(one.times_s)
    return 1000 * ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))]


def _rush(stage: Stage, looking: Contender, faults: list[str]) -> Slice:
    room = stage.rooms[SMALL]
    assignment_id, item_ids = _give(stage, room)
    token = csrf_token(stage.app)
    pupils = [
        Pupil(stage.cookies[one], token, stage.cached.port, faults) for one in room.student_ids
    ]
    seconds = stage.pace.rush_s
    threads = [
        # They begin and end at different moments, the last one as the time is up.
        threading.Timer(
            seconds * 0.3 * place / len(pupils),
            pupil.work,
            (assignment_id, item_ids, seconds * (0.3 + 0.4 * place / len(pupils))),
        )
        for place, pupil in enumerate(pupils)
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    result = stage.client.measure(looking, seconds)
    for thread in threads:
        thread.join()
    return result


def _give(stage: Stage, room: Room) -> tuple[int, tuple[int, ...]]:
    """Publish another assignment for the class; return it and its items."""
    now = get_now()
    values: Mapping[str, object] = {
        "classroom_id": room.classroom_id, "title": "At the bell", "instructions": "", "opens_at": None,
        "due_at": now + timedelta(days=2), "closes_at": None, "attempts_allowed": 1, "late_rule": LateRule.ACCEPT,
        "late_penalty_percent": 0, "release": Release.AUTOMATIC, "max_points": Decimal(QUESTIONS),
        "created_at": now, "published_at": now,
    }  # fmt: skip
    with transaction() as touched:
        assignment_id = db.session.execute(
            insert(Assignment).returning(Assignment.id), values
        ).scalar_one()
        rows = [
            {"assignment_id": assignment_id, "question_id": question_id, "position": place, "points": Decimal(1)}
            for place, question_id in enumerate(room.question_ids[:QUESTIONS], start=1)
        ]  # fmt: skip
        db.session.execute(insert(AssignmentItem), rows)
        touched.posts(room.classroom_id)
        touched.work(room.classroom_id)
    items = select(AssignmentItem.id).where(AssignmentItem.assignment_id == assignment_id)
    found = db.session.execute(items.order_by(AssignmentItem.position)).scalars().all()
    db.session.remove()  # PostgreSQL ends who idles in a transaction
    return assignment_id, tuple(found)
