"""Connections that the server has closed: one request at most is answered in words, and all are replaced."""

from __future__ import annotations

import pytest
from flask import Flask, template_rendered
from sqlalchemy import text

from cozmic.extensions import db
from tests.client import signed_in
from tests.factories import Cast
from tests.faults.figures import Record, tell
from tests.services.postgres import administering

pytestmark = [pytest.mark.database, pytest.mark.parametrize("app", ["postgresql"], indirect=True)]
END = text(
    "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def close_all_connections() -> None:
    """Close them all, the test's own too."""
    db.session.remove()
    end_connections()


def end_connections() -> None:
    """Close them from the server's side, as a restart or a failover does."""
    with administering(db.engine.url.render_as_string(hide_password=False)) as connection:
        connection.execute(END)


@pytest.mark.parametrize("path", ["/teacher/", "/account/"])
def test_a_page_says_busy_once_at_most_and_then_works(
    app: Flask, cast: Cast, path: str, record_property: Record
) -> None:
    ada = signed_in(app, cast.ada)
    assert ada.get(path).status_code == 200
    with db.engine.connect(), db.engine.connect(), db.engine.connect():
        pass  # several are open
    close_all_connections()
    statuses = [ada.get(path).status_code for _ in range(5)]
    tell(
        record_property, f"PostgreSQL cuts all connections, then {path}", asked_n=5, failed_n=statuses.count(503)
    )  # fmt: skip
    assert statuses.count(503) <= 1
    assert statuses[1:] == [200] * 4


def test_an_act_says_busy_once_at_most_and_then_works(app: Flask, cast: Cast) -> None:
    ada = signed_in(app, cast.ada)
    data = {"name": "5B", "grade": "", "once_key": "k"}
    close_all_connections()
    statuses = [ada.post("/teacher/classrooms/new", data=data).status_code for _ in range(5)]
    assert set(statuses) <= {303, 409, 503}
    assert statuses.count(503) <= 1
    assert statuses.count(303) == 1


def test_a_page_that_has_been_read_is_shown_though_its_connection_is_closed(
    app: Flask, cast: Cast
) -> None:
    ada = signed_in(app, cast.ada)
    with template_rendered.connected_to(lambda *_args, **_kwargs: end_connections(), app):
        assert ada.get("/teacher/").status_code == 200
    statuses = [ada.get("/teacher/").status_code for _ in range(3)]
    assert statuses[-1] == 200
