"""One end of a copy: a connection of its own, outside the pool, with SQL that both databases understand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from sqlalchemy import URL

from cozmic.copying.tables import CopiedTable, Key


def quoted(*names: str) -> str:
    """Return names as SQL writes them, with commas between."""
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in names)


class End(ABC):
    """A database that is copied from or to. Statements are written with ? for values."""

    faults: ClassVar[tuple[type[Exception], ...]]
    "What the driver raises."
    begin_reading: ClassVar[tuple[str, ...]]
    begin_writing: ClassVar[tuple[str, ...]]

    def __init__(self, url: URL, connection: Any) -> None:
        self.url = url
        self._connection = connection

    @property
    def label(self) -> str:
        """The address without user and password: what an unfinished copy is known by."""
        return self._show(None)

    @property
    def title(self) -> str:
        """The address without the password: what may be seen depends on whom the server takes us for."""
        return self._show(self.url.username)

    def _show(self, username: str | None) -> str:
        return URL.create(
            self.url.get_backend_name(),
            username=username,
            host=self.url.host or str(self.url.query.get("host", "")) or None,
            port=self.url.port,
            database=self.url.database,
        ).render_as_string()

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        cursor = self._run(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return rows

    def execute(self, sql: str, *values: object) -> int:
        """Run a statement and return how many rows it touched."""
        cursor = self._run(sql, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        number: int = self.query(f"SELECT count(*) FROM {quoted(name)}")[0][0]  # noqa: S608  names of ours
        return number

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one moment of the database, however others go on writing, and write nothing."""
        with self._transaction(self.begin_reading, "ROLLBACK"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing of it."""
        with self._transaction(self.begin_writing, "COMMIT"):
            yield

    @contextmanager
    def _transaction(self, begin: tuple[str, ...], end: str) -> Iterator[None]:
        for statement in begin:
            self.execute(statement)
        try:
            yield
            self.execute(end)
        except BaseException:
            with suppress(*self.faults):
                self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def bounds(
        self, table: CopiedTable, after: Key | None, until: Key | None
    ) -> tuple[str, list[object]]:
        """Return WHERE ... ORDER BY ... for the rows with after < key <= until, and its values."""
        key = self.key_sql(table)
        conditions, values = [], []
        for sign, bound in ((">", after), ("<=", until)):
            if bound is not None:
                conditions.append(f"({key}) {sign} ({', '.join('?' * len(bound))})")
                values += table.key_values(bound)
        where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
        return f"{where}ORDER BY {key}", values

    def remove(self, table: CopiedTable, *, after: Key | None, until: Key) -> int:
        """Delete the rows with after < key <= until, and return how many there were."""
        rest, values = self.bounds(table, after, until)
        where = rest.partition("ORDER BY")[0]
        return self.execute(f"DELETE FROM {quoted(table.name)} {where}", *values)  # noqa: S608

    @abstractmethod
    def _run(self, sql: str, values: tuple[object, ...]) -> Any: ...

    @abstractmethod
    def key_sql(self, table: CopiedTable) -> str:
        """Return the primary key as it is compared and sorted, byte by byte where it is text."""

    @abstractmethod
    def identity(self) -> str:
        """Return what tells this very database from every other one, whatever it is called."""

    @abstractmethod
    def list_names(self) -> set[str]:
        """Return the names of all tables."""

    @abstractmethod
    def state(self) -> str:
        """Return a word that differs after anybody wrote; called inside a snapshot, it tells of that."""

    @abstractmethod
    def read(
        self,
        table: CopiedTable,
        *,
        after: Key | None = None,
        until: Key | None = None,
        limit: int | None = None,
    ) -> bytes:
        """Return rows in key order as lines, from behind `after` up to `until`, at most `limit`."""

    @abstractmethod
    def write(self, table: CopiedTable, lines: bytes) -> None:
        """Insert lines; raise CopyError that names the row where the database refuses one."""

    @abstractmethod
    def clear(self, names: set[str]) -> None:
        """Delete every row of these tables."""

    @abstractmethod
    def drop(self, names: set[str]) -> None:
        """Drop these tables."""

    @abstractmethod
    def let_go_of_foreign_keys(self) -> list[str]:
        """Stop checking foreign keys; return the statements that bring them back."""

    @abstractmethod
    def hold_foreign_keys(self, statements: list[str]) -> None:
        """Check every foreign key, and keep on checking; raise CopyError where a parent is missing."""

    @abstractmethod
    def count_on(self, tables: list[CopiedTable]) -> None:
        """Let the next id of each table be past its highest."""

    @abstractmethod
    def analyse(self, tables: list[CopiedTable]) -> None:
        """Let the planner know what is in the tables."""
