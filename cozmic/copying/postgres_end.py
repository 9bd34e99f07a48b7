"""A PostgreSQL database as an end of a copy: read and written with COPY."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import psycopg2
from sqlalchemy import URL

from cozmic.copying.end import End, quoted
from cozmic.copying.errors import CopyError
from cozmic.copying.tables import CopiedTable, Key

# SET LOCAL: what a host sets for requests does not end a copy, and nothing is left behind on a pooled connection.
SETTINGS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '10s'",
    "SET LOCAL timezone = 'UTC'",
)
FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::text::regnamespace ORDER BY oid
"""


class PostgresEnd(End):
    """Foreign keys of a target are dropped while it is filled, and made again, checked, at the end."""

    faults = (psycopg2.Error,)
    begin_reading = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", *SETTINGS, "SELECT 1")
    begin_writing = ("BEGIN", *SETTINGS)

    @classmethod
    def open(cls, url: URL, arguments: dict[str, Any]) -> PostgresEnd:
        """Connect as the application does; raises psycopg2.OperationalError where nobody answers or admits us."""
        more, named = url.get_dialect()().create_connect_args(url)
        connection = psycopg2.connect(*more, **{**arguments, **named})
        connection.autocommit = True  # transactions are begun and ended by hand, as on SQLite
        connection.set_client_encoding("UTF8")
        return cls(url, connection)

    def _run(self, sql: str, values: tuple[object, ...]) -> Any:
        cursor = self._connection.cursor()
        if values:
            cursor.execute(sql.replace("?", "%s"), values)
        else:
            cursor.execute(sql)
        return cursor

    def key_sql(self, table: CopiedTable) -> str:
        """Return the primary key; text is compared byte by byte, as on SQLite."""
        parts = zip(table.key, table.key_names, strict=True)
        return ", ".join(table.kinds[place].order.format(quoted(name)) for place, name in parts)

    def identity(self) -> str:
        """Return when this server started, and the number of the database on it."""
        sql = "SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()"
        return ":".join(map(str, self.query(sql)[0]))

    def list_names(self) -> set[str]:
        """Return the names of all tables of the schema in use."""
        rows = self.query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in rows}

    def state(self) -> str:
        """Return which transactions are visible; it moves with every write on the server, in other databases too."""
        return str(self.query("SELECT pg_current_snapshot()::text")[0][0])

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
        asked = zip(table.columns, table.kinds, strict=True)
        columns = ", ".join(kind.postgres.format(quoted(name)) for name, kind in asked)
        sql = f"SELECT {columns} FROM {quoted(table.name)} {where}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {limit:d}"
        lines = BytesIO()
        with self._connection.cursor() as cursor:
            plain = cursor.mogrify(sql.replace("?", "%s"), values).decode() if values else sql
            cursor.copy_expert(f"COPY ({plain}) TO STDOUT", lines, size=1 << 16)
        return table.tidied(lines.getvalue())

    def write(self, table: CopiedTable, lines: bytes) -> None:
        """Insert lines."""
        sql = f"COPY {quoted(table.name)} ({quoted(*table.columns)}) FROM STDIN"
        try:
            with self._connection.cursor() as cursor:
                cursor.copy_expert(sql, BytesIO(lines), size=1 << 16)
        except (psycopg2.DataError, psycopg2.IntegrityError) as error:
            raise CopyError(_say_which(table, lines, error)) from error

    def clear(self, names: set[str]) -> None:
        """Delete every row of these tables."""
        self.execute(f"TRUNCATE {quoted(*sorted(names))}")

    def drop(self, names: set[str]) -> None:
        """Drop these tables, and the foreign keys between them."""
        if names:
            self.execute(f"DROP TABLE {quoted(*sorted(names))} CASCADE")

    def let_go_of_foreign_keys(self) -> list[str]:
        """Drop them: no order of rows is needed then, and no row is checked by itself."""
        pairs = self.query(FOREIGN_KEYS)
        for drop, _ in pairs:
            self.execute(drop)
        return [add for _, add in pairs]

    def hold_foreign_keys(self, statements: list[str]) -> None:
        """Make them again, which checks every row."""
        for statement in statements:
            try:
                self.execute(statement)
            except psycopg2.IntegrityError as error:
                raise CopyError(
                    f"rows name a parent that is not there: {error.diag.message_primary}."
                ) from error

    def count_on(self, tables: list[CopiedTable]) -> None:
        """Set each sequence to its table's highest id."""
        for table in tables:
            for name in table.key_names:
                sequence = self.query(
                    "SELECT pg_get_serial_sequence(?, ?)", quoted(table.name), name
                )[0][0]
                if sequence is not None:
                    self.query(
                        f"SELECT setval(?, coalesce(max({quoted(name)}), 1), count(*) > 0) FROM {quoted(table.name)}",  # noqa: S608
                        sequence,
                    )

    def analyse(self, tables: list[CopiedTable]) -> None:
        """Let the planner know what is in the tables."""
        self.execute(f"ANALYZE {quoted(*(table.name for table in tables))}")


def _say_which(table: CopiedTable, lines: bytes, error: Any) -> str:
    """Name row and column, and what the server says of them; never what is written there."""
    context = error.diag.context or ""
    message = f"TARGET refuses a row of {table.name}"
    if number := re.search(r"line (\d+)", context):
        line = lines.split(b"\n")[int(number[1]) - 1]
        message += f", {', '.join(table.key_names)} {', '.join(table.key_of(line))}"
    if column := re.search(r"column (\w+)", context):
        message += f", column {column[1]}"
    return f"{message}: {error.diag.message_primary}."
