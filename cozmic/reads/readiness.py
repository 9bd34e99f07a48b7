"""Whether this process may be given visitors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from cozmic.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of the database's schema."""

    is_ready: bool
    migrations: str
    """'at head', or what to run."""


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(ScriptDirectory.from_config(config).get_heads())


def find_readiness() -> Readiness:
    """Compare the database's migration with the newest one. One query; raises SQLAlchemyError without a database."""
    tables = db.session.execute(text("SELECT version_num FROM alembic_version")).scalars()
    if set(tables) == _heads():
        return Readiness(is_ready=True, migrations="at head")
    return Readiness(is_ready=False, migrations="behind: run flask db upgrade")
