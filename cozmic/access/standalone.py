"""One SELECT that stands alone: one round trip, on a connection that this thread keeps for it.

A look-up through a session costs four round trips (ping, BEGIN, SELECT, ROLLBACK), and taking a connection from the
pool more than the SELECT itself. The connection is taken from the shared pool once per thread, in autocommit; on
PostgreSQL the statement is prepared on it. docs/decisions/0006.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, Select, event
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.pool import Pool

from cozmic.connections import note_prepared

Row = Any
"""A named tuple of the statement's columns."""
_PREPARED, _AUTOCOMMIT = "cozmic_prepared", "cozmic_autocommit"
KEPT_FOR_S = 1800.0
"""Then the connection is replaced, as the pool replaces its own (DB_POOL_RECYCLE_S)."""
ASK_AGAIN_WITHIN_S = 0.5
"""A connection found closed is replaced; one that was waited for is not waited for twice."""
OUTDATED = {"0A000", "26000"}
"""PostgreSQL: a cached plan must not change its result type (after a migration); a prepared statement is unknown."""


class StandaloneSelect:
    """A SELECT that is compiled once per kind of database."""

    def __init__(self, name: str, statement: Select[*tuple[Any, ...]]) -> None:
        """Take a name that no other statement has, and a statement whose parameters are all bindparam()s."""
        self.name = name
        self._statement = statement
        self._compiled: dict[tuple[str, bool], _Compiled] = {}

    def find_row(
        self, engine: Engine, parameters: Mapping[str, Any], *, is_prepared: bool
    ) -> Row | None:
        """Return the first row or None, as list_rows() does."""
        rows = self.list_rows(engine, parameters, is_prepared=is_prepared)
        return rows[0] if rows else None

    def list_rows(
        self, engine: Engine, parameters: Mapping[str, Any], *, is_prepared: bool
    ) -> list[Row]:
        """Return the rows. Raises sqlalchemy.exc.DBAPIError, or TimeoutError where the pool is spent.

        A connection that was closed meanwhile is replaced once: nothing is lost by asking a SELECT again.
        """
        compiled = self._compile(engine, is_prepared=is_prepared)
        dbapi_error, began = engine.dialect.loaded_dbapi.Error, time.monotonic()
        for is_last in (False, True):
            held = _held(engine)
            try:
                return compiled.run(held, parameters)
            except dbapi_error as error:
                may_ask_again = not is_last and time.monotonic() - began < ASK_AGAIN_WITHIN_S
                if not (held.is_outlived_by(error) and may_ask_again):
                    raise _as_sqlalchemy(error, self.name) from error
                held.drop()
        raise AssertionError

    def _compile(self, engine: Engine, *, is_prepared: bool) -> _Compiled:
        is_prepared = is_prepared and engine.dialect.name == "postgresql"
        key = engine.dialect.name, is_prepared
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _Compiled(
                self.name, self._statement, engine, is_prepared=is_prepared
            )
        return found


class _Compiled:
    """The statement's text for one kind of database, the order of its parameters, and how to read its columns."""

    def __init__(
        self, name: str, statement: Select[*tuple[Any, ...]], engine: Engine, *, is_prepared: bool
    ) -> None:
        style = "numeric_dollar" if is_prepared else engine.dialect.paramstyle
        dialect_class: Any = type(engine.dialect)
        dialect = dialect_class(paramstyle=style)
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._fixed: dict[str, Any] = dict(compiled.params)
        self._writers: dict[str, Callable[[Any], Any]] = {}
        for bound in compiled.binds.values():
            write = bound.type.dialect_impl(engine.dialect).bind_processor(engine.dialect)
            if write is not None:
                self._writers[bound.key] = write
        self._prepare = f"PREPARE {name} AS {self._sql}" if is_prepared else ""
        if is_prepared:
            note_prepared(name, self._sql)
            self._sql = f"EXECUTE {name} ({', '.join(['%s'] * len(self._order or ()))})"
        columns = list(statement.selected_columns)
        self._row = namedtuple("_row", [str(column.key) for column in columns])  # type: ignore[misc]  # noqa: PYI024
        self._readers: list[Callable[[Any], Any] | None] = [
            column.type.dialect_impl(engine.dialect).result_processor(engine.dialect, None)
            for column in columns
        ]

    def run(self, held: HeldConnection, parameters: Mapping[str, Any]) -> list[Row]:
        values: Any = {**self._fixed, **parameters}
        for name, write in self._writers.items():
            values[name] = write(values[name])
        if self._order is not None:
            values = [values[name] for name in self._order]
        return [
            self._row(
                *[
                    value if read is None else read(value)
                    for value, read in zip(raw, self._readers, strict=True)
                ]
            )
            for raw in held.ask(self._prepare, self._sql, values)
        ]


class HeldConnection:
    """The connection that a thread keeps for standalone SELECTs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._fairy: PoolProxiedConnection | None = None
        self._pid, self._pool = os.getpid(), engine.pool
        self._replace_at = 0.0

    def ask(self, prepare: str, sql: str, values: Any) -> list[Any]:
        """Return the rows of a statement, preparing it first where that is asked for and not done yet."""
        connection = self._connection()
        cursor = connection.cursor()
        try:
            if prepare and prepare not in self._prepared():
                cursor.execute(prepare)
                self._prepared().add(prepare)
            cursor.execute(sql, values)
            rows: list[Any] = cursor.fetchall()
        finally:
            cursor.close()
        return rows

    def is_outlived_by(self, error: Exception) -> bool:
        """Whether an error says no more than that this connection, or what was prepared on it, is of the past."""
        if getattr(error, "pgcode", None) in OUTDATED:
            return True
        return bool(getattr(self._fairy and self._fairy.dbapi_connection, "closed", False))

    @property
    def is_kept(self) -> bool:
        """Whether a connection of this process's pool is out of it for this thread."""
        is_ours = self._pid == os.getpid() and self._pool is self.engine.pool
        return self._fairy is not None and is_ours

    def drop(self) -> None:
        """Close the connection, or leave it to the process that it was inherited from."""
        fairy, self._fairy = self._fairy, None
        if fairy is None:
            return
        if self._pid == os.getpid():
            fairy.invalidate()
        else:
            fairy.detach()

    def _connection(self) -> Any:
        if self._fairy is not None and self._is_over():
            self.drop()
        if self._fairy is None:
            self._fairy = fairy = self.engine.raw_connection()
            self._pid, self._pool = os.getpid(), self.engine.pool
            self._replace_at = time.monotonic() + KEPT_FOR_S
            if self.engine.dialect.name == "postgresql":
                fairy.dbapi_connection.autocommit = True  # type: ignore[union-attr]
                fairy.info[_AUTOCOMMIT] = True
        return self._fairy.dbapi_connection

    def _is_over(self) -> bool:
        return (
            self._pid != os.getpid()
            or self._pool is not self.engine.pool
            or time.monotonic() > self._replace_at
        )

    def _prepared(self) -> set[str]:
        if self._fairy is None:
            return set()
        prepared: set[str] = self._fairy.info.setdefault(_PREPARED, set())
        return prepared


class _Threads(threading.local):
    def __init__(self) -> None:
        self.held: weakref.WeakKeyDictionary[Engine, HeldConnection] = weakref.WeakKeyDictionary()


_threads = _Threads()
_all: weakref.WeakSet[HeldConnection] = weakref.WeakSet()


def _held(engine: Engine) -> HeldConnection:
    held = _threads.held.get(engine)
    if held is None:
        held = _threads.held[engine] = HeldConnection(engine)
        _all.add(held)
    return held


def count_kept(engine: Engine) -> int:
    """Return how many connections of its pool the threads of this process keep. Microseconds."""
    return sum(held.engine is engine and held.is_kept for held in list(_all))


@event.listens_for(Engine, "engine_disposed")
def _let_go(engine: Engine) -> None:
    """Whoever disposes of an engine means these connections too; those of a parent process are left alone."""
    for held in list(_all):
        if held.engine is engine:
            held.drop()


@event.listens_for(Pool, "checkin")
def _end_autocommit(connection: Any, record: Any) -> None:
    """A connection whose thread has died goes back to the pool: autocommit left on would make writes half done."""
    if record.info.pop(_AUTOCOMMIT, False) and connection is not None and not connection.closed:
        connection.autocommit = False


def _as_sqlalchemy(error: Exception, name: str) -> DBAPIError:
    """The error as the rest of the house knows it."""
    kind = OperationalError if type(error).__name__ != "ProgrammingError" else ProgrammingError
    return kind(name, None, error)
