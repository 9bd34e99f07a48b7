"""Migrations go up, down and up, match the models, and keep children when a parent is rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_app
from tests.factories import enrol, make_classroom, make_user
from tests.services.postgres import PostgresServer

FOLDER = str(MIGRATIONS)
WIDENING = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade():
    with op.batch_alter_table("classrooms") as batch:
        batch.alter_column("name", type_=sa.String(400), existing_type=sa.String(120), existing_nullable=False)


def downgrade():
    raise NotImplementedError
"""
ORPHANING = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade():
    op.execute("DELETE FROM classrooms")


def downgrade():
    raise NotImplementedError
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own, without tables."""
    server: PostgresServer | None = None
    url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.new_database()
    app = make_app(url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        server.drop_database(url)


def table_names() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_migrations_go_up_down_and_up(fresh_app: Flask) -> None:
    upgrade(FOLDER)
    assert "submissions" in table_names()
    downgrade(FOLDER, revision="base")
    assert table_names() <= {"alembic_version"}
    upgrade(FOLDER)
    assert db.session.execute(text("SELECT count(*) FROM school")).scalar_one() == 1
    db.session.rollback()


def test_migrations_make_what_the_models_say(fresh_app: Flask) -> None:
    upgrade(FOLDER)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_foreign_key_is_served_by_an_index(fresh_app: Flask) -> None:
    """Without one, deleting or joining from the parent reads the whole child table."""
    for table in db.metadata.sorted_tables:
        served = {next(iter(index.columns)).name for index in table.indexes}
        served |= {
            next(iter(constraint.columns)).name
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
            and constraint.columns
        }
        unserved = {key.parent.name for key in table.foreign_keys} - served
        assert not unserved, f"{table.name}: {unserved}"


def test_rebuilding_a_parent_keeps_every_child(fresh_app: Flask, tmp_path: Path) -> None:
    """On SQLite a column change drops and recreates the table: with foreign keys on, its children go too."""
    upgrade(FOLDER)
    teacher_id = make_user(username="ada")
    classroom_id = make_classroom(teacher_id)
    enrol(classroom_id, make_user(username="ben"))
    db.session.remove()
    run_migration(tmp_path / "versions", WIDENING)
    columns = {
        column["name"]: column["type"] for column in inspect(db.engine).get_columns("classrooms")
    }
    assert columns["name"].length == 400  # type: ignore[attr-defined]  # a VARCHAR
    counts = {
        name: db.session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
        for name in ("classrooms", "enrolments", "users")
    }
    assert counts == {"classrooms": 1, "enrolments": 1, "users": 2}
    assert db.session.execute(text("SELECT name FROM classrooms")).scalar_one() == "Class"


def test_a_migration_that_leaves_orphans_is_undone(fresh_app: Flask, tmp_path: Path) -> None:
    upgrade(FOLDER)
    classroom_id = make_classroom(make_user(username="ada"))
    enrol(classroom_id, make_user(username="ben"))
    db.session.remove()
    with pytest.raises(
        (RuntimeError, IntegrityError)
    ):  # PostgreSQL never lets go of its foreign keys
        run_migration(tmp_path / "versions", ORPHANING)
    assert db.session.execute(text("SELECT count(*) FROM classrooms")).scalar_one() == 1
    version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert version != "9999"


def test_foreign_keys_hold_again_after_migrating(fresh_app: Flask) -> None:
    upgrade(FOLDER)
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO person_revisions (user_id, value) VALUES (987654, 1)"))


def run_migration(versions: Path, text: str) -> None:
    """Run one more migration, through migrations/env.py as any other."""
    config = Config()
    config.set_main_option("script_location", FOLDER)
    config.set_main_option("version_locations", f"{FOLDER}/versions:{versions}")
    config.set_main_option("path_separator", ":")
    head = ScriptDirectory(FOLDER).get_current_head()
    versions.mkdir()
    (versions / "9999_more.py").write_text(text.format(head=head))
    command.upgrade(config, "head")
