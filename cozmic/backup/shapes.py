"""Which tables and columns a release has: this one's from the models, an older one's from its migrations."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import MetaData, NullPool, create_engine

from cozmic.backup.errors import BackupError
from cozmic.connections import RULES
from cozmic.copying.checks import VERSIONS
from cozmic.copying.opening import FOLDER, bring_to, get_head
from cozmic.copying.tables import CopiedTable, list_tables
from cozmic.extensions import db


def list_tables_at(migration: str) -> list[CopiedTable]:
    """Return the tables that there are at a migration, parents first. An older one takes a second or two."""
    if migration == get_head():
        return list_tables(db.metadata)
    if not is_known(migration):
        raise BackupError(
            f"migration {migration} is none of this release's: use the release that made it, or a newer one."
        )
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite3'}"
        bring_to(migration, url, {"connect_args": {RULES: {}}})
        return _reflect(url)


def is_known(migration: str) -> bool:
    """Whether a migration is this release's newest one or an older one."""
    try:
        return ScriptDirectory(str(FOLDER)).get_revision(migration) is not None
    except CommandError:
        return False


def _reflect(url: str) -> list[CopiedTable]:
    engine, metadata = create_engine(url, poolclass=NullPool), MetaData()
    metadata.reflect(engine)
    metadata.remove(metadata.tables[VERSIONS])
    return list_tables(metadata)
