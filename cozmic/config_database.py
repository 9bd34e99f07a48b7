"""Settings of the database: its address, the pool, and how long anything may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cozmic.database_address import Address, read_address
from cozmic.environment import ConfigError, read_bool, read_int


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is and how it is used."""

    url: str
    engine_options: dict[str, Any]
    is_prepared: bool
    """Whether statements may be prepared: on a connection to PostgreSQL itself, not through a pooler."""


def read_database(environ: Mapping[str, str], default: Path, *, slow_ms: int) -> Database:
    """Return what the environment says of the database; without DATABASE_URL, the embedded SQLite file.

    Statements slower than slow_ms are told unless SLOW_QUERY_MS says otherwise.
    """
    slow_s = read_int(environ, "SLOW_QUERY_MS", slow_ms, low=0, high=600_000) / 1000
    address = read_address(environ.get("DATABASE_URL", ""), default)
    pool = {
        "pool_size": read_int(environ, "DB_POOL_SIZE", 10, low=1, high=200),
        "max_overflow": read_int(environ, "DB_MAX_OVERFLOW", 5, low=0, high=200),
        "pool_recycle": read_int(environ, "DB_POOL_RECYCLE_S", 3600, low=30, high=86400),
        "pool_timeout": read_int(environ, "DB_POOL_TIMEOUT_S", 2, low=1, high=60),
        # The one used last goes out first: two threads use two connections, and the others may age and be closed.
        "pool_use_lifo": True,
    }
    is_pooled = read_bool(environ, "DB_PGBOUNCER", default=address.is_pooled)
    is_prepared = read_bool(environ, "DB_PREPARE", default=True) and not is_pooled
    if address.is_sqlite:
        # One writer at a time: a class handing in queues for the file, so the wait is longer than on PostgreSQL.
        options = {**pool, "connect_args": {"timeout": 10, "cozmic_rules": {"slow_s": slow_s}}}
        return Database(address.url, options, is_prepared=False)
    options = {
        **pool,
        # Batches of UPDATEs go in one round trip: a hand-in changes one row per question.
        "executemany_mode": "values_plus_batch",
        # No table has an hstore, and looking for its type costs each new connection three round trips.
        "use_native_hstore": False,
        "connect_args": _connect_args(environ, address, slow_s, is_pooled=is_pooled),
    }
    return Database(address.url, options, is_prepared=is_prepared)


def check_deadline(environ: Mapping[str, str]) -> None:
    """Raise ConfigError for a deadline that cuts statements off before the server's own limits end them in words."""
    deadline_ms = read_int(environ, "DB_DEADLINE_MS", 3000, low=0, high=600_000)
    limits_ms = [
        read_int(environ, name, default, low=0, high=600_000)
        for name, default in (("DB_STATEMENT_TIMEOUT_MS", 2500), ("DB_LOCK_TIMEOUT_MS", 2000))
    ]
    if 0 < deadline_ms <= max(limits_ms):
        raise ConfigError(
            f"DB_DEADLINE_MS is {deadline_ms}; it has to be above DB_STATEMENT_TIMEOUT_MS and DB_LOCK_TIMEOUT_MS "
            f"({limits_ms[0]} and {limits_ms[1]}), or 0 for none."
        )


def _connect_args(
    environ: Mapping[str, str], address: Address, slow_s: float, *, is_pooled: bool
) -> dict[str, Any]:
    """What each connection begins with; PgBouncer takes no options, so there the role has them (ALTER ROLE … SET)."""
    options = address.options if is_pooled else f"{_session_options(environ)} {address.options}"
    wanted = {"options": options.strip(), "connect_timeout": 2, "application_name": "cozmic"}
    ours = {
        name: value for name, value in wanted.items() if value and name not in address.parameters
    }
    rules = {**_rules(environ), "slow_s": slow_s, "is_pooled": is_pooled}
    return {**ours, "cozmic_rules": rules}


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
