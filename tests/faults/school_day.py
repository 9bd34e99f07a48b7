"""Pupils at work on a real server: they save answers, look at pages and hand in, and what was acknowledged is kept.

Every pupil has a thread, and goes on whatever is answered, as people do. Afterwards the ledger is compared with the
database: what was acknowledged must be there, and nothing may be there twice.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import func, select

from cozmic.extensions import db
from cozmic.models import Grade, Response
from tests.faults.figures import Record, tell
from tests.faults.quiz import Pupil, Quiz
from tests.gunicorn_server import Server

PAUSE_S = 0.03
HANDED_IN_WITHIN_S = 30
NOBODY_TURNED_AWAY = "0"
"""For SHED_AFTER_MS: a slow machine turns pages away by itself, and a test must know what broke them."""
BROKEN_OFF = 0
"""Instead of a status: the connection was refused or closed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    what: str
    began: float
    took_s: float
    status: int

    @property
    def has_failed(self) -> bool:
        """Whether the visitor got nothing but an error of the server."""
        return self.status == BROKEN_OFF or self.status >= 500


@dataclass(slots=True)
class SchoolDay:
    """What pupils asked and what they were told."""

    server: Server
    quiz: Quiz
    asked: list[Asked] = field(default_factory=list)
    saved: dict[tuple[int, int], int] = field(default_factory=dict)
    """The last acknowledged answer by submission and item: a number that grows with each save."""
    saves_n: int = 0
    handed_in: set[int] = field(default_factory=set)
    _is_over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Meanwhile everybody saves answers and looks at pages; afterwards everybody hands in."""
        threads = [threading.Thread(target=self._work, args=(one,)) for one in self.quiz.pupils]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(one.status for one in self.asked)

    @property
    def failed_n(self) -> int:
        """Requests that failed."""
        return sum(one.has_failed for one in self.asked)

    @property
    def slowest_s(self) -> float:
        """How long the slowest answer took."""
        return max(one.took_s for one in self.asked)

    def wait_for(self, requests_n: int) -> None:
        """Let people go on until so many more requests have been answered well, thirty seconds at most."""
        deadline, wanted = time.monotonic() + 30, self._good_n() + requests_n
        while self._good_n() < wanted:
            assert time.monotonic() < deadline, f"nobody is served any more: {self.statuses}"
            time.sleep(0.02)

    def count_lost(self) -> int:
        """Return how many acknowledged writes are not in the database. Inside an application context."""
        db.session.rollback()
        rows = db.session.execute(
            select(Response.submission_id, Response.item_id, Response.answer)
        ).all()
        stored = {(row.submission_id, row.item_id): int(row.answer or 0) for row in rows}
        graded = set(db.session.execute(select(Grade.submission_id)).scalars())
        lost = [place for place, number in self.saved.items() if stored[place] < number]
        return len(lost) + len(self.handed_in - graded)

    def tell(self, record: Record, broken: str) -> int:
        """Note what people saw, and return how many acknowledged writes were lost. Inside an application context."""
        lost_n = self.count_lost()
        tell(
            record, broken, asked_n=len(self.asked), median_s=median(one.took_s for one in self.asked),
            slowest_s=self.slowest_s, failed_n=self.failed_n,
            kept_n=self.saves_n + len(self.handed_in), lost_n=lost_n,
        )  # fmt: skip
        print(dict(self.statuses))
        return lost_n

    def is_stored_once(self) -> bool:
        """Whether everybody has exactly one grade."""
        db.session.rollback()
        grades = select(func.count()).where(Grade.assignment_id == self.quiz.assignment_id)
        return db.session.execute(grades).scalar_one() == len(self.quiz.pupils)

    def _good_n(self) -> int:
        return sum(not one.has_failed for one in self.asked)

    def _work(self, pupil: Pupil) -> None:
        versions = dict.fromkeys(self.quiz.item_ids, 0)
        number = 0
        while not self._is_over.is_set():
            number += 1
            self._save(pupil, self.quiz.item_ids[number % len(versions)], number, versions)
            if number % 3 == 0:
                self._ask(pupil, "page", "GET", "/student/")
            time.sleep(PAUSE_S)
        self._hand_in(pupil, versions)

    def _save(self, pupil: Pupil, item_id: int, number: int, versions: dict[int, int]) -> None:
        path = f"/student/attempts/{pupil.submission_id}/answers/{item_id}"
        body = json.dumps({"answer": str(number), "version": versions[item_id]})
        status, said = self._ask(pupil, "save", "PUT", path, body)
        if status in (200, 409):  # 409: a save whose answer never came had been stored
            versions[item_id] = json.loads(said)["version"]
        if status == 200:
            self.saved[pupil.submission_id, item_id] = number
            self.saves_n += 1

    def _hand_in(self, pupil: Pupil, versions: dict[int, int]) -> None:
        """Press the button again until it is acknowledged; the answers saved so far stay as they are."""
        deadline = time.monotonic() + HANDED_IN_WITHIN_S
        path = f"/student/attempts/{pupil.submission_id}/hand-in"
        while time.monotonic() < deadline:
            status, _ = self._ask(pupil, "hand-in", "POST", path)
            if status == 303:
                self.handed_in.add(pupil.submission_id)
                return
            time.sleep(0.2)

    def _ask(
        self, pupil: Pupil, what: str, method: str, path: str, body: str | None = None
    ) -> tuple[int, Any]:
        began, status, said = time.monotonic(), BROKEN_OFF, b""
        kind = "application/json" if body else "application/x-www-form-urlencoded"
        headers = self.quiz.headers(pupil, kind)
        try:
            with closing(self.server.connect(timeout_s=20)) as connection:
                connection.request(method, path, body=body, headers=headers)
                response = connection.getresponse()
                said, status = response.read(), response.status
        except (OSError, http.client.HTTPException):
            pass
        self.asked.append(Asked(what, began, time.monotonic() - began, status))
        return status, said
