"""An SQLite file as an end of a copy."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL

from cozmic.copying.columns import encode_all
from cozmic.copying.end import End, quoted
from cozmic.copying.errors import CopyError
from cozmic.copying.tables import CopiedTable, Key

BUSY_S = 10


class SqliteEnd(End):
    """Foreign keys are off on this connection; they are checked as a whole at the end."""

    faults = (sqlite3.Error,)
    # A transaction sees its moment from its first read on.
    begin_reading = ("BEGIN", "SELECT count(*) FROM sqlite_master")
    begin_writing = ("BEGIN IMMEDIATE",)

    @classmethod
    def open(cls, url: URL, *, is_source: bool) -> SqliteEnd:
        """Open the file; a source is opened read-only, and has to be there."""
        path = Path(url.database or "")
        if is_source and not path.is_file():
            raise CopyError(f"there is no file {path}.")
        mode = "ro" if is_source else "rwc"
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_S
        )
        connection.execute("PRAGMA foreign_keys = OFF")
        return cls(url.set(database=str(path.resolve())), connection)

    def _run(self, sql: str, values: tuple[object, ...]) -> Any:
        return self._connection.execute(sql, values)

    def key_sql(self, table: CopiedTable) -> str:
        """Return the primary key; SQLite compares text byte by byte."""
        return quoted(*table.key_names)

    def identity(self) -> str:
        """Return the file's device and number: two links to one file are one."""
        about = Path(self.url.database or "").stat()
        return f"{about.st_dev}:{about.st_ino}"

    def list_names(self) -> set[str]:
        """Return the names of all tables but SQLite's own."""
        rows = self.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows if not name.startswith("sqlite_")}

    def state(self) -> str:
        """Return SQLite's own count of what others committed; it may also move when nobody wrote."""
        return str(self.query("PRAGMA data_version")[0][0])

    def read(
        self,
        table: CopiedTable,
        *,
        after: Key | None = None,
        until: Key | None = None,
        limit: int | None = None,
    ) -> bytes:
        """Return rows in key order as lines."""
        where, values = self.bounds(table, after, until)
        sql = f"SELECT {quoted(*table.columns)} FROM {quoted(table.name)} {where} LIMIT ?"  # noqa: S608
        rows = self.query(sql, *values, -1 if limit is None else limit)
        try:
            return table.to_lines(rows)
        except (TypeError, ValueError, AttributeError) as error:
            raise CopyError(self._find_fault(table, rows)) from error

    def _find_fault(self, table: CopiedTable, rows: list[tuple[Any, ...]]) -> str:
        """Say which value cannot be read as what its column holds."""
        for row in rows:
            for name, kind, value in zip(table.columns, table.kinds, row, strict=True):
                try:
                    encode_all(kind, (value,))[0].encode()
                except (TypeError, ValueError, AttributeError):
                    key = ", ".join(str(row[place]) for place in table.key)
                    return f"SOURCE, {table.name} {key}: what stands in {name} cannot be read."
        return f"SOURCE, {table.name}: a row cannot be read."

    def write(self, table: CopiedTable, lines: bytes) -> None:
        """Insert lines."""
        places = ", ".join("?" * len(table.columns))
        sql = f"INSERT INTO {quoted(table.name)} ({quoted(*table.columns)}) VALUES ({places})"  # noqa: S608
        try:
            self._connection.executemany(sql, table.to_rows(lines))
        except sqlite3.IntegrityError as error:
            raise CopyError(f"TARGET refuses a row of {table.name}: {error}.") from error

    def clear(self, names: set[str]) -> None:
        """Delete every row of these tables."""
        for name in names:
            self.execute(f"DELETE FROM {quoted(name)}")  # noqa: S608

    def drop(self, names: set[str]) -> None:
        """Drop these tables; with foreign keys off nothing goes with them."""
        for name in names:
            self.execute(f"DROP TABLE {quoted(name)}")

    def let_go_of_foreign_keys(self) -> list[str]:
        """Do nothing: this connection does not check them."""
        return []

    def hold_foreign_keys(self, statements: list[str]) -> None:
        """Check every foreign key."""
        orphans = self.query("PRAGMA foreign_key_check")
        if orphans:
            name, row_id, parent, _ = orphans[0]
            raise CopyError(
                f"{len(orphans)} rows name a parent that is not there, the first in {name} (row {row_id}, of {parent})."
            )

    def count_on(self, tables: list[CopiedTable]) -> None:
        """Do nothing: SQLite takes the highest id and adds one."""

    def analyse(self, tables: list[CopiedTable]) -> None:
        """Let the planner know what is in the tables."""
        self.execute("ANALYZE")
