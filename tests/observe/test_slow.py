"""Slow statements: each a line with its plan, whoever asked, and no line with what somebody typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text, update

from cozmic import create_app
from cozmic.config import ROOT, load_config
from cozmic.connections import RULES
from cozmic.connections.explaining import postgres_plan, sqlite_plan
from cozmic.extensions import db
from cozmic.models import User
from cozmic.observe import slow
from cozmic.observe.slow import SlowLog, note_slow, slow_log
from tests.apps import make_migrated_app
from tests.client import signed_in
from tests.factories import Cast
from tests.observe.serving import counted

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Lines:
    """A function that returns the lines of slow statements since it was last called."""

    def read() -> list[dict[str, Any]]:
        slow_log().finish()
        return [
            json.loads(line) for line in capfd.readouterr().err.splitlines() if '"slow_ms"' in line
        ]

    return read


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_log().finish()
    slow._begin_anew()


@pytest.fixture
def slow_app(app: Flask) -> Iterator[Flask]:
    """An application on the same database for which every statement is slow."""
    url, folder = app.config["SQLALCHEMY_DATABASE_URI"], str(app.config["INSTANCE"])
    settings = {"COZMIC_CONFIG": "testing", "DATABASE_URL": url, "COZMIC_INSTANCE": folder}
    config = load_config(settings)
    config.SQLALCHEMY_ENGINE_OPTIONS["connect_args"][RULES]["slow_s"] = 1e-9
    made = create_app(config)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    slow_log().finish()


def ask(app: Flask, user_id: int, path: str) -> str:
    """Ask for a page in an application context of its own; return the request's id."""
    with app.app_context():
        response = signed_in(app, user_id).get(path)
    assert response.status_code == 200
    return response.headers["X-Request-ID"]


def test_a_search_is_told_with_its_plan_and_without_the_name(
    slow_app: Flask, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    request_id = ask(slow_app, cast.root, "/ops/people?text=Lovelace")
    slow_log().finish()
    log = capfd.readouterr().err
    assert "lovelace" not in log.lower()
    lines = [json.loads(line) for line in log.splitlines()]
    mine = [line for line in lines if line["id"] == request_id]
    assert {line["endpoint"] for line in mine} == {"ops.people"}
    (search,) = [
        line for line in mine if "LIKE" in line["statement"] and "LIMIT" in line["statement"]
    ]
    assert search["slow_ms"] >= 0
    plan = "\n".join(search["plan"])
    assert "users" in plan
    assert "~~* ?::text" in plan or "(cost=" not in plan, "PostgreSQL's shows where the name stood"


def test_the_statement_that_admits_is_told_with_its_plan_too(
    slow_app: Flask, cast: Cast, told: Lines
) -> None:
    request_id = ask(slow_app, cast.ben, "/student/")
    mine = [line for line in told() if line["id"] == request_id]
    admitting = [line for line in mine if "school_revision" in line["statement"] and line["plan"]]
    assert admitting, [line.get("no_plan") for line in mine]
    assert admitting[0]["statement"].startswith("SELECT")


def test_a_page_that_is_answered_before_flask_is_told_by_its_endpoint_too(
    slow_app: Flask, cast: Cast, told: Lines
) -> None:
    with slow_app.app_context():
        ben = signed_in(slow_app, cast.ben)
        answers = [ben.get("/student/", buffered=True) for _ in range(3)]
    mine = [line for line in told() if line["id"] == answers[-1].headers["X-Request-ID"]]
    assert len(mine) == 1, "the one SELECT that admits"
    assert mine[0]["endpoint"] == "student.dashboard"


def test_one_plan_is_enough_for_a_while(slow_app: Flask, told: Lines) -> None:
    with slow_app.app_context():
        for name in ("ben", "cleo"):
            db.session.execute(select(User.id).where(User.username == name))
            db.session.remove()
    lines = [line for line in told() if "FROM users" in line["statement"]]
    first, second = lines
    assert first["digest"] == second["digest"]
    assert first["plan"]
    assert (second["plan"], second["no_plan"]) == (None, "told before")


def test_a_batch_whose_text_holds_its_values_shows_none(
    slow_app: Flask, cast: Cast, told: Lines
) -> None:
    with slow_app.app_context(), db.engine.connect() as connection:
        rows = [{"key": key, "name": f"Anne-{key}"} for key in (cast.ben, cast.cleo)]
        statement = (
            update(User).where(User.id == bindparam("key")).values(given_name=bindparam("name"))
        )
        connection.execute(statement, rows)
    lines = told()
    assert any(line["statement"].startswith("UPDATE") for line in lines)
    assert "Anne" not in json.dumps(lines)


def test_asking_for_a_plan_runs_nothing(slow_app: Flask, cast: Cast, told: Lines) -> None:
    with slow_app.app_context(), db.engine.connect() as connection:
        connection.execute(update(User).where(User.id == cast.ben).values(given_name="Someone"))
    (line,) = [line for line in told() if line["statement"].startswith("UPDATE")]
    assert line["plan"]
    assert db.session.get_one(User, cast.ben).given_name != "Someone"


@pytest.mark.parametrize("statement", ["SELECT 1; DELETE FROM users", "CREATE TABLE x (y INTEGER)"])
def test_what_is_no_single_query_is_told_without_a_plan(statement: str) -> None:
    assert postgres_plan(lambda: None, statement, None) is None
    assert sqlite_plan("/x", statement, ()) is None


def test_a_slow_statement_is_counted_and_a_quick_one_is_not(
    app: Flask, slow_app: Flask, told: Lines
) -> None:
    before = counted("cozmic_slow_statements_total")
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    assert counted("cozmic_slow_statements_total") == before
    with slow_app.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
    assert counted("cozmic_slow_statements_total") > before
    assert told()


def test_the_request_does_not_wait_for_the_plan(told: Lines) -> None:
    def hang() -> list[str]:
        time.sleep(0.5)
        return ["Seq Scan"]

    began = time.monotonic()
    for number in range(3):
        note_slow(f"SELECT a{number}", 1.0, hang)
    assert time.monotonic() - began < 0.2
    assert [line["plan"] for line in told()] == [["Seq Scan"]] * 3


def test_a_database_in_trouble_is_not_asked_again_at_once(told: Lines) -> None:
    asked = []

    def fail() -> list[str]:
        asked.append(1)
        raise OSError("no route to Ben")

    for number in range(3):
        note_slow(f"SELECT a{number}", 1.0, fail)
    lines = told()
    assert len(asked) == 1
    assert [line["plan"] for line in lines] == [None] * 3
    assert lines[0]["no_plan"] == "the database could not be asked: OSError"


def test_more_notes_than_the_thread_gets_done_are_lines_without_a_plan() -> None:
    lines: list[dict[str, Any]] = []
    log = SlowLog(lines.append)

    def hang() -> list[str]:
        time.sleep(5)
        return []

    note = slow._Note("", "none", 600.0, "SELECT 'Ben'", hang)
    for _ in range(slow.MOST_WAITING + 12):
        log.take(note)
    assert {line["no_plan"] for line in lines} == {"too many at once"}
    assert {line["statement"] for line in lines} == {"SELECT ?"}
    assert len(lines) >= 10


def test_nothing_that_goes_wrong_in_the_log_reaches_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slow_log(), "take", None)
    note_slow("SELECT 1", 1.0)


def test_a_command_is_told_by_its_name(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'school.sqlite3'}"
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        db.engine.dispose()
    program = (
        "import cozmic.config_database as c, sys\n"
        "read = c.read_int\n"
        "c.read_int = lambda e, n, d, **k: 1e-6 if n == 'SLOW_QUERY_MS' else read(e, n, d, **k)\n"
        "from flask.cli import main\n"
        "sys.argv = ['flask', '--app', 'wsgi', 'seed', 'bank']\n"
        "main()\n"
    )
    environ = {
        **os.environ,
        "COZMIC_CONFIG": "testing",
        "DATABASE_URL": url,
        "COZMIC_INSTANCE": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert lines, done.stderr
    assert {line["endpoint"] for line in lines} == {"flask seed bank"}
    assert any(line["plan"] for line in lines), "the process waits for its last lines"
    assert "{" not in done.stdout
