"""What a backup says of itself: when, of what, and the rows and checksum of each table."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from cozmic.backup.errors import BackupError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class TableSum:
    """One table as it stands in the backup."""

    name: str
    columns: tuple[str, ...]
    """In the order of the fields."""
    key: tuple[str, ...]
    """In whose order the rows are."""
    rows: int
    sha256: str
    """Over all rows in key order, in the form that copies are compared in too (docs/decisions/0008)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last thing that is written, so a file that has it has everything before it."""

    made_at: datetime
    """The database's clock at the moment that the backup shows."""
    migration: str
    source: str
    """The address of the database, without user and password."""
    tables: tuple[TableSum, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)

    def to_bytes(self) -> bytes:
        """Return it as JSON that people can read."""
        stored = {**asdict(self), "format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(stored, indent=1).encode()


def read_manifest(raw: bytes) -> Manifest:
    """Return what was written; raise BackupError for something else."""
    try:
        stored = json.loads(raw)
        if stored["format"] > FORMAT:
            raise BackupError("it was written by a newer release of the platform; use that one.")
        tables = tuple(
            TableSum(
                one["name"],
                tuple(one["columns"]),
                tuple(one["key"]),
                int(one["rows"]),
                one["sha256"],
            )
            for one in stored["tables"]
        )
        made_at = datetime.fromisoformat(stored["made_at"])
        return Manifest(made_at, stored["migration"], stored["source"], tables)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("it is no backup of a school.") from error
