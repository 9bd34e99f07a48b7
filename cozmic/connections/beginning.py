"""How connections and transactions begin, on every engine of the process."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError

from cozmic.connections.rules import RULES, Rules
from cozmic.connections.watched import CountedSqlite, WatchedConnection, WatchedCursor

BEGIN = "cozmic_begin"
"""Execution option that says how a transaction begins: "write", "none" (the statement stands alone), else a read."""


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _entry: object, cargs: list[Any], cparams: dict[str, Any]) -> Any:
    """Open a connection of our own kind."""
    rules = Rules(**cparams.pop(RULES, {}))
    if dialect.name == "sqlite":
        return dialect.connect(*cargs, **{"factory": CountedSqlite, **cparams})
    connection = dialect.connect(
        *cargs,
        **cparams,
        connection_factory=WatchedConnection,
        cursor_factory=WatchedCursor,
    )
    connection.keep(rules)
    return connection


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
    """Replace a connection that is known to be dead, or was idle for long and gives no sign of life."""
    if not isinstance(connection, WatchedConnection):
        return
    if connection.closed or connection.is_given_up:
        raise InvalidatePoolError
    idle_s = time.monotonic() - connection.last_used_at
    if idle_s >= connection.rules.ping_after_idle_s and not connection.is_alive():
        raise InvalidatePoolError
