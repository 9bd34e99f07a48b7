"""/metrics: for whoever has the token, in the format that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from cozmic.extensions import db
from cozmic.redis_link import breaker_of, shared_redis
from tests.apps import make_app
from tests.client import Client
from tests.observe.serving import counted

TOKEN = "let-me-see"


@pytest.fixture
def open_app(tmp_path: Path) -> Iterator[Flask]:
    """An application with a token; its database is empty, which no metric minds."""
    app = make_app("", tmp_path, METRICS_TOKEN=TOKEN)
    yield app
    with app.app_context():
        db.engine.dispose()


def read(app: Flask, authorization: str = f"Bearer {TOKEN}") -> tuple[int, str]:
    headers = {"Authorization": authorization} if authorization else {}
    response = app.test_client().get("/metrics", headers=headers, buffered=True)
    return response.status_code, response.text


def test_without_a_token_set_there_is_no_such_page(stranger: Client, root: Client) -> None:
    for client in (stranger, root):
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"]
)
def test_a_wrong_token_is_refused(open_app: Flask, given: str) -> None:
    status, text = read(open_app, given)
    assert status == 401
    assert "cozmic_" not in text


def test_every_metric_is_there_with_its_help_and_a_name_of_ours(open_app: Flask) -> None:
    status, text = read(open_app)
    assert status == 200
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert len(families) == 20
    assert all(name.startswith("cozmic_") for name in families)
    assert all(one.documentation.endswith(".") for one in families.values())
    assert "_created" not in text


def test_a_scrape_reads_the_gauges_of_the_moment(open_app: Flask) -> None:
    with open_app.app_context(), db.engine.connect():
        _, text = read(open_app)
        assert counted("cozmic_pool_connections_in_use", text) == 1
        assert counted("cozmic_pool_connections_most", text) == 15
        assert counted("cozmic_workers", text) == 1
    _, text = read(open_app)
    assert counted("cozmic_pool_connections_in_use", text) == 0


def test_what_threads_keep_is_told_apart_and_makes_no_pool_full(app: Flask, ada: Client) -> None:
    ada.get("/teacher/")  # this thread keeps the connection of its admitting SELECT
    with db.engine.connect(), db.engine.connect():
        app.extensions["gauges"].sample(is_due=True)
        assert counted("cozmic_pool_connections_kept") >= 1
        left = 15 - counted("cozmic_pool_connections_kept")
        most = counted("cozmic_pool_connections_in_use") - counted("cozmic_pool_connections_kept")
        assert counted("cozmic_pool_fullest_percent") == pytest.approx(100 * most / left)
        assert most >= 2


def test_a_redis_that_is_gone_shows(tmp_path: Path) -> None:
    app = make_app("", tmp_path, METRICS_TOKEN=TOKEN, REDIS_URL="redis://127.0.0.1:1/7")
    _, text = read(app)
    assert counted("cozmic_redis_breakers_open", text) == 0
    breaker = breaker_of(shared_redis("redis://127.0.0.1:1/7"))
    assert breaker is not None
    breaker.note_failure()
    _, text = read(app)
    assert counted("cozmic_redis_breakers_open", text) == 1
    with app.app_context():
        db.engine.dispose()
