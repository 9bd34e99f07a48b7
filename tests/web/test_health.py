"""Alive, and ready: what hosts and monitors ask."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_app
from tests.client import Client
from tests.services.redis_server import RedisServer


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as door:
        yield door.getsockname()[1]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def test_a_process_at_head_is_ready(app: Flask, stranger: Client) -> None:
    assert stranger.get("/healthz").json == {"status": "ok"}
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready", "database": "ok", "migrations": "at head", "redis": "not set",
    }  # fmt: skip


def test_another_migration_is_not_ready_and_says_what_to_run(app: Flask, stranger: Client) -> None:
    (head,) = db.session.execute(text("SELECT version_num FROM alembic_version")).one()
    try:
        set_version("0001")
        answer = stranger.get("/readyz")
    finally:
        set_version(head)
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["migrations"] == "not at head: run flask db upgrade"


def test_a_database_ahead_of_this_release_is_ready(app: Flask, stranger: Client) -> None:
    """After a rollback, and while the processes of an upgrade follow its database."""
    (head,) = db.session.execute(text("SELECT version_num FROM alembic_version")).one()
    try:
        set_version("9999")
        answer = stranger.get("/readyz")
        with pytest.raises(
            SystemExit, match="is at 9999, which this release does not know: a newer"
        ):
            upgrade(str(MIGRATIONS))
    finally:
        set_version(head)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["migrations"] == "ahead of this release"


def set_version(version: str) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    db.session.commit()


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    app = make_app("", tmp_path)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["migrations"] == "none: run flask db upgrade"
    dispose(app)


def test_with_the_database_gone_it_is_alive_but_not_ready(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(f"postgresql://ada:sesame@127.0.0.1:{closed_port()}/cozmic", tmp_path)
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unready", "database": "unreachable", "redis": "not set"}
    assert "not ready: database unavailable: connection to server at" in caplog.text
    assert "Connection refused" in caplog.text
    assert "sesame" not in caplog.text
    dispose(app)


def test_a_database_that_hangs_is_given_two_seconds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with silent_port() as port:
        app = make_app(f"postgresql://ada:x@127.0.0.1:{port}/cozmic", tmp_path)
        started = time.monotonic()
        answer = app.test_client().get("/readyz")
        assert time.monotonic() - started < 2.5
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "no answer within 2 s"
    assert "not ready: database unavailable: no answer within 2 s" in caplog.text


@pytest.mark.parametrize("kind", ["closed", "silent", "nonsense"])
def test_redis_is_reported_and_never_fails_it(
    app: Flask, stranger: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_port() as silent:
        port = silent if kind == "silent" else closed_port()
        url = "no address" if kind == "nonsense" else f"redis://127.0.0.1:{port}/0"
        monkeypatch.setitem(app.config, "REDIS_URL", url)
        started = time.monotonic()
        answer = stranger.get("/readyz")
        assert time.monotonic() - started < 1
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["redis"] == "unreachable"


def test_a_redis_that_answers_is_ok(
    app: Flask, stranger: Client, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REDIS_URL", redis_server.url)
    answer = stranger.get("/readyz")
    assert answer.json is not None
    assert answer.json["redis"] == "ok"


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
