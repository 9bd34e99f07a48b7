"""The file: a ZIP with one entry a table, rows as PostgreSQL's COPY writes them, and the manifest last.

Any unzip opens it, and `\\copy users (…) FROM users.tsv` loads a table by hand, should this program be lost. Its
comment holds the checksum of the manifest, which holds those of the tables: one number for all that is in it.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from cozmic.backup.errors import BackupError
from cozmic.backup.manifest import Manifest, TableSum, read_manifest
from cozmic.copying.school_copy import Source, Told, read_all
from cozmic.copying.tables import CopiedTable, Key

MANIFEST, COMMENT = "manifest.json", b"cozmic backup, sha256 of manifest.json: "
QUICK = 2
"""Level of compression: the usual 6 makes rows a fifth smaller for four times the processor."""
BLOCK = 1 << 18
DAMAGE = (BadZipFile, KeyError, EOFError, ValueError, RuntimeError, zlib.error, struct.error)
"""What the library raises for a file that is not as it was written; RuntimeError: a bit says that it is encrypted."""


def entry_of(table: str) -> str:
    """Return the name of a table's entry."""
    return f"tables/{table}.tsv"


class ArchiveWriter:
    """Writes a backup into an open file."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=QUICK)

    def write_table(self, source: Source, table: CopiedTable, told: Told) -> TableSum:
        """Write all rows of a table, and return what they were."""
        rows, checksum = 0, hashlib.sha256()
        with self._zip.open(entry_of(table.name), "w", force_zip64=True) as entry:
            for lines in read_all(source, table):
                entry.write(lines)
                checksum.update(lines)
                number = lines.count(b"\n")
                rows += number
                told(table.name, number)
        return TableSum(table.name, table.columns, table.key_names, rows, checksum.hexdigest())

    def give_up(self) -> None:
        """Forget the file: else it would be ended, as well as that goes, when this object is collected."""
        self._zip.fp = None

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, and the directory without which the file is no ZIP."""
        raw = manifest.to_bytes()
        self._zip.writestr(MANIFEST, raw)
        self._zip.comment = COMMENT + hashlib.sha256(raw).hexdigest().encode()
        self._zip.close()


class Archive:
    """A backup that is read; as the source of a copy it gives rows as a database does."""

    def __init__(self, file: ZipFile, manifest: Manifest, digest: str) -> None:
        self._zip = file
        self.manifest = manifest
        self.digest = digest
        self._places: dict[str, _Place] = {}

    @property
    def label(self) -> str:
        """What an unfinished restore knows it by."""
        return f"backup {self.digest[:32]}"

    def check(self, told: Told) -> None:
        """Read everything once and compare it with the manifest; raise BackupError for the first difference."""
        for table in self.manifest.tables:
            rows, checksum = 0, hashlib.sha256()
            with _naming_damage(table.name), self._zip.open(entry_of(table.name)) as entry:
                while block := entry.read(BLOCK):
                    checksum.update(block)
                    number = block.count(b"\n")
                    rows += number
                    told(table.name, number)
            if (rows, checksum.hexdigest()) != (table.rows, table.sha256):
                raise BackupError(f"the file is damaged: {table.name} is not what was written.")

    def read(
        self,
        table: CopiedTable,
        *,
        after: Key | None = None,
        until: Key | None = None,
        limit: int | None = None,
    ) -> bytes:
        """Return rows in key order as lines. Quick where each call goes on behind the one before."""
        with _naming_damage(table.name):
            place = self._places.get(table.name)
            if place is None or after is None or place.after != after:
                stream = BufferedReader(self._zip.open(entry_of(table.name)), BLOCK)  # type: ignore[type-var]
                place = self._places[table.name] = _Place(table, stream)
                place.skip(after)
            return place.take(until, limit)


class _Place:
    """How far the rows of a table have been read."""

    def __init__(self, table: CopiedTable, stream: BinaryIO | BufferedReader) -> None:
        self._table = table
        self._lines: Iterator[bytes] = iter(stream)
        self._next = b""  # read, and not given yet
        self.after: Key | None = None

    def skip(self, after: Key | None) -> None:
        """Go on behind a key."""
        if after is not None:
            self._take_until(after, None)
            self.after = after

    def take(self, until: Key | None, limit: int | None) -> bytes:
        """Return the next rows."""
        if until is not None:
            lines = self._take_until(until, limit)
        else:
            first, self._next = self._next, b""
            left = None if limit is None else limit - bool(first)
            lines = first + b"".join(islice(self._lines, left))
        if until is not None and (limit is None or lines.count(b"\n") < limit):
            self.after = until
        elif lines:
            self.after = self._table.last_key(lines)
        return lines

    def _take_until(self, until: Key, limit: int | None) -> bytes:
        taken: list[bytes] = []
        last = self._table.key_values(until)
        while limit is None or len(taken) < limit:
            line, self._next = self._next or next(self._lines, b""), b""
            # Plain comparison: numbers as numbers, text by its letters' numbers, which is how UTF-8's bytes sort.
            if not line or self._table.key_values(self._table.key_of(line)) > last:
                self._next = line
                break
            taken.append(line)
        return b"".join(taken)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup and look whether it is whole, without reading its rows; raise BackupError where it is not."""
    archive, file = _open(
        path
    )  # only this is guarded: what goes wrong while it is used is no fault of the file
    with file:
        yield archive


def _open(path: Path) -> tuple[Archive, ZipFile]:
    file: ZipFile | None = None
    try:
        file = ZipFile(path)
        raw = file.read(MANIFEST)
        digest = hashlib.sha256(raw).hexdigest()
        if file.comment != COMMENT + digest.encode():
            raise BackupError(f"{path} is damaged: its manifest is not what was written.")
        return Archive(file, read_manifest(raw), digest), file
    except BaseException as error:
        if file is not None:
            file.close()
        if isinstance(error, DAMAGE):
            raise BackupError(f"{path} is no backup, or not whole.") from error
        if isinstance(error, OSError):
            raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error
        raise


@contextmanager
def _naming_damage(table: str) -> Iterator[None]:
    try:
        yield
    except (
        *DAMAGE,
        OSError,
    ) as error:  # OSError: the disk, or a bit that names another compression
        raise BackupError(f"the file is damaged: {table} cannot be read.") from error
