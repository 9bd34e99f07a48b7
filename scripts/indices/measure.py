"""What a screen asks, which indices answer it, and what the same costs without one of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from psycopg2 import IntegrityError
from sqlalchemy import event, inspect

from cozmic.extensions import db
from scripts.indices.cases import Call
from scripts.indices.world import World

ROUNDS = 7
EXPLAINED = ("SELECT", "DELETE", "UPDATE")


@dataclass(frozen=True, slots=True)
class Query:
    """A statement as it was sent, and the indices in its plan."""

    sql: str
    values: Any
    indices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of one run, by the server's own clock."""

    with_ms: float
    without_ms: float

    @property
    def ratio(self) -> float:
        """How many times slower it is without."""
        return self.without_ms / max(self.with_ms, 0.001)


def list_indices() -> Mapping[str, tuple[str, bool]]:
    """Map each index to its table, and whether it is a constraint's. Primary keys are what a row is known by."""
    inspector, found = inspect(db.engine), {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        for index in inspector.get_indexes(table):
            found[str(index["name"])] = (table, "duplicates_constraint" in index)
    return found


def list_queries(call: Call, world: World) -> list[Query]:
    """Return what a screen asks, explained."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        if sql.lstrip().startswith(EXPLAINED):
            sent.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        call(world)
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
        db.session.rollback()
    with cursor() as own:
        return [
            Query(sql, values, frozenset(_indices(explain(own, sql, values))))
            for sql, values in sent
        ]


def find_timing(query: Query, table: str, index: str, *, is_constraint: bool) -> Timing | None:
    """Time a query with and without an index; None for a DELETE that other rows forbid."""
    with suppress(IntegrityError):
        return measure(query, table, index, is_constraint=is_constraint)
    return None


def measure(query: Query, table: str, index: str, *, is_constraint: bool) -> Timing:
    """Time a query with and without an index, in turn; nothing stays changed."""
    drop = (
        f'ALTER TABLE {table} DROP CONSTRAINT "{index}"'
        if is_constraint
        else f'DROP INDEX "{index}"'
    )
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for is_without in (False, True):
            with cursor() as own:
                if is_without:
                    own.execute(drop)
                took_ms = explain(own, query.sql, query.values, analyze=True)["Execution Time"]
            if turn:  # the first of each warms up
                times[is_without].append(took_ms)
    return Timing(*map(statistics.median, times))


def explain(own: Any, sql: str, values: Any, *, analyze: bool = False) -> Mapping[str, Any]:
    """Return the plan; with analyze the statement is carried out."""
    options = "ANALYZE, TIMING OFF, FORMAT JSON" if analyze else "FORMAT JSON"
    own.execute(f"EXPLAIN ({options}) {sql}", values)
    plan: Mapping[str, Any] = own.fetchone()[0][0]
    return plan


@contextmanager
def cursor() -> Iterator[Any]:
    """A cursor of the driver whose transaction is rolled back, with as much time as it takes."""
    connection: Any = db.engine.raw_connection()
    try:
        with connection.cursor() as own:
            own.execute("SET LOCAL statement_timeout = 0")
            yield own
    finally:
        connection.rollback()
        connection.close()


def _indices(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "Index Name" in node:
            yield node["Index Name"]
        for child in node.values():
            yield from _indices(child)
    elif isinstance(node, list):
        for child in node:
            yield from _indices(child)
