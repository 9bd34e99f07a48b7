"""Counts what the database is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from cozmic.access.standalone import HeldConnection
from cozmic.extensions import db

FRAMING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Yield a list that gains every statement sent meanwhile, but for those that frame transactions."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        if not statement.startswith(FRAMING):
            statements.append(statement)

    ask = HeldConnection.ask

    def ask_and_note(self: HeldConnection, prepare: str, sql: str, values: Any) -> Any:
        statements.append(sql)
        return ask(self, prepare, sql, values)

    event.listen(db.engine, "before_cursor_execute", note)
    HeldConnection.ask = ask_and_note  # type: ignore[method-assign]  # goes past the engine's events
    try:
        yield statements
    finally:
        HeldConnection.ask = ask  # type: ignore[method-assign]
        event.remove(db.engine, "before_cursor_execute", note)
