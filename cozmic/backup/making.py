"""flask backup: everything in the database as it was at one moment, while people go on working."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from sqlalchemy import make_url

from cozmic.backup.archive import ArchiveWriter, open_archive
from cozmic.backup.errors import BackupError
from cozmic.backup.files import free_path, make_folder, new_file
from cozmic.backup.manifest import Manifest
from cozmic.backup.shapes import list_tables_at
from cozmic.copying import marker as markers
from cozmic.copying.checks import VERSIONS, find_version
from cozmic.copying.end import End
from cozmic.copying.opening import open_postgres
from cozmic.copying.school_copy import Told
from cozmic.copying.sqlite_end import SqliteEnd
from cozmic.copying.tables import CopiedTable

Counted = Callable[[int], Told]
"""Is given how many rows will be told of, and returns whom to tell."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, read again and found to be what was written."""

    path: Path
    manifest: Manifest
    bytes: int
    sha256: str
    """Of the file, as sha256sum gives it."""


@contextmanager
def own_end(*, is_source: bool) -> Iterator[End]:
    """Open the application's own database, on a connection outside its pool."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        end: End = SqliteEnd.open(url, is_source=is_source)
    else:
        arguments = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
        end = open_postgres(url, arguments, is_source=is_source)
    try:
        yield end
    finally:
        end.close()


def back_up(target: Path, *, counted: Counted) -> Made:
    """Write the school to a new file, or into a folder under a name that says when. Reads each row once, writes none.

    The file is there when it is whole, on the disk, and has been read again. Raises BackupError, CopyError for a
    value that cannot be read, and what the drivers raise.
    """
    with own_end(is_source=True) as source:
        tables, migration = _find_tables(source)
        with source.snapshot():
            if find_version(source) != migration:
                raise BackupError("the database was upgraded just now; run the same command again.")
            made_at = get_moment(source)
            is_folder = target.is_dir() or not target.suffix
            path = free_path(target, made_at) if is_folder else target
            make_folder(path.parent)
            told = counted(2 * sum(source.count(table.name) for table in tables))
            return _write(path, source, tables, migration, made_at, told)


def _write(
    path: Path, source: End, tables: list[CopiedTable], migration: str, made_at: datetime, told: Told
) -> Made:  # fmt: skip
    try:
        with new_file(path) as (file, part):
            manifest = _fill(file, source, tables, migration, made_at, told)
            with open_archive(part) as archive:
                archive.check(told)
            with part.open("rb") as whole:
                digest = hashlib.file_digest(whole, "sha256").hexdigest()
            size = part.stat().st_size
    except OSError as error:
        raise BackupError(f"{path} could not be written: {error.strerror}.") from error
    return Made(path, manifest, size, digest)


def _fill(
    file: BinaryIO, source: End, tables: list[CopiedTable], migration: str, made_at: datetime, told: Told
) -> Manifest:  # fmt: skip
    writer = ArchiveWriter(file)
    try:
        sums = tuple(writer.write_table(source, table, told) for table in tables)
        manifest = Manifest(made_at, migration, source.label, sums)
        writer.finish(manifest)
        file.flush()
    except BaseException:
        writer.give_up()
        raise
    return manifest


def _find_tables(source: End) -> tuple[list[CopiedTable], str]:
    """Return the tables of the database, at whichever migration it stands, and that migration."""
    names = source.list_names()
    if markers.NAME in names:
        raise BackupError(
            "the database is itself an unfinished copy or restore; finish that one first."
        )
    migration = find_version(source) if VERSIONS in names else None
    if migration is None:
        raise BackupError(
            "there is no school in the database; look whether DATABASE_URL is the right one."
        )
    tables = list_tables_at(migration)
    missing = sorted({table.name for table in tables} - names)
    if missing:
        raise BackupError(f"the database lacks tables: {', '.join(missing)}.")
    return tables, migration


def get_moment(end: End) -> datetime:
    """Return the database's time, to the second."""
    is_sqlite = isinstance(end, SqliteEnd)
    sql = (
        "SELECT strftime('%s', 'now')"
        if is_sqlite
        else "SELECT extract(epoch FROM clock_timestamp())::bigint"
    )
    return datetime.fromtimestamp(int(end.query(sql)[0][0]), UTC)
