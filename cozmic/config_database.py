"""Settings of the database: its address, the pool, and how long anything may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from cozmic.environment import ConfigError, read_int


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is and how it is used."""

    url: str
    engine_options: dict[str, Any]


def read_database(environ: Mapping[str, str], default: Path) -> Database:
    """Return what the environment says of the database; without DATABASE_URL, the embedded SQLite file."""
    url = database_url(environ.get("DATABASE_URL", ""), default)
    pool = {
        "pool_size": read_int(environ, "DB_POOL_SIZE", 10, low=1, high=200),
        "max_overflow": read_int(environ, "DB_MAX_OVERFLOW", 5, low=0, high=200),
        "pool_recycle": read_int(environ, "DB_POOL_RECYCLE_S", 3600, low=30, high=86400),
        "pool_timeout": read_int(environ, "DB_POOL_TIMEOUT_S", 2, low=1, high=60),
        # The one used last goes out first: two threads use two connections, and the others may age and be closed.
        "pool_use_lifo": True,
    }
    if url.startswith("sqlite"):
        # One writer at a time: a class handing in queues for the file, so the wait is longer than on PostgreSQL.
        return Database(url, {**pool, "connect_args": {"timeout": 10}})
    connect_args = {
        "options": _session_options(environ),
        "connect_timeout": 2,
        "cozmic_rules": _rules(environ),
    }
    options = {
        **pool,
        # Batches of UPDATEs go in one round trip: a hand-in changes one row per question.
        "executemany_mode": "values_plus_batch",
        # No table has an hstore, and looking for its type costs each new connection three round trips.
        "use_native_hstore": False,
        "connect_args": connect_args,
    }
    return Database(url, options)


def _session_options(environ: Mapping[str, str]) -> str:
    statement_ms = read_int(environ, "DB_STATEMENT_TIMEOUT_MS", 2500, low=100, high=600_000)
    lock_ms = read_int(environ, "DB_LOCK_TIMEOUT_MS", 2000, low=50, high=600_000)
    return (
        f"-c statement_timeout={statement_ms} -c lock_timeout={lock_ms} "
        "-c idle_in_transaction_session_timeout=15000 -c timezone=UTC"
    )


def _rules(environ: Mapping[str, str]) -> dict[str, float]:
    """What cozmic/connections/ is to hold the connections to."""
    deadline_ms = read_int(environ, "DB_DEADLINE_MS", 3000, low=0, high=600_000)
    return {
        "ping_after_idle_s": read_int(environ, "DB_PING_AFTER_IDLE_S", 30, low=0, high=86400),
        "deadline_s": deadline_ms / 1000,
    }


def database_url(raw: str, default: Path) -> str:
    """Return the SQLAlchemy URL for what a host hands out; the embedded SQLite file when it hands out nothing.

    `postgres://` and `postgresql://` name no driver, and SQLAlchemy 2.1 would pick psycopg 3 for them.
    """
    raw = raw.strip()
    if not raw:
        return f"sqlite:///{default}"
    scheme, separator, rest = raw.partition("://")
    if scheme in {"postgres", "postgresql"}:
        raw = f"postgresql+psycopg2{separator}{rest}"
    try:
        backend = make_url(raw).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"postgresql", "sqlite"}:
        raise ConfigError(
            "DATABASE_URL cannot be used; it looks like postgresql://user:password@host:5432/name "
            "or sqlite:////path/to/file."
        )
    return raw
