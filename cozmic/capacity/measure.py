"""What a request costs in this process: the main screens, asked for as people of a load, in one thread.

Nobody else's session is used, and those that are opened are closed again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import click
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import delete, make_url, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import User, UserSession
from cozmic.observe.tally import current_tally
from cozmic.rules.capacity import Cost
from cozmic.rules.enums import Role
from cozmic.seed.load_people import is_of_load
from cozmic.transaction import end_reading, transaction
from cozmic.writes.sessions import open_session

PEOPLE, AGAIN = 24, 8
SCREENS = {Role.STUDENT: ("/student/", "/student/assignments/"), Role.TEACHER: ("/teacher/",)}
SERVER_MS = 0.2
"""What gunicorn adds to each request, which nothing in this process shows (make bench: hello costs 0.30 ms in all)."""
STANDARD_OUTPUT = 1
HERE = {"", "localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen."""

    kept: Cost
    """Of a page that the cache has."""
    drawn: Cost
    """Of one that it has not."""
    requests: int

    def mixed(self, writes: float) -> Cost:
        """Return the cost of an average request, where such a part of all are writes.

        A write is taken to cost what a page without the cache does, and makes one page more be drawn anew.
        """
        fresh = min(1.0, 2 * writes)

        def mix(name: str) -> float:
            kept, drawn = getattr(self.kept, name), getattr(self.drawn, name)
            return float((1 - fresh) * kept + fresh * drawn)

        return Cost(
            mix("app_ms"), mix("database_ms"), mix("redis_ms"), waiting_ms=mix("waiting_ms")
        )


@dataclass(slots=True)
class _Sum:
    requests: int = 0
    cpu_ms: float = 0.0
    elapsed_ms: float = 0.0
    database_ms: float = 0.0

    def cost(self, *, is_here: bool) -> Cost:
        """The means. Waiting for a database on this machine is counted as its processor time: an upper bound."""
        number = max(1, self.requests)
        app, database = self.cpu_ms / number + SERVER_MS, self.database_ms / number
        other = max(0.0, (self.elapsed_ms - self.cpu_ms) / number - database)
        if is_here:
            return Cost(app, database, 0.0, waiting_ms=other)
        return Cost(app, 0.0, 0.0, waiting_ms=database + other)


def measure(app: Flask) -> Measured:
    """Ask for the main screens of some people of a load; raise click.ClickException where there are none."""
    people = list_people()
    if not people:
        raise click.ClickException(
            "there are no people of a load to ask as: flask seed load --students 300 --responses 3000 (and unload it "
            "afterwards), or --from with the report of a load test."
        )
    kept, drawn = _Sum(), _Sum()
    with _signed_in(app, people) as cookies, _log_unseen():
        environs = [
            EnvironBuilder(path, headers=[("Cookie", cookie)], base_url=_address(app)).get_environ()
            for (_, role), cookie in zip(people, cookies, strict=True)
            for path in SCREENS[role]
        ]
        _ask(app, environs[0], _Sum())  # what the first request of all makes ready
        with _cache_off(app):
            for environ in environs:
                _ask(app, environ, drawn)
        for environ in environs:
            _ask(app, environ, _Sum())
        for _ in range(AGAIN):
            for environ in environs:
                _ask(app, environ, kept)
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    is_here = (url.host or "") in HERE
    return Measured(
        kept.cost(is_here=is_here), drawn.cost(is_here=is_here), kept.requests + drawn.requests
    )


def list_people() -> list[tuple[int, Role]]:
    """Return some people of a load, nine pupils to a teacher, with their roles."""
    found: list[tuple[int, Role]] = []
    for role, number in ((Role.STUDENT, PEOPLE * 9 // 10), (Role.TEACHER, PEOPLE // 10)):
        statement = select(User.id).where(is_of_load(), User.role == role).limit(number)
        found += [(user_id, role) for user_id in db.session.execute(statement).scalars()]
    end_reading()
    return found


@contextmanager
def _signed_in(app: Flask, people: list[tuple[int, Role]]) -> Iterator[list[str]]:
    """Yield a Cookie header for each; the sessions go at the end."""
    now, sessions = get_now(), []
    with transaction():
        for user_id, _ in people:
            user = db.session.get_one(User, user_id)
            sessions.append(open_session(user, now=now, hours=1, device="flask capacity").id)
    signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    try:
        yield [
            f"{name}={signer.dumps({'session_id': session_id, 'user_id': user_id, 'role': role.value})}"
            for (user_id, role), session_id in zip(people, sessions, strict=True)
        ]
    finally:
        with transaction():
            db.session.execute(delete(UserSession).where(UserSession.id.in_(sessions)))


@contextmanager
def _log_unseen() -> Iterator[None]:
    """Let the requests write their log lines, which they do in a school too, and nobody read them."""
    sys.stdout.flush()
    kept, nowhere = os.dup(STANDARD_OUTPUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STANDARD_OUTPUT)
    try:
        yield
    finally:
        os.dup2(kept, STANDARD_OUTPUT)
        os.close(kept)
        os.close(nowhere)


def _address(app: Flask) -> str:
    return str(app.config["PUBLIC_URL"] or "http://localhost")


@contextmanager
def _cache_off(app: Flask) -> Iterator[None]:
    before, app.config["PAGE_CACHE"] = app.config["PAGE_CACHE"], False
    try:
        yield
    finally:
        app.config["PAGE_CACHE"] = before


def _ask(app: Flask, environ: dict[str, Any], into: _Sum) -> None:
    """Ask once, and add what it took. The context is new, as each request of a server has its own."""

    def ask() -> str:
        answered, status, _ = run_wsgi_app(app, dict(environ), buffered=True)
        for _part in answered:
            pass
        into.database_ms += current_tally().sql_ms
        return status

    began, cpu = time.perf_counter(), time.process_time()
    status = Context().run(ask)
    into.elapsed_ms += (time.perf_counter() - began) * 1000
    into.cpu_ms += (time.process_time() - cpu) * 1000
    into.requests += 1
    if not status.startswith("200"):
        raise click.ClickException(
            f"{environ['PATH_INFO']} answered {status}, so nothing was measured."
        )
