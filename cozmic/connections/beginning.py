"""How connections and transactions begin, on every engine of the process."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import Any

import psycopg2
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError

from cozmic.connections.rules import RULES, UNFINISHED_COPY, Rules
from cozmic.connections.watched import CountedSqlite, WatchedConnection, WatchedCursor, deaths

BEGIN = "cozmic_begin"
"""Execution option that says how a transaction begins: "write", "none" (the statement stands alone), else a read."""


POOLER = (
    "something like PgBouncer stands between us and PostgreSQL, and drops the limits that each connection begins with: "
    "set DB_PGBOUNCER=1 and give the role its limits (docs/how-to/run-on-postgresql-and-redis.md), or connect directly"
)
UNFINISHED = (
    "this database is an unfinished copy of a school, and nobody may use it: run the same flask db-copy or flask "
    "restore again, which goes on where it stopped, or name another database"
)


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _entry: object, cargs: list[Any], cparams: dict[str, Any]) -> Any:
    """Open a connection of our own kind."""
    rules = cparams.pop(RULES, None)
    if dialect.name == "sqlite":
        sqlite: Any = dialect.connect(*cargs, **{"factory": CountedSqlite, **cparams})
        sqlite.keep(Rules(**rules or {}), str(cargs[0]))
        _refuse_unfinished_file(sqlite)
        return sqlite
    factories = {"connection_factory": WatchedConnection, "cursor_factory": WatchedCursor}
    try:
        connection: Any = dialect.connect(*cargs, **cparams, **factories)
    except psycopg2.OperationalError as error:
        if "unsupported startup parameter" in str(error):
            raise psycopg2.OperationalError(POOLER) from error
        raise
    connection.keep(Rules(**rules or {}), partial(dialect.connect, *cargs, **cparams, **factories))
    if rules:
        _refuse_unfit(connection)
    return connection


def _refuse_unfit(connection: WatchedConnection) -> None:
    is_pooled, is_unfinished = connection.look()
    fault = ""
    if is_pooled and not connection.rules.is_pooled:
        fault = POOLER
    elif is_unfinished and not connection.rules.takes_unfinished:
        fault = UNFINISHED
    if fault:
        connection.close()
        raise psycopg2.OperationalError(fault)


def _refuse_unfinished_file(connection: CountedSqlite) -> None:
    if connection.rules.takes_unfinished:
        return
    look = sqlite3.Cursor(connection)  # counted by nobody: it belongs to no request
    found = look.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (UNFINISHED_COPY,))
    if found.fetchone():
        connection.close()
        raise sqlite3.OperationalError(UNFINISHED)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver's own BEGIN comes too late for BEGIN IMMEDIATE
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Begin by hand: a write that starts as a read cannot upgrade in WAL and fails with 'database is locked'."""
    if connection.dialect.name != "sqlite":
        return
    how = connection.get_execution_options().get(BEGIN)
    if how != "none":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if how == "write" else "BEGIN")


@event.listens_for(Engine, "checkout")
def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Replace a connection that is dead: ask it where it was idle for long, or has not been used since one was dead."""
    if not isinstance(connection, WatchedConnection):
        return
    if connection.closed or connection.is_given_up:
        raise InvalidatePoolError
    used_at = connection.last_used_at
    is_doubtful = used_at <= max(
        time.monotonic() - connection.rules.ping_after_idle_s, deaths.last_at
    )
    if is_doubtful and not connection.is_alive():
        raise InvalidatePoolError
