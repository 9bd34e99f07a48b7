"""What UptimeRobot and its like ask, as they ask it: with HEAD, and over plain HTTP inside a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from cozmic import create_app
from cozmic.config import load_config
from cozmic.extensions import db
from tests.apps import make_app
from tests.client import Client


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_head_is_answered_as_get_is_without_a_body(app: Flask, stranger: Client, path: str) -> None:
    by_get, by_head = stranger.get(path), stranger.head(path)
    assert (by_get.status_code, by_head.status_code) == (200, 200)
    assert by_head.data == b""
    assert by_head.headers["Content-Length"] == str(len(by_get.data))


def test_head_says_when_it_is_not_ready(tmp_path: Path) -> None:
    app = make_app("", tmp_path)  # its database has no tables
    assert app.test_client().head("/readyz").status_code == 503
    assert app.test_client().head("/healthz").status_code == 200
    with app.app_context():
        db.engine.dispose()


def test_in_production_both_answer_without_https_and_without_a_redirect(tmp_path: Path) -> None:
    settings = {
        "SECRET_KEY": "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi",
        "COZMIC_INSTANCE": str(tmp_path),
    }
    app = create_app(load_config(settings))
    client = app.test_client()
    assert client.get("/login").status_code == 308
    assert client.head("/healthz").status_code == 200
    assert client.head("/readyz").status_code == 503
    with app.app_context():
        db.engine.dispose()
