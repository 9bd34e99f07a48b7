"""How migrations run: one transaction each, and on SQLite with foreign keys off around it.

Batch mode on SQLite drops and recreates a table; with foreign keys on, that deletes its children by CASCADE and
reports success. So they are off before BEGIN, checked before COMMIT, and on again after it.
"""

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Connection

from cozmic.extensions import BEGIN, db
from cozmic.models.types import Points, UtcDateTime


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


def migrate(connection: Connection) -> None:
    """Run what is asked for on this connection."""
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=is_sqlite,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=refuse_orphans if is_sqlite else (),
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


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; there is no offline mode.")
with db.engine.connect() as plain:
    migrate(plain.execution_options(**{BEGIN: "write"}))
