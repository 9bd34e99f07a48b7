"""What there is to copy, from the models' metadata: a table that a migration adds tomorrow needs no line here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import MetaData, Table

from cozmic.copying.columns import NULL, Kind, decode_all, encode_all, find_kind
from cozmic.copying.errors import CopyError

Key = tuple[str, ...]
"""Where a row stands in its table: the fields of its primary key."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table's name, its columns with their kinds, and which of them are the primary key."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    key: tuple[int, ...]

    @property
    def key_names(self) -> tuple[str, ...]:
        """The columns of the primary key, in the table's order."""
        return tuple(self.columns[place] for place in self.key)

    def key_of(self, line: bytes) -> Key:
        """Return the key of a line."""
        fields = line.decode().rstrip("\n").split("\t")
        return tuple(fields[place] for place in self.key)

    def last_key(self, lines: bytes) -> Key:
        """Return the key of the last line; there has to be one."""
        return self.key_of(lines[lines.rfind(b"\n", 0, -1) + 1 :])

    def key_values(self, key: Key) -> list[object]:
        """Return a key as values that either driver takes."""
        return [self.kinds[place].decode(field) for place, field in zip(self.key, key, strict=True)]

    def to_lines(self, rows: list[tuple[object, ...]]) -> bytes:
        """Return SQLite's rows as COPY would write them: a line each, empty for none."""
        if not rows:
            return b""
        columns = map(encode_all, self.kinds, zip(*rows, strict=True))
        return ("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n").encode()

    def to_rows(self, lines: bytes) -> list[tuple[object, ...]]:
        """Return lines as rows for SQLite."""
        if not lines:
            return []
        fields = [line.split("\t") for line in lines.decode().split("\n")[:-1]]
        columns = map(decode_all, self.kinds, zip(*fields, strict=True))
        return list(zip(*columns, strict=True))

    def tidied(self, lines: bytes) -> bytes:
        """Return PostgreSQL's lines in the one form; without JSON or fractions they are in it already."""
        if not lines or all(kind.tidy is None for kind in self.kinds):
            return lines
        fields = [line.split("\t") for line in lines.decode().split("\n")[:-1]]
        columns = [
            column if kind.tidy is None else [_tidy(kind, field) for field in column]
            for kind, column in zip(self.kinds, zip(*fields, strict=True), strict=True)
        ]
        return ("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n").encode()


def _tidy(kind: Kind, field: str) -> str:
    return field if field == NULL or kind.tidy is None else kind.tidy(field)


def list_tables(metadata: MetaData) -> list[CopiedTable]:
    """Return every table of the models, parents first; raise CopyError for one that cannot be copied yet."""
    return [_describe(table) for table in metadata.sorted_tables]


def _describe(table: Table) -> CopiedTable:
    columns = [column for column in table.columns if column.computed is None]
    names = [column.name for column in columns]
    key = tuple(names.index(column.name) for column in table.primary_key.columns)
    if not key:
        raise CopyError(f"{table.name} has no primary key, so it cannot be copied in order.")
    kinds = []
    for column in columns:
        kind = find_kind(column.type)
        if kind is None:
            raise CopyError(
                f"{table.name}.{column.name} is a {column.type!r}, which cozmic/copying/columns.py does not know."
            )
        kinds.append(kind)
    return CopiedTable(table.name, tuple(names), tuple(kinds), key)
