"""Backups as files: whole or not there, never written over, readable by their owner alone, the newest N kept."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cozmic.backup.archive import open_archive
from cozmic.backup.errors import BackupError
from cozmic.backup.manifest import Manifest

NAME = re.compile(r"cozmic-\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?\.zip")
PART = ".cozmic-part"


def free_path(folder: Path, made_at: datetime) -> Path:
    """Return a name for a backup that is not taken; those of one folder sort by time."""
    stem = f"cozmic-{made_at:%Y-%m-%dT%H%M%SZ}"
    endings = ("", *(f"-{number}" for number in range(2, 100)))
    paths = [folder / f"{stem}{ending}.zip" for ending in endings]
    return next((path for path in paths if not path.exists()), paths[0])


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, where it is not there; remove what killed backups left in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in folder.glob(f".*{PART}"):
            _remove_if_left(part)
    except OSError as error:
        raise BackupError(f"{folder} cannot be used: {error.strerror}.") from error


def _remove_if_left(part: Path) -> None:
    """Whoever is still writing holds the lock; the killed do not."""
    with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.unlink()


@contextmanager
def new_file(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a file to write, and where it is meanwhile; it gets its name when all is written and on the disk.

    Raises BackupError where the name is taken: nothing is ever written over.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; nothing is written over.")
    part = path.with_name(f".{path.name}{PART}")
    try:
        number = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise BackupError(f"{part} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(number, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file, part
            file.flush()
            os.fsync(file.fileno())
            _give_name(part, path)
    finally:
        part.unlink(missing_ok=True)


def _give_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # fails where the name is taken; a rename would take it
    except FileExistsError as error:
        raise BackupError(f"{path} is there already; nothing is written over.") from error
    except OSError:  # a file system without links
        part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def list_backups(folder: Path, source: str) -> list[tuple[Path, Manifest]]:
    """Return the whole backups of a database in a folder, newest first; files that are anything else are left out."""
    found = []
    for path in folder.iterdir():
        if NAME.fullmatch(path.name):
            with suppress(BackupError), open_archive(path) as archive:
                if archive.manifest.source == source:
                    found.append((path, archive.manifest))
    return sorted(found, key=lambda one: (one[1].made_at, one[0]), reverse=True)


def remove_older(newest: Path, source: str, *, keep: int) -> list[Path]:
    """Remove the backups of a database beside its newest one, but for so many in all; return which those were.

    Only whole ones of this very database count, and only they go: a damaged file, a file of another name and another
    school's stay. The newest was read again when it was made.
    """
    others = [path for path, _ in list_backups(newest.parent, source) if path != newest]
    removed = others[keep - 1 :]
    for path in removed:
        path.unlink()
    return removed
