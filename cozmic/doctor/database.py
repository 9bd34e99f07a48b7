"""The database: which, how far migrated, how quick to commit, and whether the connections suffice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import UniqueConstraint, func, inspect, select, text

from cozmic.access.clock import database_now
from cozmic.extensions import db
from cozmic.models import User
from cozmic.reads.readiness import get_readiness
from cozmic.rules.deployment import (
    Finding,
    doubtful,
    failed,
    judge_clock,
    judge_commit,
    judge_connections,
    judge_kind,
    passed,
)

TIMEOUTS = """
SELECT name, setting FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name
"""
COMMITS, COMMITS_WITHIN_S = 20, 1.0
INVALID = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)
"""
LIMITS = """
SELECT current_setting('max_connections')::int AS most,
  current_setting('superuser_reserved_connections')::int
  + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
  (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
  (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database
"""


def is_sqlite() -> bool:
    """Whether the database is a file."""
    return db.engine.dialect.name == "sqlite"


def look_at_kind(_app: Flask) -> Finding:
    """SQLite for few, PostgreSQL for a school."""
    people = db.session.execute(select(func.count()).select_from(User)).scalar_one()
    return judge_kind(is_sqlite=is_sqlite(), people=people)


def look_at_migrations(_app: Flask) -> Finding:
    """Whether the database is where this release expects it."""
    readiness = get_readiness()
    if readiness.is_ready:
        return passed(readiness.migrations)
    return failed(readiness.migrations.partition(":")[0], "flask db upgrade (back up first)")


def look_at_indices(_app: Flask) -> Finding:
    """Whether every index of the models is there, and whole."""
    wanted, there, inspector = set[str](), set[str](), inspect(db.engine)
    for table in db.metadata.sorted_tables:
        found = [*inspector.get_indexes(table.name), *inspector.get_unique_constraints(table.name)]
        there |= {str(one["name"]) for one in found}
        wanted |= {str(one.name) for one in table.indexes}
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        wanted |= {_name_of(one) for one in unique}
    missing = sorted(wanted - there)
    broken = [] if is_sqlite() else sorted(db.session.execute(text(INVALID)).scalars())
    if missing:
        return failed(
            f"{len(missing)} of {len(wanted)} are missing: {', '.join(missing[:4])}",
            "flask db upgrade; if they were dropped by hand, make them again as docs/reference/indices.md has them",
        )
    if broken:
        return failed(
            f"not whole: {', '.join(broken[:4])}",
            "REINDEX INDEX CONCURRENTLY each, or the next flask db upgrade removes it",
        )
    return passed(f"all {len(wanted)} are there")


def _name_of(constraint: UniqueConstraint) -> str:
    """Return its name as the database has it: by the naming convention, and cut where it is too long."""
    return str(db.engine.dialect.identifier_preparer.format_constraint(constraint))


def look_at_connections(app: Flask) -> Finding:
    """Whether the pools of all workers fit into what the server allows."""
    if is_sqlite():
        return passed("a file has no limit")
    row = db.session.execute(text(LIMITS)).one()
    options = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    limits = [row.most - row.reserved, *(one for one in (row.of_role, row.of_database) if one >= 0)]
    return judge_connections(
        workers=app.config["WEB_CONCURRENCY"],
        threads=app.config["WEB_THREADS"],
        pool=options["pool_size"] + options["max_overflow"],
        allowed=min(limits),
        most=row.most,
        reserved=row.reserved,
    )


def look_at_timeouts(_app: Flask) -> Finding:
    """Whether PostgreSQL itself ends what takes too long; behind a pooler the role has to say so."""
    if is_sqlite():
        return passed("SQLite has none")
    rows = db.session.execute(text(TIMEOUTS)).all()
    missing = [row.name for row in rows if row.setting == "0"]
    if not missing:
        return passed(", ".join(f"{row.name} {row.setting} ms" for row in rows))
    return doubtful(
        f"no {', no '.join(missing)}",
        "ALTER ROLE … SET each, as docs/how-to/run-on-postgresql-and-redis.md has them for PgBouncer",
    )


def look_at_commit(_app: Flask) -> Finding:
    """How long a COMMIT takes, without writing to the school."""
    commit = _commit_in_a_file_beside() if is_sqlite() else _commit_in_the_log_alone()
    return judge_commit(commit)


def _commit_in_the_log_alone() -> float:
    """The time of a COMMIT on PostgreSQL: each one writes a message into the write-ahead log and no row anywhere.

    A transaction that only took a number would not wait for the disk, and a temporary table's does not either; one
    with such a message does, as a hand-in's.
    """
    with db.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        return _measure(
            lambda: connection.execute(
                text("SELECT pg_logical_emit_message(true, 'cozmic.doctor', '')")
            ).all()
        )


def _commit_in_a_file_beside() -> float:
    """The time of a COMMIT to an SQLite file of its own, beside the school's on the same disk, set as that is."""
    folder = Path(db.engine.url.database or "").parent
    with TemporaryDirectory(prefix=".doctor-", dir=folder) as scratch:
        connection = sqlite3.connect(Path(scratch) / "commits.sqlite3", isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE hand_ins (number INTEGER)")
            return _measure(lambda: connection.execute("INSERT INTO hand_ins VALUES (1)"))
        finally:
            connection.close()


def _measure(commit: Callable[[], object]) -> float:
    """Return the median of some, in milliseconds."""
    commit()
    times, until = list[float](), time.monotonic() + COMMITS_WITHIN_S
    while len(times) < COMMITS and (not times or time.monotonic() < until):
        began = time.perf_counter()
        commit()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def look_at_clock(_app: Flask) -> Finding:
    """How far the application's clock is from the database's."""
    before = datetime.now(UTC)  # the clock that is looked at
    there = db.session.execute(select(database_now())).scalar_one()
    after = datetime.now(UTC)  # and once more: the answer was given somewhere between
    return judge_clock((there - (before + (after - before) / 2)).total_seconds())
