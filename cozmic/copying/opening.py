"""Addresses as the platform reads them, and the migrations of a database that is not the application's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import URL, make_url

from cozmic.config import Config, ConfigError
from cozmic.connections import RULES
from cozmic.copying.end import End
from cozmic.copying.errors import CopyError
from cozmic.copying.postgres_end import PostgresEnd
from cozmic.copying.sqlite_end import SqliteEnd
from cozmic.extensions import db, migrate

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
SAYS_NOTHING = "MIGRATIONS_SAY_NOTHING"
"""What migrations/env.py is told where somebody else reports."""


@contextmanager
def open_end(name: str, address: str, *, is_source: bool) -> Iterator[End]:
    """Open an address that DATABASE_URL could hold; raise CopyError, with its name, where that cannot be."""
    try:
        end = _open(address, is_source=is_source)
        end.list_names()  # a file is looked into only now
    except ConfigError as error:
        raise CopyError(f"{name} {str(error).removeprefix('DATABASE_URL ')}") from error
    except CopyError as error:
        raise CopyError(f"{name}: {error}") from error
    except (*SqliteEnd.faults, *PostgresEnd.faults) as error:
        raise CopyError(f"{name} cannot be reached: {first_line(error)}") from error
    try:
        yield end
    finally:
        end.close()


def _open(address: str, *, is_source: bool) -> End:
    config = _configure(address)
    url = make_url(config.SQLALCHEMY_DATABASE_URI)
    if url.get_backend_name() == "sqlite":
        return SqliteEnd.open(url, is_source=is_source)
    return open_postgres(url, config.SQLALCHEMY_ENGINE_OPTIONS["connect_args"], is_source=is_source)


def open_postgres(url: URL, connect_args: dict[str, Any], *, is_source: bool) -> PostgresEnd:
    """Connect as the application would; raises CopyError for a target behind a pooler, and psycopg2's errors."""
    arguments = dict(connect_args)
    if arguments.pop(RULES)["is_pooled"] and not is_source:
        raise CopyError("it is behind PgBouncer, where no migration runs; name PostgreSQL itself.")
    return PostgresEnd.open(url, arguments)


def _configure(address: str) -> Config:
    """Read an address as the application would: empty is its own file, a short path begins at its instance folder."""
    instance = str(current_app.config["INSTANCE"])
    return Config({"DATABASE_URL": address, "COZMIC_INSTANCE": instance})


def first_line(error: Exception) -> str:
    """Return what a driver says, without the rest."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def get_head() -> str:
    """Return the newest migration of this release."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise CopyError("this release has no migrations.")
    return head


def bring_to_head(address: str) -> None:
    """Run every migration on a database."""
    config = _configure(address)
    bring_to("head", config.SQLALCHEMY_DATABASE_URI, config.SQLALCHEMY_ENGINE_OPTIONS)


def bring_to(revision: str, url: str, engine_options: dict[str, Any]) -> None:
    """Run the migrations up to one on a database, as SQLAlchemy knows its address, with an engine of its own."""
    # With nothing in it but the engine that env.py asks for.
    app = Flask(__name__, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    connect_args = engine_options["connect_args"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        **engine_options,
        "hide_parameters": True,
        "connect_args": {**connect_args, RULES: {**connect_args[RULES], "takes_unfinished": True}},
    }
    app.config[SAYS_NOTHING] = True
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        try:
            upgrade(str(FOLDER), revision=revision)
        finally:
            db.session.remove()
            db.engine.dispose()


def count_what_migrations_write() -> dict[str, int]:
    """Return how many rows each table has in a school that nobody has used."""
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/empty.sqlite3"
        bring_to_head(address)
        end = _open(address, is_source=False)
        try:
            return {name: end.count(name) for name in end.list_names()}
        finally:
            end.close()
