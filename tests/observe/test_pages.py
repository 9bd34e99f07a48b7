"""The line and the counts of real pages, and what no line ever holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cozmic import create_app
from cozmic.config import Development
from cozmic.extensions import db
from cozmic.rules.enums import QuestionKind
from tests.apps import make_app
from tests.client import Client, anonymous
from tests.factories import PASSWORD, Cast, make_assignment, make_question
from tests.observe.serving import counted
from tests.web.handing_in import fields_of, start

Lines = Any


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Lines:
    """A function that returns the lines since it was last called."""
    return lambda: [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def _break() -> str:
    raise ZeroDivisionError


@pytest.fixture
def logging_app(app: Flask) -> Iterator[Flask]:
    """Another application on the same database, which logs requests and answers errors as a school's does."""
    logging = make_app(
        app.config["SQLALCHEMY_DATABASE_URI"],
        app.config["INSTANCE"],
        LOG_REQUESTS="1",
        METRICS_TOKEN="let-me-see",
    )
    logging.add_url_rule("/broken", "broken", _break)
    logging.testing = False
    yield logging
    with logging.app_context():
        db.engine.dispose()


def test_a_page_is_told_by_its_endpoint(logging_app: Flask, told: Lines) -> None:
    response = anonymous(logging_app).get("/login?next=/student/", buffered=True)
    (line,) = told()
    assert line["id"] == response.headers["X-Request-ID"]
    assert (line["endpoint"], line["method"], line["status"]) == ("auth.login", "GET", 200)
    assert line["bytes"] == len(response.data)


def test_nothing_that_came_with_a_request_is_in_the_log(
    logging_app: Flask, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    client = anonymous(logging_app)
    secrets = {"User-Agent": "Agent-Smith", "Authorization": "Bearer secret-token"}
    typed = {"username": "ben", "password": PASSWORD}
    for data in (typed, {**typed, "password": "wr0ng"}):
        client.post("/login?next=/q-u-e-r-y", data=data, headers=secrets, buffered=True)
    client.get(f"/classrooms/{cast.ada_class}/", headers=secrets, buffered=True)
    client.get("/nobody/ben?x=q-u-e-r-y", headers=secrets, buffered=True)
    client.get("/metrics", headers=secrets, buffered=True)
    log = capfd.readouterr().out
    assert log.count("\n") == 5
    found = [
        word
        for word in ("ben", "Ben", PASSWORD, "wr0ng", "q-u-e-r-y", "Smith", "token", "127.0.0.1")
        if word in log
    ]
    assert found == []


def test_a_broken_page_is_one_line_with_its_errors_name(
    logging_app: Flask, told: Lines, caplog: pytest.LogCaptureFixture
) -> None:
    response = anonymous(logging_app).get("/broken", buffered=True)
    (line,) = told()
    assert (line["endpoint"], line["status"], line["error"]) == (
        "broken",
        500,
        "ZeroDivisionError",
    )
    assert response.headers["X-Request-ID"] in caplog.text, "so that the traceback can be found"


def test_monitors_are_told_only_when_they_meet_trouble(
    tmp_path: Path, told: Lines, app: Flask
) -> None:
    empty = make_app("", tmp_path, LOG_REQUESTS="1")
    client: FlaskClient = empty.test_client()
    assert client.get("/healthz", buffered=True).status_code == 200
    assert told() == []
    assert client.get("/readyz", buffered=True).status_code == 503
    assert [line["endpoint"] for line in told()] == ["health.readyz"]
    with empty.app_context():
        db.engine.dispose()


def test_static_files_cost_no_line(logging_app: Flask, told: Lines) -> None:
    asset = logging_app.jinja_env.globals["asset"]("css/app.css")  # type: ignore[operator]
    response = logging_app.test_client().get(asset, buffered=True)
    assert response.status_code == 200
    assert told() == []


def test_the_suite_logs_nothing_and_others_do(
    tmp_path: Path, stranger: Client, told: Lines
) -> None:
    stranger.get("/login", buffered=True)
    assert told() == []
    laptop = create_app(Development({"COZMIC_INSTANCE": str(tmp_path)}))
    response = laptop.test_client().get("/login", buffered=True)
    assert [line["endpoint"] for line in told()] == ["auth.login"]
    assert response.headers["Server-Timing"].startswith("total;dur=")
    with laptop.app_context():
        db.engine.dispose()


def test_sign_ins_that_succeed_are_counted(stranger: Client, cast: Cast) -> None:
    before = counted("cozmic_sign_ins_total")
    assert stranger.post("/login", data={"username": "ben", "password": "no"}).status_code == 422
    assert counted("cozmic_sign_ins_total") == before
    assert (
        stranger.post("/login", data={"username": "ben", "password": PASSWORD}).status_code == 303
    )
    assert counted("cozmic_sign_ins_total") == before + 1


def test_work_sent_twice_is_counted_once(cast: Cast, ben: Client) -> None:
    question_id = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    submission_id = start(ben, make_assignment(cast.ada_class, [question_id]))
    fields, before = fields_of(submission_id, "Paris"), counted("cozmic_hand_ins_total")
    for _ in range(2):
        answer = ben.post(f"/student/attempts/{submission_id}/hand-in", data=fields)
        assert answer.status_code == 303
    assert counted("cozmic_hand_ins_total") == before + 1
