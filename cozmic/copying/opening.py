"""Addresses as the platform reads them, and the migrations of a database that is not the application's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import URL, NullPool, make_url

from cozmic.config import Config, ConfigError
from cozmic.copying.end import End
from cozmic.copying.errors import CopyError
from cozmic.copying.postgres_end import PostgresEnd
from cozmic.copying.sqlite_end import SqliteEnd, path_of
from cozmic.extensions import db, migrate

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@contextmanager
def open_end(name: str, address: str, *, is_source: bool) -> Iterator[End]:
    """Open an address that DATABASE_URL could hold; raise CopyError, with its name, where that cannot be."""
    end: End | None = None
    try:
        url = resolve(address)
        is_file = url.get_backend_name() == "sqlite"
        end = SqliteEnd.open(url, is_source=is_source) if is_file else PostgresEnd.open(url)
        end.list_names()  # a file is looked into only now
    except ConfigError as error:
        raise CopyError(f"{name}: {str(error).removeprefix('DATABASE_URL ')}") from error
    except CopyError as error:
        raise CopyError(f"{name}: {error}") from error
    except (*SqliteEnd.faults, *PostgresEnd.faults) as error:
        raise CopyError(f"{name} cannot be reached: {first_line(error)}") from error
    try:
        yield end
    finally:
        end.close()


def first_line(error: Exception) -> str:
    """Return what a driver says, without the rest."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def resolve(address: str) -> URL:
    """Return an address as the application would use it: empty is the embedded file, a short path is the instance's."""
    instance = str(current_app.config["INSTANCE"])
    read = Config({"DATABASE_URL": address, "COZMIC_INSTANCE": instance})
    url = make_url(read.SQLALCHEMY_DATABASE_URI)
    if url.get_backend_name() != "sqlite":
        return url
    path_of(url)
    with _application(url).app_context():
        return db.engine.url


def find_head() -> str:
    """Return the newest migration of this release."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise CopyError("this release has no migrations.")
    return head


def bring_to_head(url: URL) -> None:
    """Run every migration on a database."""
    with _application(url).app_context():
        try:
            upgrade(str(FOLDER))
        finally:
            db.session.remove()
            db.engine.dispose()


def count_what_migrations_write() -> dict[str, int]:
    """Return how many rows each table has in a school that nobody has used."""
    with TemporaryDirectory() as folder:
        url = make_url(f"sqlite:///{folder}/empty.sqlite3")
        bring_to_head(url)
        end = SqliteEnd.open(url, is_source=False)
        try:
            return {name: end.count(name) for name in end.list_names()}
        finally:
            end.close()


def _application(url: URL) -> Flask:
    """An application with this database alone: Flask-SQLAlchemy reads its address, env.py asks for its engine."""
    app = Flask(__name__, instance_path=current_app.instance_path, static_folder=None)
    app.config.update(current_app.config)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": NullPool, "hide_parameters": True}
    db.init_app(app)
    migrate.init_app(app, db)
    return app
