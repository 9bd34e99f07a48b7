"""Behind PgBouncer in transaction mode: with its setting all works, without it one message names the cure."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_app, make_migrated_app
from tests.client import signed_in
from tests.factories import Cast, make_cast
from tests.services.pgbouncer import pgbouncer
from tests.services.postgres import PostgresServer, administering

pytestmark = [pytest.mark.database, pytest.mark.slow]
LIMIT = "ALTER DATABASE \"{name}\" SET statement_timeout = '2500ms'"


@pytest.fixture
def direct_url(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[str]:
    """A migrated database, reached directly."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        db.engine.dispose()
    yield url
    postgres_server.drop_database(url)


@pytest.mark.parametrize("settings", [{}, {"ignore_startup_parameters": "options"}], ids=str)
def test_without_the_setting_it_is_recognised_and_the_cure_is_named(
    direct_url: str, tmp_path: Path, settings: dict[str, str]
) -> None:
    with pgbouncer(direct_url, **settings) as url:
        app = make_app(url, tmp_path)
        with app.app_context(), pytest.raises(OperationalError, match="set DB_PGBOUNCER=1"):
            db.session.execute(text("SELECT 1"))
        with app.app_context():
            db.engine.dispose()


def open_class(app: Flask, cast: Cast, number: int) -> list[int]:
    """Open a class and look at it, through the pages."""
    with app.app_context():
        ada = signed_in(app, cast.ada)
        data = {"name": f"Class {number}", "grade": "", "once_key": f"k{number}"}
        posted = ada.post("/teacher/classrooms/new", data=data)
        return [
            posted.status_code,
            ada.get(posted.location).status_code,
            ada.get("/teacher/").status_code,
        ]


def test_with_the_setting_pages_and_acts_work_and_limits_come_from_the_database(
    direct_url: str, tmp_path: Path
) -> None:
    name = make_url(direct_url).database or ""
    with administering(direct_url) as connection:
        connection.execute(text(LIMIT.format(name=name)))
    with pgbouncer(direct_url) as url:
        app = make_app(url, tmp_path, DB_PGBOUNCER="1")
        with app.app_context():
            cast = make_cast()
            db.session.remove()
            with ThreadPoolExecutor(6) as threads:
                answers = list(threads.map(lambda n: open_class(app, cast, n), range(24)))
            assert answers == [[303, 200, 200]] * 24
            shown = db.session.execute(text("SHOW statement_timeout")).scalar_one()
            assert shown == "2500ms"
            db.session.remove()
            db.engine.dispose()


def test_migrations_ask_for_a_direct_connection(direct_url: str, tmp_path: Path) -> None:
    with pgbouncer(direct_url) as url:
        app = make_app(url, tmp_path, DB_PGBOUNCER="1")
        with app.app_context():
            with pytest.raises(SystemExit, match=r"^cozmic: migrations .* DB_PGBOUNCER=0"):
                upgrade(str(MIGRATIONS))
            db.engine.dispose()
