"""Where the measurements of `make bench` take place: servers, school, visits and settings of one run."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from bench_client import Visit
from bench_load import Contender, LoadClient, Say, Slice, interleave
from bench_servers import Served, Servers
from bench_world import Room, make_room, mark_of, page_of, settle, sign_in
from flask import Flask
from flask_migrate import upgrade

from cozmic import create_app
from cozmic.config import ROOT, load_config
from cozmic.extensions import db
from cozmic.rules.enums import Role

SMALL, LARGE = 30, 300
UNCACHED = {"PAGE_CACHE": "0"}
_NO_LIMIT = "100000000 per minute"
UNLIMITED = dict.fromkeys(("LIMIT_PAGES", "LIMIT_VISITORS", "LIMIT_WHOLE_CLASS"), _NO_LIMIT)
"""Raises the limit on pages, so that a person of the bench may ask without end; it counts all the same."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often."""

    rounds: int = 7
    seconds: float = 4.0
    rush_s: float = 30.0
    worker_requests: int = 100_000
    students: int = 100_000
    responses: int = 1_000_000
    is_quick: bool = False


QUICK = Pace(2, 1.0, 6.0, 4_000, 3_000, 30_000, is_quick=True)


@dataclass(slots=True)
class Stage:
    """What all measurements share."""

    servers: Servers
    client: LoadClient
    pace: Pace
    say: Say
    url: str
    app: Flask
    """In this process, on the same database, without the page cache."""
    rooms: dict[int, Room]
    cookies: dict[int, str]
    _served: dict[str, Served] = field(default_factory=dict)

    @property
    def hello(self) -> Served:
        """The bare application."""
        return self._once("hello", self.servers.serve_hello)

    @property
    def cached(self) -> Served:
        """The platform as a school runs it."""
        return self._once(
            "cached", lambda: self.servers.serve(self.servers.environ(self.url, **UNLIMITED))
        )

    @property
    def uncached(self) -> Served:
        """The platform without its page cache."""
        environ = self.servers.environ(self.url, **UNLIMITED, **UNCACHED)
        return self._once("uncached", lambda: self.servers.serve(environ))

    def _once(self, name: str, start: Callable[[], Served]) -> Served:
        if name not in self._served:
            self._served[name] = start()
        return self._served[name]

    def contender(
        self, name: str, served: Served, visits: Sequence[Visit], *, connections: int = 16
    ) -> Contender:
        """The platform on one of its gunicorns, with the databases behind it."""
        roots = (served.root, self.servers.postgres_root, self.servers.redis_root)
        warm = len(visits) if served is self._served.get("cached") else connections
        return Contender(name, served.port, roots, tuple(visits), connections, warm)

    def student_visits(self, room: Room) -> list[Visit]:
        """Every pupil of a class opens the first page."""
        return [
            page_of("/student/", self.cookies[one], mark_of("p", one)) for one in room.student_ids
        ]

    def teacher_visits(self, room: Room) -> list[Visit]:
        """The teacher of a class opens the first page."""
        return [self.teacher_visit(room, "/teacher/")]

    def teacher_visit(self, room: Room, path: str) -> Visit:
        """The teacher of a class opens a page."""
        return page_of(path, self.cookies[room.teacher_id], mark_of("c", room.classroom_id))

    def interleave(self, contenders: Sequence[Contender], *, seconds: float = 0) -> dict[str, list[Slice]]:  # fmt: skip
        """Measure contenders at this run's pace."""
        return interleave(
            self.client, contenders, rounds=self.pace.rounds, seconds=seconds or self.pace.seconds,
            say=self.say,
        )  # fmt: skip


def fetch_etag(port: int, visit: Visit) -> str:
    """Ask for a page once and return its ETag; empty where it has none."""
    lines = visit.request.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if line)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", lines[0].split()[1], headers=headers)
        response = connection.getresponse()
        response.read()
    return response.getheader("ETag") or ""


@contextmanager
def migrated_app(servers: Servers, url: str, **settings: str) -> Iterator[Flask]:
    """The platform in this process on a database brought to head, without the page cache; its context is open."""
    app = create_app(load_config(servers.environ(url, **UNLIMITED, **UNCACHED, **settings)))
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def stage(servers: Servers, client: LoadClient, pace: Pace, say: Say) -> Iterator[Stage]:
    """Make the school, two classes alike but for their size, and sign everybody in."""
    url = servers.postgres.new_database()
    with migrated_app(servers, url) as app:
        rooms = {size: make_room(size, seed=size) for size in (SMALL, LARGE)}
        cookies: dict[int, str] = {}
        for room in rooms.values():
            cookies |= sign_in(app, room.student_ids, Role.STUDENT)
            cookies |= sign_in(app, [room.teacher_id], Role.TEACHER)
        settle()
        yield Stage(servers, client, pace, say, url, app, rooms, cookies)
