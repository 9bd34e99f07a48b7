"""The copy itself: prepare the target, mend what was copied before, go on from there, compare, finish."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from cozmic.copying import marker as markers
from cozmic.copying.checks import TargetState, check_untouched
from cozmic.copying.end import End
from cozmic.copying.marker import Mark, Marker
from cozmic.copying.tables import CopiedTable, Key
from cozmic.transaction import REVISION_BITS

BATCH_ROWS = 5_000
Told = Callable[[str, int], None]
"""Is given a table's name and how many of its rows were copied, compared or skipped just now."""


class Source(Protocol):
    """Where rows come from: one end of a copy, or a backup."""

    @property
    def label(self) -> str:
        """What an unfinished copy knows it by."""

    def read(
        self,
        table: CopiedTable,
        *,
        after: Key | None = None,
        until: Key | None = None,
        limit: int | None = None,
    ) -> bytes:
        """Return rows in key order as lines, from behind `after` up to `until`, at most `limit`."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table on both sides."""

    name: str
    rows: int
    rows_there: int
    checksum: str
    "SHA-256 over all rows in key order, as read from the source."
    checksum_there: str
    seconds: float

    @property
    def is_equal(self) -> bool:
        """Whether both sides hold the same rows."""
        return (self.rows, self.checksum) == (self.rows_there, self.checksum_there)


class SchoolCopy:
    """One run: from a source inside its snapshot to a target."""

    def __init__(
        self, source: Source, target: End, tables: list[CopiedTable], *, head: str, told: Told
    ) -> None:
        self._source, self._target = source, target
        self._tables = tables
        self._head = head
        self._told = told
        self._marker = Marker(target)

    def prepare(self, state: TargetState, migrate: Callable[[], None]) -> None:
        """Bring the target to where rows can be put: tables, no rows but copied ones, no foreign keys in the way."""
        if state is TargetState.UNFINISHED:
            self._marker.take_over()
        else:
            with self._target.writing():
                self._marker.make(self._source.label, self._head)
                if state is TargetState.NO_TABLES:
                    self._marker.put("stage", "migrating")
        if self._marker.find("stage") == "migrating":
            # Killed in the middle of the migrations: what they left is no school yet, so they begin again.
            with self._target.writing():
                self._marker.hold()
                self._target.drop(self._target.list_names() - {markers.NAME})
            migrate()
        if self._marker.find("stage") != "copying":
            with self._target.writing():
                self._marker.hold()
                self._target.clear({table.name for table in self._tables})
                keys = self._target.let_go_of_foreign_keys()
                self._marker.put("foreign keys", json.dumps(keys))
                self._marker.put("stage", "copying")
        check_untouched(self._target, self._tables)

    def copy(self) -> list[TableReport]:
        """Copy what is missing, compare every row, and return what was found."""
        return [self._copy_table(table) for table in self._tables]

    def _copy_table(self, table: CopiedTable) -> TableReport:
        began = perf_counter()
        checksum = hashlib.sha256()
        rows = self._mend(table, checksum)
        mark = self._marker.mark_of(table.name)
        while lines := self._source.read(table, after=mark.key, limit=BATCH_ROWS):
            checksum.update(lines)
            number = lines.count(b"\n")
            mark = Mark(table.last_key(lines), mark.rows + number)
            self._put(table, lines, mark)
            rows += number
            self._told(table.name, number)
        rows_there, checksum_there = sum_up(self._target, table, self._told)
        return TableReport(
            table.name, rows, rows_there, checksum.hexdigest(), checksum_there, perf_counter() - began
        )  # fmt: skip

    def _mend(self, table: CopiedTable, checksum: hashlib._Hash) -> int:
        """Compare what an earlier run copied with the source as it is now, and replace the batches that differ.

        All of them are removed before the first is put back: a user name may have moved from one batch to another.
        """
        last = self._marker.mark_of(table.name).key
        if last is None:
            return 0
        rows, after, gaps = 0, None, list[tuple[Key | None, Key]]()
        is_more = True
        while is_more:
            lines = self._source.read(table, after=after, until=last, limit=BATCH_ROWS)
            number = lines.count(b"\n")
            is_more = number == BATCH_ROWS
            until = table.last_key(lines) if is_more else last
            if self._target.read(table, after=after, until=until) != lines:
                self._remove(table, after, until)
                gaps.append((after, until))
            checksum.update(lines)
            rows += number
            self._told(table.name, number)
            after = until
        for after, until in gaps:
            lines = self._source.read(table, after=after, until=until)
            mark = self._marker.mark_of(table.name)
            self._put(table, lines, Mark(last, mark.rows + lines.count(b"\n")))
        return rows

    def _remove(self, table: CopiedTable, after: Key | None, until: Key) -> None:
        with self._target.writing():
            self._marker.hold()
            removed = self._target.remove(table, after=after, until=until)
            mark = self._marker.mark_of(table.name)
            self._marker.keep(table.name, Mark(mark.key, mark.rows - removed))

    def _put(self, table: CopiedTable, lines: bytes, mark: Mark) -> None:
        """Rows and mark in one transaction: killed at any moment, both are there or neither."""
        with self._target.writing():
            self._marker.hold()
            if lines:
                self._target.write(table, lines)
            self._marker.keep(table.name, mark)

    def finish(self) -> None:
        """Make the target a school of its own: foreign keys checked, ids counted on, a new revision, no marker.

        The school's revision stands in the key of every cached page, so none that was made of the source's is
        taken for one of the target's. Raises CopyError where a row's parent is missing; nothing is kept then.
        """
        with self._target.writing():
            self._target.analyse(self._tables)
        with self._target.writing():
            self._marker.hold()
            self._target.hold_foreign_keys(json.loads(self._marker.find("foreign keys") or "[]"))
            self._target.count_on(self._tables)
            self._target.execute("DELETE FROM school_revision")
            self._target.execute(
                "INSERT INTO school_revision (id, value) VALUES (1, ?)",
                secrets.randbits(REVISION_BITS),
            )
            self._marker.drop()


def sum_up(end: Source, table: CopiedTable, told: Told) -> tuple[int, str]:
    """Return how many rows a table has, and the checksum over them."""
    checksum, rows = hashlib.sha256(), 0
    for lines in read_all(end, table):
        checksum.update(lines)
        number = lines.count(b"\n")
        rows += number
        told(table.name, number)
    return rows, checksum.hexdigest()


def read_all(end: Source, table: CopiedTable) -> Iterator[bytes]:
    """Yield all rows of a table in key order, batch by batch, as lines."""
    after = None
    while lines := end.read(table, after=after, limit=BATCH_ROWS):
        yield lines
        after = table.last_key(lines)


def list_changed(
    source: End, tables: list[CopiedTable], reports: list[TableReport], told: Told
) -> list[str]:
    """Return the tables in which the source no longer holds what was copied; called in a snapshot of its own."""
    return [
        table.name
        for table, report in zip(tables, reports, strict=True)
        if sum_up(source, table, told) != (report.rows, report.checksum)
    ]
