"""Sentry hears of errors and of some requests, and of nothing that anybody typed or is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import bindparam, select, update

from cozmic.config import ROOT
from cozmic.extensions import db
from cozmic.models import User
from cozmic.observe import sentry, tally
from cozmic.observe.sentry import Reporter, report_error
from cozmic.observe.sentry_events import KEPT_BACK
from cozmic.web.guards import open_to_all
from tests.apps import make_app, make_migrated_app
from tests.client import Client, signed_in
from tests.factories import Cast
from tests.gunicorn_server import gunicorn
from tests.observe.sentry_server import SentryServer, sentry_server

NAME, ANSWER, PASSWORD = "Guinevere", "My dog ate the apostrophe", "hunter2-hunter2"
HEADER, QUERY = "Agent-Seven", "q-u-e-r-y"
SECRETS = (
    NAME,
    ANSWER,
    PASSWORD,
    HEADER,
    QUERY,
    "ben",
    "Ben",
    "127.0.0.1:5",
    "cozmic=",
    "csrf_token",
)
MakeApp = Callable[..., Flask]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sentry._Place, "reporter", None)
    monkeypatch.setattr(sentry._Place, "has_complained", False)
    monkeypatch.setattr(tally._Trails, "are_kept", False)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    if sentry._Place.reporter is not None and sentry._Place.reporter._client is not None:
        sentry._Place.reporter._client.close(timeout=0)


@pytest.fixture
def server() -> Iterator[SentryServer]:
    """A Sentry that takes what it is sent."""
    with sentry_server() as one:
        yield one


def _break_on_data() -> str:
    """Fail with everything in hand that a page has."""
    given = request.form["name"]
    essay, secret = request.form["answer"], request.form["password"]
    db.session.execute(select(User.id).where(User.given_name == given)).all()
    batch = update(User).where(User.id == bindparam("key")).values(given_name=bindparam("name"))
    db.session.connection().execute(batch, [{"key": 0, "name": given}, {"key": -1, "name": essay}])
    try:
        int(secret)
    except ValueError as error:
        raise LookupError(f"{given} has no mark for {essay}") from error
    return ""


def _break_in_words() -> str:
    raise RuntimeError("the pool is spent")


def _break_the_database() -> str:
    db.session.add_all([User(username="twice", given_name=NAME) for _ in range(2)])
    db.session.flush()
    return ""


@pytest.fixture
def make(app: Flask) -> Iterator[MakeApp]:
    """A function that makes an application which reports, answers errors as a school's does, and has broken pages."""
    made: list[Flask] = []

    def make_one(server: SentryServer, **environ: str) -> Flask:
        one = make_app(
            app.config["SQLALCHEMY_DATABASE_URI"], app.config["INSTANCE"],
            **{"SENTRY_DSN": server.dsn, "SENTRY_TRACES": "0", "SENTRY_RELEASE": "4.2", **environ},
        )  # fmt: skip
        for view in (_break_on_data, _break_in_words, _break_the_database):
            path = view.__name__.replace("_", "-").strip("-")
            one.add_url_rule(f"/{path}", path, open_to_all(view), methods=["GET", "POST"])
        one.testing = False
        made.append(one)
        return one

    yield make_one
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def visit(app: Flask, user_id: int, path: str, **data: str) -> Any:
    with app.app_context():
        client: Client = signed_in(app, user_id)
        headers = {"User-Agent": HEADER, "Referer": f"http://localhost/{QUERY}"}
        return client.post(f"{path}?name={QUERY}", data=data, headers=headers, buffered=True)


def test_an_error_arrives_with_all_that_helps_and_nothing_of_anybody(
    make: MakeApp, server: SentryServer, cast: Cast
) -> None:
    app = make(server)
    response = visit(app, cast.ben, "/break-on-data", name=NAME, answer=ANSWER, password=PASSWORD)
    assert response.status_code == 500
    (event,) = server.wait_for(1)
    heard = server.everything()
    assert [word for word in SECRETS if word in heard] == []
    assert event["tags"] == {
        "request_id": response.headers["X-Request-ID"], "endpoint": "break-on-data",
    }  # fmt: skip
    assert (event["release"], event["environment"], event["level"]) == ("4.2", "testing", "error")
    kinds = [one["type"] for one in event["exception"]["values"]]
    assert kinds == ["ValueError", "LookupError"]
    assert {one["value"] for one in event["exception"]["values"]} == {KEPT_BACK}
    last = event["exception"]["values"][1]["stacktrace"]["frames"][-1]
    assert last["function"] == "_break_on_data"
    assert "raise LookupError" in last["context_line"]
    statements = [crumb["message"] for crumb in event["breadcrumbs"]["values"]]
    assert any(one.startswith("SELECT") and "given_name" in one for one in statements)
    assert any(one.startswith("UPDATE users SET") for one in statements), (
        "the batch, its values masked"
    )
    assert set(event) <= {
        "level", "transaction", "tags", "exception", "breadcrumbs", "contexts", "event_id", "timestamp",
        "release", "environment", "server_name", "sdk", "platform", "_meta",
    }  # fmt: skip


def test_what_an_exception_says_is_kept_where_it_stands_in_our_code(
    make: MakeApp, server: SentryServer, cast: Cast
) -> None:
    assert visit(make(server), cast.ben, "/break-in-words").status_code == 500
    (event,) = server.wait_for(1)
    assert event["exception"]["values"][0]["value"] == "the pool is spent"


def test_what_the_database_says_is_kept_back(
    make: MakeApp, server: SentryServer, cast: Cast
) -> None:
    assert visit(make(server), cast.ben, "/break-the-database").status_code == 500
    (event,) = server.wait_for(1)
    assert "IntegrityError" in {one["type"] for one in event["exception"]["values"]}
    assert NAME not in server.everything()


def test_pages_that_work_and_visitors_errors_are_no_errors(
    make: MakeApp, server: SentryServer, cast: Cast
) -> None:
    app = make(server)
    for path in ("/login", "/nowhere", "/ops/"):
        visit(app, cast.ben, path)
    visit(app, cast.ben, "/break-in-words")
    server.wait_for(1)
    assert len(server.events()) == 1


def test_a_traced_request_shows_its_statements_and_no_value(
    make: MakeApp, server: SentryServer, cast: Cast
) -> None:
    app = make(server, SENTRY_TRACES="1")
    with app.app_context():
        client = signed_in(app, cast.root)
        response = client.get(
            f"/ops/people?text={NAME}", headers={"User-Agent": HEADER}, buffered=True
        )
        client.get("/healthz", buffered=True)
    assert response.status_code == 200
    (event,) = server.wait_for(1, "transaction")
    heard = server.everything()
    assert [word for word in SECRETS if word in heard] == []
    assert event["transaction"] == "ops.people"
    assert event["tags"]["request_id"] == response.headers["X-Request-ID"]
    trace = event["contexts"]["trace"]
    assert (trace["op"], trace["status"]) == ("http.server", "ok")
    assert trace["data"]["sql_n"] >= len(event["spans"]) > 1
    assert all(span["parent_span_id"] == trace["span_id"] for span in event["spans"])
    assert any("LIKE" in span["description"] for span in event["spans"])


def test_one_request_in_ten_is_traced_unless_said_otherwise(
    make: MakeApp, server: SentryServer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(server, SENTRY_TRACES="")
    rolls = [0.5, 0.09, 0.11]
    monkeypatch.setattr(sentry, "random", lambda: rolls.pop(0))
    for _ in range(3):
        app.test_client().get("/login", buffered=True)
    server.wait_for(1, "transaction")
    assert rolls == []
    assert len(server.events("transaction")) == 1


def test_without_an_address_nothing_is_watched(app: Flask) -> None:
    assert sentry._Place.reporter is None
    assert tally.begin_tally().trail is None
    report_error(ValueError())


def test_a_storm_is_told_of_in_part(make: MakeApp, server: SentryServer) -> None:
    make(server)
    for _ in range(sentry.MOST_A_MINUTE + 30):
        report_error(ValueError("the same again"))
    server.wait_for(1)
    assert isinstance(sentry._Place.reporter, Reporter)
    assert not sentry._Place.reporter._may_report()


def test_the_library_sends_nothing_of_its_own_accord(make: MakeApp, server: SentryServer) -> None:
    make(server)
    reporter = sentry._Place.reporter
    assert reporter is not None
    client = reporter._connect()
    assert not client.should_send_default_pii()
    assert client.integrations == {}
    assert client.options["include_local_variables"] is False


def test_a_report_that_fails_is_said_once_and_reaches_nobody(
    make: MakeApp,
    server: SentryServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make(server)
    monkeypatch.setattr(sentry, "make_error_event", None)
    for _ in range(3):
        report_error(ValueError(NAME))
    assert caplog.messages == ["errors are not reported: TypeError"]


@pytest.mark.parametrize("kind", ["silent", "gone"])
def test_a_sentry_in_trouble_costs_no_page_anything(make: MakeApp, cast: Cast, kind: str) -> None:
    with sentry_server(is_silent=kind == "silent") as server:
        address = server if kind == "silent" else SentryServer(port=1)
        app = make(address, SENTRY_TRACES="1")
        visit(app, cast.ben, "/break-in-words")  # what the first one prepares
        began = time.monotonic()
        for _ in range(150):  # more than the queue has room for
            app.test_client().get("/login", buffered=True)
        took = time.monotonic() - began
        assert visit(app, cast.ben, "/break-in-words").status_code == 500
    assert took < 15, "none waited for an answer: the library's own patience is 30 s for each"
    assert took / 150 < 0.1


def _fail() -> None:
    raise RuntimeError("the work is broken")


def test_what_ends_a_thread_is_reported_and_shown_as_ever(
    make: MakeApp, server: SentryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", shown.append)
    make(server)
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    (event,) = server.wait_for(1)
    assert event["exception"]["values"][0]["value"] == "the work is broken"
    assert len(shown) == 1


FAILING = """
import click
from cozmic import create_app
app = create_app()

@app.cli.command("fail")
@click.argument("name")
def fail(name):
    local = name * 2
    raise LookupError(f"nobody is called {name}")
"""


def test_a_command_that_fails_is_reported_without_its_arguments(
    server: SentryServer, tmp_path: Path
) -> None:
    (tmp_path / "failing.py").write_text(FAILING)
    environ = {
        **os.environ, "COZMIC_CONFIG": "testing", "COZMIC_INSTANCE": str(tmp_path),
        "SENTRY_DSN": server.dsn, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "failing", "fail", NAME],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "LookupError" in done.stderr, "shown as ever"
    (event,) = server.wait_for(1)
    assert event["exception"]["values"][0]["type"] == "LookupError"
    assert NAME not in server.everything()


@pytest.mark.slow
def test_gunicorns_workers_report_and_stop_in_time_where_sentry_hangs(tmp_path: Path) -> None:
    folder = tmp_path / "school"
    app = make_migrated_app(f"sqlite:///{tmp_path / 'served.sqlite3'}", folder)
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {"WEB_CONCURRENCY": "2", "COZMIC_CONFIG": "development", "LOG_REQUESTS": "0"}
    for is_silent in (False, True):
        with (
            sentry_server(is_silent=is_silent) as sentry_,
            gunicorn(
                url,
                folder,
                application="tests.observe.napping_app:app",
                SENTRY_DSN=sentry_.dsn,
                **settings,
            ) as served,
        ):
            for _ in range(12):
                with closing(served.connect(timeout_s=5)) as connection:
                    connection.request("GET", "/broken")
                    assert connection.getresponse().status == 500
            sentry_.wait_for(1 if is_silent else 12)
            served.process.terminate()
            began = time.monotonic()
            served.process.wait(20)
            assert time.monotonic() - began < 15, "gunicorn gives workers 20 s, then it kills them"
