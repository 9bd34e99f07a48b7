"""A connection that was idle for long is asked for a sign of life before use; one that is dead is replaced unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cozmic.connections import pool_use
from cozmic.connections.watched import WatchedConnection, deaths
from cozmic.extensions import db
from cozmic.observe.tally import begin_tally, current_tally
from tests.apps import make_app
from tests.services.postgres import administering

pytestmark = pytest.mark.database


@pytest.fixture
def small_app(
    postgres_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application with a pool of two, on PostgreSQL, inside a context; no connection has died lately."""
    monkeypatch.setattr(deaths, "last_at", 0.0)
    app = make_app(
        postgres_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path,
        DB_POOL_SIZE="1", DB_MAX_OVERFLOW="1", DB_POOL_TIMEOUT_S="1",
    )  # fmt: skip
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def ask() -> int:
    """Ask something alone, and return the server's process that answered."""
    with db.engine.connect() as connection:
        pid: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return pid


def end(pid: int) -> None:
    """Close a connection from the server's side."""
    with administering(db.engine.url.render_as_string(hide_password=False)) as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": pid})


def let_idle(seconds: float) -> None:
    """Make the pool's connection look as if nobody had used it for so long."""
    with db.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
    assert isinstance(driver, WatchedConnection)
    driver.last_used_at -= seconds


def test_a_connection_in_use_is_not_asked(small_app: Flask) -> None:
    before = ask()
    let_idle(20)
    begin_tally()
    assert ask() == before
    assert current_tally().sql_n == 3


def test_one_that_was_idle_is_asked_once_and_kept(small_app: Flask) -> None:
    before = ask()
    let_idle(30)
    begin_tally()
    assert ask() == before
    assert current_tally().sql_n == 4
    begin_tally()
    assert ask() == before
    assert current_tally().sql_n == 3


def test_one_that_died_while_idle_is_replaced_and_nobody_notices(small_app: Flask) -> None:
    before = ask()
    end(before)
    let_idle(31)
    assert ask() != before


def test_what_was_given_up_goes_to_nobody(small_app: Flask) -> None:
    before = ask()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
    driver.give_up()
    assert ask() != before


def test_the_use_of_the_pool_can_be_seen(small_app: Flask) -> None:
    with db.engine.connect(), db.engine.connect():
        use = pool_use(db.engine)
        assert use is not None
        assert (use.size, use.overflow, use.open, use.in_use) == (1, 1, 2, 2)
        assert (use.waits_n, use.timeouts_n) == (0, 0)
        with pytest.raises(PoolTimeout):
            db.engine.connect()
    use = pool_use(db.engine)
    assert use is not None
    assert (use.open, use.in_use, use.waits_n, use.timeouts_n) == (1, 0, 1, 1)
    assert 0.9 < use.waits_s < 2


def test_waiting_for_a_connection_is_time_in_the_database(small_app: Flask) -> None:
    begin_tally()
    with db.engine.connect(), db.engine.connect(), pytest.raises(PoolTimeout):
        db.engine.connect()
    assert 900 < current_tally().sql_ms < 2000
