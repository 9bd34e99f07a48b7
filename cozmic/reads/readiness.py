"""Whether this process may be given visitors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from cozmic.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
REDIS_TIMEOUT_S = 0.15


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of the database's schema."""

    is_ready: bool
    migrations: str
    """'at head', or what to run."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The migrations of this release."""

    heads: frozenset[str]
    all: frozenset[str]


@lru_cache(maxsize=1)
def _known() -> _Known:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    every = frozenset(script.revision for script in scripts.walk_revisions())
    return _Known(frozenset(scripts.get_heads()), every)


def get_readiness() -> Readiness:
    """Compare the database's migration with the newest one. Two queries; raises SQLAlchemyError without a database.

    A migration that this release does not know is one of a newer release, on whose tables this one works as well:
    so it is after a rollback, and while the processes of an upgrade follow its database.
    """
    db.session.execute(select(1))
    try:
        versions = set(
            db.session.execute(text("SELECT version_num FROM alembic_version")).scalars()
        )
    except (OperationalError, ProgrammingError):
        return Readiness(is_ready=False, migrations="none: run flask db upgrade")
    known = _known()
    if versions == known.heads:
        return Readiness(is_ready=True, migrations="at head")
    if versions and not versions & known.all:
        return Readiness(is_ready=True, migrations="ahead of this release")
    return Readiness(is_ready=False, migrations="not at head: run flask db upgrade")


def get_redis_state(url: str) -> str:
    """Return 'ok', 'unreachable' or 'not set'. One round trip on a connection of its own."""
    if not url:
        return "not set"
    client = Redis.from_url(
        url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )  # fmt: skip
    try:
        return "ok" if client.ping() else "unreachable"
    except RedisError:
        return "unreachable"
    finally:
        client.close()
