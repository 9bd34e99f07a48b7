"""How a slow statement's plan is got: on a connection of its own, without running the statement, which may be a write.

What the statement was asked with stays in memory until then, since PostgreSQL's plan depends on it; SQLite's does not.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

from cozmic.connections.rules import Rules

DEADLINE_S = 2.0
LIMITS = "SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '200ms'"
"""A plan takes locks as its statement does: it must stand in no upgrade's way."""
_ONE_QUERY = re.compile(r"\s*(?:SELECT|WITH|VALUES|INSERT|UPDATE|DELETE)\b[^;]*\Z", re.IGNORECASE)
_EXECUTE = re.compile(r"EXECUTE (\w+)")

Plan = Callable[[], list[str]]
_prepared: dict[str, str] = {}


def note_prepared(name: str, text: str) -> None:
    """Remember what a name stands for that EXECUTE uses; once for each statement of the process."""
    _prepared[name] = text


def find_text(query: Any) -> str | bytes:
    """Return what a query says, or what it stands for where it is the EXECUTE of a prepared one."""
    if isinstance(query, bytes):
        return query
    found = _EXECUTE.match(str(query))
    return _prepared.get(found[1], str(query)) if found else str(query)


def postgres_plan(connect: Callable[[], Any], query: Any, values: Any) -> Plan | None:
    """Return a function that asks PostgreSQL for the plan; None where there is none, or the text holds several.

    `connect` opens another connection of our own kind. A batch, which the driver hands over as bytes, has none.
    """
    if not isinstance(query, str):
        return None
    name = _EXECUTE.match(query)
    text = _prepared.get(name[1]) if name else query
    if text is None or not _ONE_QUERY.match(text):
        return None

    def plan() -> list[str]:
        with closing(connect()) as connection:
            connection.keep(Rules(), connect)  # so that it can be given up
            connection.set_session(readonly=True)
            with connection.cursor() as cursor:
                cursor.execute(LIMITS, deadline_s=DEADLINE_S)
                if name:
                    cursor.execute(f"PREPARE {name[1]} AS {text}", deadline_s=DEADLINE_S)
                cursor.execute(f"EXPLAIN {query}", values, deadline_s=DEADLINE_S)
                return [str(line) for (line,) in cursor.fetchall()]

    return plan


def sqlite_plan(path: str, query: Any, values: Any) -> Plan | None:
    """Return a function that asks SQLite for the plan; None where there is none."""
    if not isinstance(query, str) or not path or path == ":memory:" or not _ONE_QUERY.match(query):
        return None
    blanks = _blank(values)

    def plan() -> list[str]:
        address = f"file:{quote(path)}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=0.2)) as connection:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", blanks).fetchall()
        depths = {0: -1}
        for number, parent, _, _ in rows:
            depths[number] = depths.get(parent, -1) + 1
        return [f"{'  ' * depths[row[0]]}{row[3]}" for row in rows]

    return plan


def _blank(values: Any) -> Any:
    """As many values as were given, and none of them: a plan of SQLite needs their number alone."""
    if isinstance(values, Mapping):
        return dict.fromkeys(values)
    if isinstance(values, Sequence) and not isinstance(values, str):
        first = values[0] if values else None
        is_many = isinstance(first, Mapping) or (
            isinstance(first, Sequence) and not isinstance(first, str | bytes)
        )
        return _blank(first) if is_many else [None] * len(values)
    return ()
