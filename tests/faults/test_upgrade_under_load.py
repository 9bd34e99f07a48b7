"""`flask db upgrade` while a school is open: nobody waits over a second, and two deploys at once do not collide."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from cozmic.config import ROOT
from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.enums import Role
from tests.apps import MIGRATIONS, make_migrated_app
from tests.client import signed_in
from tests.factories import make_cast
from tests.faults.figures import Record, tell
from tests.services.postgres import PostgresServer, administering

pytestmark = [pytest.mark.database, pytest.mark.slow]
FOLDER, PREVIOUS_RELEASE, LONGEST_S = str(MIGRATIONS), "0001", 1.0
STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade():
    {act}


def downgrade():
    {undo}
"""
ADD_COLUMN = 'op.add_column("classrooms", sa.Column("place", sa.String(40)))'
DROP_COLUMN = 'op.drop_column("classrooms", "place")'
BUILD_INDEX = """with op.get_context().autocommit_block():
        op.create_index("ix_scratch", "users", ["family_name"], postgresql_concurrently=True, if_not_exists=True)"""
DROP_INDEX = 'op.drop_index("ix_scratch", "users")'
Asked = list[tuple[str, Any]]


@contextmanager
def school_on(url: str, folder: Path) -> Iterator[Flask]:
    """The application at head, inside a context."""
    app = make_migrated_app(url, folder)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'school.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def postgres_school(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Flask]:
    """A school with its cast, on a PostgreSQL database of its own."""
    url = postgres_server.new_database()
    with school_on(url, tmp_path) as app:
        make_cast()
        db.session.remove()
        yield app
    postgres_server.drop_database(url)


def scratch_config(folder: Path, *steps: tuple[str, str], retry_for_s: float = 60) -> Config:
    """The project's migrations, and more after them."""
    versions = folder / "versions"
    versions.mkdir()
    before = ScriptDirectory(FOLDER).get_current_head()
    for number, (act, undo) in enumerate(steps, start=9001):
        step = STEP.format(revision=number, before=before, act=act, undo=undo)
        (versions / f"{number}.py").write_text(step)
        before = str(number)
    config = Config()
    config.set_main_option("script_location", FOLDER)
    config.set_main_option("version_locations", f"{FOLDER}/versions:{versions}")
    config.set_main_option("path_separator", ":")
    config.attributes["retry_for_s"] = retry_for_s
    return config


def what_screens_ask(app: Flask) -> Asked:
    """The SELECTs of the dashboards of a teacher and of a pupil, with their parameters."""
    asked: Asked = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object
    ) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    people = {
        role: db.session.query(User.id).filter_by(role=role).order_by(User.id).limit(1).scalar()
        for role in (Role.TEACHER, Role.STUDENT)
    }
    event.listen(db.engine, "before_cursor_execute", note)
    for user_id, path in ((people[Role.TEACHER], "/teacher/"), (people[Role.STUDENT], "/student/")):
        assert signed_in(app, user_id).get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    db.session.remove()
    return asked


def answerable(asked: Asked) -> Asked:
    """What the database can answer as it is now: the previous release's tables lack what came later."""
    kept = []
    for statement, parameters in asked:
        with db.engine.connect() as connection:
            try:
                connection.exec_driver_sql(statement, parameters)
            except DBAPIError:
                continue
        kept.append((statement, parameters))
    return kept


class Readers:
    """Threads that ask again and again, and remember how long the slowest answer took."""

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.slowest_s, self.reads_n = 0.0, 0
        self.failures: list[Exception] = []
        self._engine, self._asked = engine, asked
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(3)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        time.sleep(0.2)
        return self

    def __exit__(self, *_about: object) -> None:
        time.sleep(0.2)
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        try:
            while not self._ends.is_set():
                for statement, parameters in self._asked:
                    began = time.monotonic()
                    with self._engine.connect() as connection:
                        connection.exec_driver_sql(statement, parameters).fetchall()
                    self.slowest_s = max(self.slowest_s, time.monotonic() - began)
                    self.reads_n += 1
        except Exception as error:  # noqa: BLE001  told by the test
            self.failures.append(error)

    def check(self, record: Record, broken: str) -> None:
        """Nobody waited, nobody failed."""
        tell(
            record, broken, asked_n=self.reads_n, slowest_s=self.slowest_s, failed_n=len(self.failures)
        )  # fmt: skip
        assert self.failures == []
        assert self.reads_n > 20
        assert self.slowest_s < LONGEST_S


def test_readers_hardly_notice_an_upgrade_from_the_previous_release(
    url: str, tmp_path: Path, record_property: Record
) -> None:
    with school_on(url, tmp_path) as app:
        assert app.test_cli_runner().invoke(args=["seed", "demo"]).exit_code == 0
        asked = what_screens_ask(app)
        counts = {name: count(name) for name in ("users", "enrolments", "submissions", "responses")}
        downgrade(FOLDER, revision=PREVIOUS_RELEASE)
        asked = answerable(asked)
        assert len(asked) >= 4
        config = scratch_config(tmp_path, (ADD_COLUMN, DROP_COLUMN))
        with Readers(db.engine, asked) as readers:
            command.upgrade(config, "head")
            command.downgrade(config, "-1")
            command.upgrade(config, "head")
        kind = make_url(url).get_backend_name()
        readers.check(record_property, f"flask db upgrade and downgrade while people read ({kind})")
        assert {name: count(name) for name in counts} == counts


def test_one_long_reader_does_not_make_the_others_wait(
    postgres_school: Flask, tmp_path: Path, record_property: Record
) -> None:
    """An ALTER that waits behind it would stop everybody who comes after: it steps back and tries again."""
    config = scratch_config(tmp_path, (ADD_COLUMN, DROP_COLUMN))
    holds_for_s = 4

    def read_for_long(engine: Engine) -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM classrooms"))
            time.sleep(holds_for_s)

    long_reader = threading.Thread(target=read_for_long, args=(db.engine,))
    long_reader.start()
    began = time.monotonic()
    with Readers(db.engine, [("SELECT name FROM classrooms", ())]) as readers:
        command.upgrade(config, "head")
    took_s = time.monotonic() - began
    long_reader.join()
    readers.check(record_property, "flask db upgrade behind somebody who reads for 4 s")
    assert took_s > holds_for_s - 1, "the upgrade had to wait"
    assert "place" in {column["name"] for column in inspect(db.engine).get_columns("classrooms")}


def test_an_upgrade_that_gets_no_lock_gives_up_in_words_and_goes_on_later(
    postgres_school: Flask, tmp_path: Path
) -> None:
    first = 'op.add_column("users", sa.Column("place", sa.String(40)))'
    second = (ADD_COLUMN, DROP_COLUMN)
    config = scratch_config(tmp_path, (first, "pass"), second, retry_for_s=1)
    with db.engine.connect() as holder:
        holder.execute(text("SELECT count(*) FROM classrooms"))
        with pytest.raises(SystemExit, match=r"^cozmic: the step after 9001 .*pg_stat_activity"):
            command.upgrade(config, "head")
    command.upgrade(config, "head")
    assert "place" in {column["name"] for column in inspect(db.engine).get_columns("classrooms")}


def test_an_index_is_built_beside_the_traffic_and_a_half_built_one_is_made_anew(
    postgres_school: Flask, tmp_path: Path, record_property: Record
) -> None:
    config = scratch_config(tmp_path, (BUILD_INDEX, DROP_INDEX))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises(DBAPIError, match="could not create unique index"):
            connection.execute(
                text("CREATE UNIQUE INDEX CONCURRENTLY ix_scratch ON users (family_name)")
            )
        assert connection.execute(VALIDITY).all() == [(False, True)]
    with Readers(db.engine, [("SELECT family_name FROM users", ())]) as readers:
        command.upgrade(config, "head")
    readers.check(record_property, "an index built while people read")
    with db.engine.connect() as connection:
        assert connection.execute(VALIDITY).all() == [(True, False)]


VALIDITY = text(
    "SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = 'ix_scratch'::regclass"
)


def test_a_migration_may_take_longer_than_a_web_request(
    postgres_school: Flask, tmp_path: Path
) -> None:
    config = scratch_config(tmp_path, ('op.execute("SELECT pg_sleep(3)")', "pass"))
    command.upgrade(config, "head")
    with db.engine.connect() as connection:
        shown = connection.execute(text("SHOW statement_timeout")).scalar_one()
    assert shown == "2500ms", "requests keep theirs"


@contextmanager
def another_upgrade(url: str) -> Iterator[None]:
    """Hold what an upgrade holds."""
    if url.startswith("sqlite"):
        folder = os.open(Path(make_url(url).database or "").parent, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.close(folder)
        return
    with administering(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(x'636F7A6D6963'::bigint)"))
        yield


def deploy(url: str, folder: Path) -> subprocess.Popen[str]:
    """Start an upgrade as a deploy does."""
    environ = {
        **os.environ, "COZMIC_CONFIG": "testing", "DATABASE_URL": url, "COZMIC_INSTANCE": str(folder)
    }  # fmt: skip
    order = [sys.executable, "-m", "flask", "--app", "wsgi:app", "db", "upgrade"]
    return subprocess.Popen(order, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)


def test_two_deploys_at_once_follow_each_other(url: str, tmp_path: Path) -> None:
    with another_upgrade(url):
        deploys = [deploy(url, tmp_path) for _ in range(2)]
        for one in deploys:
            assert one.stderr is not None
            while "another upgrade" not in one.stderr.readline():
                assert one.poll() is None, "it did not wait"
    said = [one.communicate(timeout=120)[1] for one in deploys]
    assert [one.returncode for one in deploys] == [0, 0], said


def test_an_upgrade_from_nothing_and_again_changes_nothing(url: str, tmp_path: Path) -> None:
    with school_on(url, tmp_path):
        upgrade(FOLDER)
        assert count("school") == 1


def count(table: str) -> int:
    """How many rows a table has."""
    with db.engine.connect() as connection:
        number: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    return number
