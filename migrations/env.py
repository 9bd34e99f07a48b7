"""How migrations run: one at a time, each in a transaction of its own, without holding up a school that is open.

On PostgreSQL a change waits half a second for its lock at most, since whoever comes after it in the queue waits as
well; then it steps back, lets them through and tries again. On SQLite, batch mode drops and recreates a table; with
foreign keys on, that deletes its children by CASCADE and reports success. So they are off before BEGIN, checked before
COMMIT, and on again after it.
"""

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import JSON, Connection, event
from sqlalchemy.exc import DBAPIError, OperationalError

from cozmic.connections import RULES
from cozmic.copying.opening import SAYS_NOTHING
from cozmic.extensions import BEGIN, db
from cozmic.models.types import Points, UtcDateTime
from cozmic.web.database_words import words_for

LOCK_TIMEOUT_MS = 500
# Building beside the traffic waits for old transactions and holds up nobody meanwhile; begun anew it costs a full read.
CONCURRENTLY_LOCK_TIMEOUT_MS = 60_000
RETRY_FOR_S, LONGEST_PAUSE_S = 60, 2
UPGRADE_LOCK = 0x636F7A6D6963  # "cozmic": the advisory lock of whoever upgrades
OTHER_UPGRADE_MAY_TAKE_S = 600
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Name our column types as plain ones: a migration must not change when they do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Points):
        return "sa.Integer()"
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def refuse_orphans(*, ctx: MigrationContext, **_about: object) -> None:
    """Raise inside a migration's own transaction, so that one which leaves orphans is undone."""
    connection = ctx.connection
    if connection is not None and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration left rows whose parents are gone; it was undone")


class Alone:
    """Statements outside transactions, on the connection that migrates: what they set holds until it is closed."""

    def __init__(self, connection: Connection) -> None:
        self._driver = connection.connection.dbapi_connection

    def ask(self, statement: str) -> list[tuple]:
        """Run a statement and return its rows."""
        self._driver.autocommit = True
        try:
            with self._driver.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            if not self._driver.closed:
                self._driver.autocommit = False


@contextmanager
def being_the_only_one(connection: Connection) -> Iterator[None]:
    """Let two deploys that upgrade at once follow each other. The lock goes with the connection, or the process."""
    if connection.dialect.name == "sqlite":
        # The folder: a file for the lock alone would stay behind, and to open and close the database's own would end
        # the locks that SQLite holds on it.
        folder = os.open(Path(connection.engine.url.database or "").resolve().parent, os.O_RDONLY)
        try:
            wait_until(lambda: try_lock(folder))
            yield
        finally:
            os.close(folder)
        return
    alone = Alone(connection)
    # Asked again and again, not waited for: a statement that waits would hold up what is built CONCURRENTLY.
    wait_until(lambda: alone.ask(f"SELECT pg_try_advisory_lock({UPGRADE_LOCK})")[0][0])
    yield


def try_lock(folder: int) -> bool:
    """Whether the folder could be locked."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_until(is_free: Callable[[], bool]) -> None:
    """Ask until it is so; end the program when another upgrade takes longer than any should."""
    give_up_at, is_told = time.monotonic() + OTHER_UPGRADE_MAY_TAKE_S, False
    while not is_free():
        if time.monotonic() > give_up_at:
            raise SystemExit(
                "cozmic: another upgrade has been running for ten minutes; see to it first."
            )
        if not is_told:
            say("another upgrade of this database is running; waiting for it")
            is_told = True
        time.sleep(0.2)


def say(message: str) -> None:
    """Tell whoever deploys."""
    sys.stderr.write(f"cozmic: {message}\n")
    sys.stderr.flush()


def lift_limits(connection: Connection) -> None:
    """Lift what bounds a web request, and step back from locks instead of queueing before everybody else."""
    Alone(connection).ask(
        f"SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = {LOCK_TIMEOUT_MS}"
    )


def be_patient_concurrently(connection: Connection) -> None:
    """Let statements that hold up nobody wait longer for their locks."""

    def set_timeout(timeout_ms: int) -> Callable[..., None]:
        def listener(_connection: Connection, cursor: Any, statement: str, *_about: object) -> None:
            if " CONCURRENTLY " in statement.upper():
                cursor.execute(f"SET lock_timeout = {timeout_ms}")

        return listener

    event.listen(connection, "before_cursor_execute", set_timeout(CONCURRENTLY_LOCK_TIMEOUT_MS))
    event.listen(connection, "after_cursor_execute", set_timeout(LOCK_TIMEOUT_MS))


HALF_BUILT = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname = current_schema() AND c.relkind = 'i'
AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
"""


def drop_half_built(connection: Connection) -> None:
    """Remove the indices that a failed CREATE INDEX CONCURRENTLY left behind: they cost writes and serve nobody.

    With IF NOT EXISTS they would also pass for the index that is wanted.
    """
    alone = Alone(connection)
    for (name,) in alone.ask(HALF_BUILT):
        say(f"removing the half-built index {name}")
        alone.ask(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def is_about_locks(error: DBAPIError) -> bool:
    """Whether trying again may help."""
    code = getattr(error.orig, "pgcode", None)
    return code in {LOCK_NOT_AVAILABLE, DEADLOCK} or "database is locked" in str(error.orig)


def migrate(connection: Connection) -> None:
    """Run what is asked for, trying each migration anew for up to a minute while others hold its locks."""
    retry_for_s = context.config.attributes.get("retry_for_s", RETRY_FOR_S)
    is_postgresql = connection.dialect.name == "postgresql"
    began_at = find_version(connection)
    refuse_newer(connection, began_at)
    seen: list[str | None] = [None]
    give_up_at, pause_s = time.monotonic() + retry_for_s, 0.1
    while True:
        before = seen[-1]
        try:
            if is_postgresql:
                lift_limits(connection)
                drop_half_built(connection)
            run(connection, seen)
            tell(connection, began_at, seen[1:])
            return
        except DBAPIError as error:
            connection.rollback()
            if not is_about_locks(error):
                raise
            if seen[-1] != before:  # it got on: the next migration has a minute of its own
                give_up_at, pause_s = time.monotonic() + retry_for_s, 0.1
            if time.monotonic() > give_up_at:
                raise SystemExit(unwilling(seen[-1], error)) from error
            say(f"a table is in use; trying again in {pause_s:.1f} s")
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def find_version(connection: Connection) -> str | None:
    """Return the migration at which the database stands; None: it is new."""
    try:
        return MigrationContext.configure(connection).get_current_revision()
    finally:
        connection.rollback()


def refuse_newer(connection: Connection, version: str | None) -> None:
    """End the program where a newer release has upgraded the database; alembic would say that it finds no revision."""
    known = {
        script.revision for script in ScriptDirectory.from_config(context.config).walk_revisions()
    }
    if version is not None and version not in known:
        where = connection.engine.url.render_as_string(hide_password=True)
        raise SystemExit(
            f"cozmic: {where} is at {version}, which this release does not know: a newer one has upgraded it. "
            "This release works on it as it is."
        )


def tell(connection: Connection, began_at: str | None, seen: list[str]) -> None:
    """Say which database was changed: the settings may name another one than whoever deploys has in mind."""
    if not seen or current_app.config.get(SAYS_NOTHING):
        return
    where = connection.engine.url.render_as_string(hide_password=True)
    if began_at is None:
        say(f"{where} was new and empty; its tables are made, at {seen[-1]}")
    else:
        say(f"{where} was brought from {began_at} to {seen[-1]}")


def unwilling(revision: str | None, error: DBAPIError) -> str:
    """What to tell when a minute was not enough."""
    where = f"the step after {revision}" if revision else "the first step"
    return (
        f"cozmic: {where} got no lock on its table in all this time; it was undone, and what came before it stays. "
        "Something holds a transaction open: look for the oldest xact_start in pg_stat_activity, end it, and run the "
        f"same command again. The database said: {str(error.orig).strip().splitlines()[0]}"
    )


def run(connection: Connection, seen: list[str | None]) -> None:
    """Run the migrations that are due, noting where each leads."""
    is_sqlite = connection.dialect.name == "sqlite"

    def note(*, step: object, **_about: object) -> None:
        seen.append(", ".join(step.destination_revision_ids) or "base")

    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=is_sqlite,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=(note, refuse_orphans) if is_sqlite else (note,),
    )
    driver = connection.connection.dbapi_connection
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()  # what alembic left begun: inside a transaction the PRAGMA does nothing
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys = ON")


def connect() -> Connection:
    """Connect, or end the program with one line that names the cure."""
    try:
        return db.engine.connect()
    except OperationalError as error:
        raise SystemExit(f"cozmic: {words_for(error).log}") from None


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; there is no offline mode.")
if current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"].get(RULES, {}).get("is_pooled"):
    raise SystemExit(
        "cozmic: migrations set limits and locks of their own, which PgBouncer would give to others: run them with "
        "DB_PGBOUNCER=0 and the DATABASE_URL of PostgreSQL itself."
    )
with connect() as plain, being_the_only_one(plain):
    try:
        if plain.dialect.name == "postgresql":
            lift_limits(plain)
            be_patient_concurrently(plain)
        migrate(plain.execution_options(**{BEGIN: "write"}))
    finally:
        plain.invalidate()  # what was set on it is for migrations alone: it is closed, not pooled
