"""What the tally counts, against what really goes over the wire."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from cozmic.extensions import BEGIN, db
from cozmic.observe.tally import begin_tally, current_tally
from tests.apps import make_app
from tests.database.wire import Wire, wired


@pytest.fixture
def wire(postgres_app: Flask) -> Iterator[Wire]:
    """A wire to the test database that counts what is asked."""
    url = make_url(postgres_app.config["SQLALCHEMY_DATABASE_URI"])
    with wired(url.host or "", url.port or 5432) as wire:
        yield wire


@contextmanager
def application_over(wire: Wire, postgres_app: Flask, folder: Path) -> Iterator[None]:
    """An application that reaches the database over the wire, with a connection open already."""
    url = make_url(postgres_app.config["SQLALCHEMY_DATABASE_URI"])
    app = make_app(
        url.set(host="127.0.0.1", port=wire.port, query={"sslmode": "disable"}).render_as_string(
            hide_password=False
        ),
        folder,
    )
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
        begin_tally()
        wire.questions_n = 0
        yield
        db.session.remove()
        db.engine.dispose()


def read_through_the_session() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.execute(text("SELECT 2"))
    db.session.remove()


def read_and_commit() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.commit()


def fail() -> None:
    with pytest.raises(Exception, match="nothing"):
        db.session.execute(text("SELECT * FROM nothing"))
    db.session.rollback()


def read_alone_with_a_raw_cursor() -> None:
    with db.engine.connect() as plain:
        driver: Any = plain.execution_options(**{BEGIN: "none"}).connection.dbapi_connection
        driver.autocommit = True
        with driver.cursor() as cursor:
            cursor.execute("SELECT 1")
        driver.autocommit = False


def use_nothing() -> None:
    with db.engine.connect():
        pass


@pytest.mark.database
@pytest.mark.parametrize(
    ("act", "round_trips"),
    [
        (read_through_the_session, 4),  # BEGIN, SELECT, SELECT, ROLLBACK
        (read_and_commit, 3),
        (fail, 3),
        (read_alone_with_a_raw_cursor, 1),
        (use_nothing, 0),
    ],
)
def test_the_tally_counts_what_goes_over_the_wire(
    act: object, round_trips: int, wire: Wire, postgres_app: Flask, tmp_path: Path
) -> None:
    assert callable(act)
    with application_over(wire, postgres_app, tmp_path):
        act()
        assert (current_tally().sql_n, wire.questions_n) == (round_trips, round_trips)


@pytest.mark.database
def test_the_tally_knows_how_long_the_database_took(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        begin_tally()
        db.session.execute(text("SELECT pg_sleep(0.1)"))
        db.session.remove()
    assert 100 <= current_tally().sql_ms < 1000


@pytest.mark.database
def test_rows_that_go_in_one_message_count_once(
    wire: Wire, postgres_app: Flask, tmp_path: Path
) -> None:
    with application_over(wire, postgres_app, tmp_path):
        statement = text("UPDATE school SET name = :name WHERE id = :id")
        db.session.execute(statement, [{"name": str(n), "id": -n} for n in range(1, 50)])
        db.session.rollback()
        assert (current_tally().sql_n, wire.questions_n) == (3, 3)


def test_each_thread_counts_its_own(app: Flask) -> None:
    engine, counts = db.engine, []
    db.session.rollback()
    begin_tally()

    def ask() -> None:
        begin_tally()
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        counts.append(current_tally().sql_n)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert counts[0] >= 3
    assert current_tally().sql_n == 0


def test_both_databases_count_alike(app: Flask) -> None:
    db.session.rollback()
    db.session.execute(text("SELECT 1"))  # a connection is open
    db.session.rollback()
    begin_tally()
    db.session.execute(text("SELECT 1"))
    db.session.rollback()
    assert current_tally().sql_n == 3
