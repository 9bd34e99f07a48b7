"""flask restore: a copy whose source is a file. What db-copy does against a killed run, a restore gets from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cozmic.backup.archive import Archive
from cozmic.backup.errors import BackupError
from cozmic.backup.manifest import TableSum
from cozmic.backup.shapes import is_known, list_tables_at
from cozmic.copying import marker as markers
from cozmic.copying.checks import VERSIONS, TargetState
from cozmic.copying.end import End
from cozmic.copying.marker import Marker
from cozmic.copying.opening import get_head
from cozmic.copying.school_copy import SchoolCopy, TableReport, Told
from cozmic.copying.tables import CopiedTable

Migrate = Callable[[str], None]
"""Is given a migration, and brings the target there."""


class State(StrEnum):
    """What a restore finds where it is to go."""

    FREE = "free"
    """No tables, or nobody in them."""
    BEGUN = "begun"
    """A restore of the same backup that was stopped."""
    TAKEN = "taken"
    """A school, or what is left of another restore."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a restore goes, and how that is migrated."""

    end: End
    migrate: Migrate


def get_tables(archive: Archive) -> list[CopiedTable]:
    """Return the tables that a backup has; raise BackupError where it has others, or is of a newer release."""
    migration = archive.manifest.migration
    if not is_known(migration):
        raise BackupError(
            f"the backup is at migration {migration}, which this release does not know: it is of a newer one. "
            "Restore it with that release, or a newer one."
        )
    tables = list_tables_at(migration)
    sums = {one.name: one for one in archive.manifest.tables}
    if set(sums) != {table.name for table in tables}:
        raise BackupError(f"the backup does not have the tables of migration {migration}.")
    return [_as_written(table, sums[table.name]) for table in tables]


def _as_written(table: CopiedTable, there: TableSum) -> CopiedTable:
    """Return a table with its columns as the backup has them: a release's models may list them in another order."""
    if set(there.columns) != set(table.columns) or set(there.key) != set(table.key_names):
        raise BackupError(f"the backup does not have the columns that {table.name} has.")
    kinds = dict(zip(table.columns, table.kinds, strict=True))
    return CopiedTable(
        table.name, there.columns, tuple(kinds[name] for name in there.columns),
        tuple(there.columns.index(name) for name in there.key),
    )  # fmt: skip


def get_state(end: End, archive: Archive, tables: list[CopiedTable]) -> State:
    """Return what the target is; raise BackupError where it holds what is none of the platform's."""
    names = end.list_names()
    ours = {table.name for table in [*tables, *list_tables_at(get_head())]}
    others = names - ours - {VERSIONS, markers.NAME}
    if others or (names and names.isdisjoint({VERSIONS, markers.NAME})):
        raise BackupError(
            f"the database holds tables of something else ({', '.join(sorted(others or names))}), "
            "which a restore does not touch. Name another database in DATABASE_URL."
        )
    if markers.NAME in names:
        is_same = Marker(end).find("source") == archive.label
        return State.BEGUN if is_same else State.TAKEN
    if "users" in names and end.count("users"):
        return State.TAKEN
    return State.FREE


def restore(
    archive: Archive, tables: list[CopiedTable], target: Target, *, state: State, told: Told
) -> list[TableReport]:
    """Fill the target with the backup, compare every row, and bring it to this release's newest migration.

    A FREE target, and a TAKEN one, loses its tables first, in one transaction with the mark of an unfinished restore;
    so from then on it is recognised, and the same command goes on. The school's revision is set at the end, so that
    no page which Redis or a browser still holds is taken for one of the restored school.
    """
    migration = archive.manifest.migration
    if state is not State.BEGUN:
        _begin(target.end, archive.label, migration)
    copy = SchoolCopy(archive, target.end, tables, head=migration, told=told)
    copy.prepare(TargetState.UNFINISHED, lambda: target.migrate(migration))
    reports = copy.copy()
    different = [report.name for report in reports if not report.is_equal]
    if different:
        raise BackupError(f"what was restored is not equal to the backup: {', '.join(different)}.")
    copy.finish()
    if migration != get_head():
        target.migrate(get_head())
    return reports


def _begin(end: End, label: str, migration: str) -> None:
    marker = Marker(end)
    with end.writing():
        if markers.NAME in end.list_names():
            marker.drop()
        marker.make(label, migration)
        # In this stage everything but the mark is dropped, and the migrations run.
        marker.put("stage", "migrating")
