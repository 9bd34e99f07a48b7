"""Where a restore goes: the application's own database, or for a drill a place that is removed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
from flask import current_app
from sqlalchemy import make_url

from cozmic.backup.errors import BackupError
from cozmic.backup.making import own_end
from cozmic.backup.restoring import Target
from cozmic.connections import RULES
from cozmic.copying.end import End
from cozmic.copying.opening import bring_to, open_postgres
from cozmic.copying.sqlite_end import SqliteEnd

SCHEMA = "cozmic_drill"
DRILL_LOCK = 0x6472696C6C  # "drill": the advisory lock of whoever rehearses


@contextmanager
def own_target() -> Iterator[Target]:
    """The application's own database."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    with own_end(is_source=False) as end:
        yield Target(end, lambda migration: bring_to(migration, url, options))


@contextmanager
def scratch_target() -> Iterator[Target]:
    """A place of the same kind as the application's database: a file, or a schema beside the school's, then removed."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    way = _scratch_file if url.get_backend_name() == "sqlite" else _scratch_schema
    with way() as target:
        yield target


@contextmanager
def _scratch_file() -> Iterator[Target]:
    with TemporaryDirectory(prefix="cozmic-drill-") as folder:
        url = make_url(f"sqlite:///{Path(folder) / 'drill.sqlite3'}")
        options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
        end = SqliteEnd.open(url, is_source=False)
        try:
            yield Target(end, lambda migration: bring_to(migration, str(url), options))
        finally:
            end.close()


@contextmanager
def _scratch_schema() -> Iterator[Target]:
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    inside = {**options, "connect_args": _looking_into_schema(options["connect_args"])}
    with own_end(is_source=False) as keeper, _schema(keeper):
        end = open_postgres(make_url(url), inside["connect_args"], is_source=False)
        try:
            yield Target(end, lambda migration: bring_to(migration, url, inside))
        finally:
            end.close()


@contextmanager
def _schema(keeper: End) -> Iterator[None]:
    """Make the schema anew; what a drill that was killed left behind goes first."""
    if not keeper.query("SELECT pg_try_advisory_lock(?)", DRILL_LOCK)[0][0]:
        raise BackupError("another drill is running in this database.")
    _drop(keeper)
    try:
        keeper.execute(f"CREATE SCHEMA {SCHEMA}")
    except psycopg2.errors.InsufficientPrivilege as error:
        raise BackupError(
            'the role may make no schema; let it: GRANT CREATE ON DATABASE … TO …, or rehearse with DATABASE_URL="" '
            "into an SQLite file."
        ) from error
    try:
        yield
    finally:
        _drop(keeper)


def _drop(keeper: End) -> None:
    with keeper.writing():
        keeper.execute("SET LOCAL client_min_messages = warning")
        keeper.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _looking_into_schema(connect_args: dict[str, Any]) -> dict[str, Any]:
    if connect_args[RULES]["is_pooled"]:
        raise BackupError(
            'a drill cannot run behind PgBouncer; rehearse with DATABASE_URL="" into an SQLite file, or name '
            "PostgreSQL itself."
        )
    options = f"{connect_args.get('options', '')} -c search_path={SCHEMA}"
    return {**connect_args, "options": options.strip()}
