"""SELECTs of screens that are asked all day: built and compiled once, and sent on the connection that a thread keeps.

Building such a statement and looking up its compiled form cost SQLAlchemy about as much as drawing the page, and
PostgreSQL plans it anew each time. Here it is prepared once per connection and costs one round trip, without a BEGIN
and a ROLLBACK around it. It sees what is committed, and nothing that a transaction of this thread has only written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam

from cozmic.access.admission import door_of
from cozmic.access.standalone import Row, StandaloneSelect
from cozmic.extensions import db

Build = Callable[..., Select[*tuple[Any, ...]]]


class ReadySelect:
    """A function that returns a SELECT for its arguments, of which each is a value that the database is sent."""

    def __init__(self, build: Build) -> None:
        self._build = build
        module = build.__module__.rpartition(".")[2]
        self._name = f"cozmic_{module}_{build.__name__.strip('_')}"
        self._arguments = tuple(inspect.signature(build).parameters)

    @cached_property
    def _select(self) -> StandaloneSelect:
        statement = self._build(**{name: bindparam(name) for name in self._arguments})
        return StandaloneSelect(self._name, statement)

    def list_rows(self, **values: Any) -> list[Row]:
        """Return the rows for these arguments. One round trip; raises as a session does."""
        door = door_of(current_app, db.engine)
        return self._select.list_rows(door.engine, values, is_prepared=door.is_prepared)

    def find_row(self, **values: Any) -> Row | None:
        """Return the first row for these arguments, or None."""
        rows = self.list_rows(**values)
        return rows[0] if rows else None


def ready(build: Build) -> ReadySelect:
    """Decorate a function that builds a SELECT. Its arguments may stand wherever a value may; lists may not."""
    return ReadySelect(build)
