"""The clock moved across every deadline: no page outlives the moment at which the clock alone changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from cozmic.caching.bodies import to_ms
from cozmic.web import cached
from tests.client import Client, signed_in
from tests.factories import LONG_AGO
from tests.law.deadlines import Term, keep_sessions, make_term
from tests.law.screens import list_cached_paths, told_by, uncached

Page = tuple[str, str]
"""Who, and where."""


@dataclass(slots=True)
class Clock:
    """The database's clock, held still."""

    now: datetime

    def shifted(self, _moment: datetime, _offset_s: float | None = None) -> datetime:
        """In place of the clock plus an offset: a running clock stands exactly at no moment."""
        return self.now


@dataclass(slots=True)
class Sweep:
    """Every cached screen at a row of instants."""

    app: Flask
    clock: Clock
    clients: dict[str, Client]
    pages: list[Page]
    drawn: dict[Page, dict[datetime, tuple[str, int]]] = field(default_factory=dict)
    """What a page says when it is drawn at an instant, and until when it holds itself right (milliseconds)."""
    faults: list[str] = field(default_factory=list)
    unchanged: int = 0

    def draw(self, instants: Sequence[datetime], patch: pytest.MonkeyPatch) -> None:
        """Draw every page at every instant, as if no store had it."""
        with patch.context() as here:
            here.setattr(cached, "find_or_compute", compute)
            for self.clock.now in instants:
                for page in self.pages:
                    answer = self.clients[page[0]].get(page[1])
                    assert answer.status_code == 200, page
                    until_ms = int(answer.headers["ETag"].strip('"').partition("-")[0], 16)
                    self.drawn.setdefault(page, {})[self.clock.now] = told_by(answer), until_ms

    def compare_with_plain(self, instants: Sequence[datetime]) -> None:
        """Draw pages without all that belongs to the cache."""
        with uncached(self.app):
            for self.clock.now in instants:
                for page in self.pages:
                    plain = told_by(self.clients[page[0]].get(page[1]))
                    if plain != self.drawn[page][self.clock.now][0]:
                        self.fault(page, "the cached page is another than the plain one")

    def compare_pairs(self) -> None:
        """Whenever a page was drawn: as long as it holds itself right, it says what one drawn now would."""
        for page, at in self.drawn.items():
            for begun, (text, until_ms) in at.items():
                for self.clock.now, (now, _) in at.items():
                    if begun < self.clock.now and to_ms(self.clock.now) < until_ms and now != text:
                        self.fault(page, f"drawn at {begun}, held right until {until_ms}")

    def serve(self, instants: Sequence[datetime]) -> None:
        """Go through time once, with the store and with a browser that keeps what it was sent."""
        held: dict[Page, tuple[str, str]] = {}
        for self.clock.now in instants:
            for page in self.pages:
                client, (etag, text) = self.clients[page[0]], held.get(page, ("", ""))
                wanted = self.drawn[page][self.clock.now][0]
                answer = client.get(page[1], headers={"If-None-Match": etag})
                if answer.status_code == 304:
                    self.unchanged += 1
                else:
                    text = told_by(answer)
                    held[page] = answer.headers["ETag"], text
                if text != wanted:
                    self.fault(page, f"a browser shows another page ({answer.status_code})")
                elif told_by(client.get(page[1])) != wanted:
                    self.fault(page, "the store gave another page")

    def fault(self, page: Page, what: str) -> None:
        """Note what was wrong now."""
        self.faults.append(f"{page[0]} {page[1]} at {self.clock.now.astimezone()}: {what}")


def compute(_store: Any, _key: str, *, compute: Callable[[], Any], **_kwargs: Any) -> Any:
    return compute(), "alone"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    held = Clock(LONG_AGO)
    for module in ("admission", "clock"):
        monkeypatch.setattr(f"cozmic.access.{module}.shifted", held.shifted)
    return held


@pytest.fixture
def make_sweep(law_app: Flask, clock: Clock) -> Callable[[str], tuple[Term, Sweep]]:
    def make(zone: str) -> tuple[Term, Sweep]:
        clock.now = datetime.fromisoformat("2026-08-01T00:00:00+00:00")
        term = make_term(zone)
        roles = {"ada": "teacher", "ben": "student", "lee": "student"}
        clients = {who: signed_in(law_app, getattr(term, who)) for who in roles}
        keep_sessions()
        pages = [
            (who, path)
            for who, role in roles.items()
            for path in list_cached_paths(law_app, role, [term.room])
        ]
        return term, Sweep(law_app, clock, clients, pages)

    return make


@pytest.mark.long
@pytest.mark.parametrize(
    ("law_app", "zone"),
    [("sqlite-memory", "Europe/London"), ("postgresql-redis", "America/New_York")],
    indirect=["law_app"],
)
def test_no_page_outlives_its_moment(
    make_sweep: Callable[[str], tuple[Term, Sweep]], monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    term, sweep = make_sweep(zone)
    instants = term.instants()
    sweep.draw(instants, monkeypatch)
    sweep.compare_with_plain(instants[:: len(instants) // 5])
    sweep.compare_pairs()
    sweep.serve(instants)
    assert not sweep.faults
    changes = sum(len({text for text, _ in at.values()}) - 1 for at in sweep.drawn.values())
    assert changes > 60, "the clock hardly changes what is looked at"
    assert sweep.unchanged > len(instants), (
        "browsers were hardly ever told that nothing has changed"
    )


@pytest.mark.parametrize("law_app", ["sqlite-memory"], indirect=True)
def test_a_day_without_a_midnight_ends_too(
    make_sweep: Callable[[str], tuple[Term, Sweep]], monkeypatch: pytest.MonkeyPatch
) -> None:
    term, sweep = make_sweep("America/Santiago")
    sweep.pages = [("ada", "/teacher/")]
    hours = [term.begins + timedelta(minutes=30 * half) for half in range(97)]
    sweep.draw(hours, monkeypatch)
    sweep.compare_pairs()
    sweep.serve(hours)
    assert not sweep.faults


BREAKS = {
    "/teacher/": "cozmic.reads.teacher_dashboard.find_clock_change",
    "/student/": "cozmic.reads.student_dashboard.next_change",
    "/student/assignments/": "cozmic.reads.student_assignments.next_change",
}


@pytest.mark.parametrize("law_app", ["sqlite-memory"], indirect=True)
@pytest.mark.parametrize("path", BREAKS)
def test_a_forgotten_deadline_would_be_found(
    make_sweep: Callable[[str], tuple[Term, Sweep]], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    term, sweep = make_sweep("Europe/London")
    monkeypatch.setattr(BREAKS[path], lambda *_args, **_kwargs: None)
    sweep.pages = [page for page in sweep.pages if page[1] == path]
    instants = term.instants()[:66]
    sweep.draw(instants, monkeypatch)
    sweep.compare_pairs()
    in_pairs = len(sweep.faults)
    sweep.serve(instants)
    assert 0 < in_pairs < len(sweep.faults)
