"""flask db-copy: a school carried to another database is the same school, and the first one is untouched."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text

from cozmic.copying import school_copy
from cozmic.copying.marker import NAME
from cozmic.extensions import db
from cozmic.models import SchoolRevision
from tests.client import signed_in
from tests.copying.conftest import NewDatabase
from tests.copying.school import checksums_in, inside, read_school, run_copy, write_to
from tests.factories import make_user

WAYS = [(one, other) for one in ("sqlite", "postgresql") for other in ("sqlite", "postgresql")]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(school_copy, "BATCH_ROWS", 7)


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_every_value_arrives_as_it_was_in_a_school_of_its_own(
    one: str, other: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school(one), new_database(other)
    before, revision = read_school(source, tmp_path), read_revision(source, tmp_path)
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert "DIFFERENT" not in result.output
    assert read_school(target, tmp_path) == before == read_school(source, tmp_path)
    assert all(before[name] for name in ("users", "responses", "classroom_revisions"))
    assert read_revision(source, tmp_path) == revision != read_revision(target, tmp_path)
    with inside(target, tmp_path):
        assert make_user() == max(row[0] for row in before["users"]) + 1
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert (
                compare_metadata(context, db.metadata) == []
            )  # its foreign keys too, and no marker


def read_revision(url: str, folder: Path) -> int:
    with inside(url, folder):
        return db.session.query(SchoolRevision).one().value


def test_there_and_back_gives_the_same_checksums(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target, back = new_school("sqlite"), new_database("postgresql"), new_database("sqlite")
    there = run_copy(tmp_path, source, target)
    again = run_copy(tmp_path, target, back)
    assert (there.exit_code, again.exit_code) == (0, 0), there.output + again.output
    assert checksums_in(there.output) == checksums_in(again.output)
    assert set(checksums_in(there.output)) == set(db.metadata.tables) - {"school_revision"}


def test_the_platform_works_there_and_without_its_variable_is_back_on_the_file(
    new_database: NewDatabase, school_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "cozmic.sqlite3"
    shutil.copy(school_file, file)
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    target = new_database("postgresql")
    assert run_copy(tmp_path, "", target).exit_code == 0
    for address in (target, ""):  # moved, and with DATABASE_URL unset again
        with inside(address, tmp_path) as app:
            assert db.engine.dialect.name == ("postgresql" if address else "sqlite")
            if not address:
                assert hashlib.sha256(file.read_bytes()).hexdigest() == before
            ada = db.session.execute(
                text("SELECT id FROM users WHERE username = 'ada'")
            ).scalar_one()
            db.session.rollback()
            page = signed_in(app, ada).get("/teacher/", follow_redirects=True)
            assert page.status_code == 200
            assert "Ada" in page.text


def test_a_source_in_use_is_not_written_to(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source = new_school("sqlite")
    path = Path(make_url(source).database or "")
    path.chmod(0o444)
    before = path.read_bytes()
    assert run_copy(tmp_path, source, new_database("sqlite")).exit_code == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("form", ["postgres://", "postgresql://", "postgresql+psycopg2://"])
def test_addresses_are_taken_in_every_form(
    form: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    address = form + target.partition("://")[2] + "?sslmode=prefer&application_name=move"
    result = run_copy(tmp_path, source, address)
    assert result.exit_code == 0, result.output
    password = make_url(target).password
    assert password
    assert password not in result.output


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_written_meanwhile_is_told_and_brought_over_by_the_next_run(
    kind: str,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, target = new_school(kind), new_database("postgresql")
    copy = school_copy.SchoolCopy.copy

    def copy_while_somebody_works(self: school_copy.SchoolCopy) -> list[school_copy.TableReport]:
        write_to(source, tmp_path)
        return copy(self)

    monkeypatch.setattr(school_copy.SchoolCopy, "copy", copy_while_somebody_works)
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 1
    assert "people wrote to SOURCE while it was copied (users" in result.output
    assert "now holds the school" not in result.output
    monkeypatch.undo()
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert read_school(target, tmp_path) == read_school(source, tmp_path)


def test_the_school_as_it_was_can_be_asked_for(
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    before = read_school(source, tmp_path)
    copy = school_copy.SchoolCopy.copy

    def copy_while_somebody_works(self: school_copy.SchoolCopy) -> list[school_copy.TableReport]:
        write_to(source, tmp_path)
        return copy(self)

    monkeypatch.setattr(school_copy.SchoolCopy, "copy", copy_while_somebody_works)
    result = run_copy(tmp_path, source, target, "--as-it-was")
    assert result.exit_code == 0, result.output
    assert "Left out" in result.output
    assert read_school(target, tmp_path) == before
    with inside(target, tmp_path), db.engine.connect() as connection:
        assert not db.inspect(connection).has_table(NAME)
