"""The table by which an unfinished copy knows itself: whose copy it is, and how far it has come.

It stands in the target alone, is no part of the models, and goes in the transaction that finishes the copy.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from cozmic.connections.rules import UNFINISHED_COPY
from cozmic.copying.end import End
from cozmic.copying.errors import CopyError
from cozmic.copying.tables import Key

NAME = UNFINISHED_COPY


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one table has come."""

    key: Key | None = None
    "The last row's; None: none yet."
    rows: int = 0


class Marker:
    """Reads and writes the table; `keep` goes with the rows it speaks of, in one transaction."""

    def __init__(self, target: End) -> None:
        self._target = target
        self._run = secrets.token_hex(8)

    def make(self, source: str, head: str) -> None:
        """Begin a copy of a source at a release's newest migration."""
        self._target.execute(
            f"CREATE TABLE {NAME} (name VARCHAR(200) PRIMARY KEY, value TEXT NOT NULL)"
        )
        for name, value in (("source", source), ("head", head), ("run", self._run)):
            self.put(name, value)

    def drop(self) -> None:
        """End the copy."""
        self._target.execute(f"DROP TABLE {NAME}")

    def find(self, name: str) -> str | None:
        """Return what stands under a name; None: nothing."""
        rows = self._target.query(f"SELECT value FROM {NAME} WHERE name = ?", name)  # noqa: S608
        return rows[0][0] if rows else None

    def put(self, name: str, value: str) -> None:
        """Write something down."""
        changed = self._target.execute(f"UPDATE {NAME} SET value = ? WHERE name = ?", value, name)  # noqa: S608
        if not changed:
            self._target.execute(f"INSERT INTO {NAME} (name, value) VALUES (?, ?)", name, value)  # noqa: S608

    def take_over(self) -> None:
        """Make the copy this run's own.

        Waits for what a run that was just killed is still committing; one that is alive stops at its next batch.
        """
        with self._target.writing():
            self.put("run", self._run)

    def hold(self) -> None:
        """First in each transaction: raise CopyError where another run has taken the copy over."""
        sql = f"UPDATE {NAME} SET value = value WHERE name = 'run' AND value = ?"  # noqa: S608
        if not self._target.execute(sql, self._run):
            raise CopyError("another run has taken this copy over; leave it to that one.")

    def mark_of(self, table: str) -> Mark:
        """Return how far a table has come."""
        value = self.find(f"table {table}")
        if value is None:
            return Mark()
        stored = json.loads(value)
        return Mark(None if stored["key"] is None else tuple(stored["key"]), stored["rows"])

    def keep(self, table: str, mark: Mark) -> None:
        """Write down how far a table has come."""
        self.put(f"table {table}", json.dumps({"key": mark.key, "rows": mark.rows}))
