"""flask db-copy refuses before it writes, in a line that says what to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from flask_migrate import downgrade
from sqlalchemy import make_url, text

from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_migrated_app
from tests.copying.conftest import NewDatabase
from tests.copying.school import inside, read_school, run_copy, write_to
from tests.copying.test_going_on import stop_before_finishing
from tests.factories import make_user

KINDS = ["sqlite", "postgresql"]


def refused(folder: Path, source: str, target: str) -> str:
    """Run the command, and return the one line with which it refuses."""
    result = run_copy(folder, source, target)
    assert result.exit_code == 1, result.output
    line = result.output.strip().splitlines()[-1]
    assert line.startswith("Error: ")
    return line


@pytest.mark.parametrize("kind", KINDS)
def test_one_database_is_not_copied_onto_itself(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school(kind)
    same = {url, url.replace("127.0.0.1", "localhost").replace("sqlite:///", "sqlite:////")}
    if kind == "sqlite":
        link = tmp_path / "link.sqlite3"
        os.link(make_url(url).database or "", link)
        same = {url, f"sqlite:///{link}"}
    for other in same:
        assert "are the same database" in refused(tmp_path, url, other)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:////nowhere/school.sqlite3", "there is no file"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file:school?mode=memory&uri=true", "in memory"),
        ("postgresql://cozmic:wrong@127.0.0.1:1/cozmic", "SOURCE cannot be reached"),
        ("mysql://host/name", "SOURCE cannot be used: 'mysql' is no database it knows"),
        ("postgresql://h/n?nonsense=1", "knows no parameter 'nonsense'"),
        ("nonsense", "SOURCE cannot be used: there is no postgresql:// in front"),
    ],
)
def test_an_address_with_nothing_behind_it_is_refused(
    address: str, words: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    line = refused(tmp_path, address, new_database("sqlite"))
    assert words in line
    assert "SOURCE" in line
    assert "wrong" not in line


def test_a_target_behind_pgbouncer_is_refused(new_school: NewDatabase, tmp_path: Path) -> None:
    line = refused(tmp_path, new_school("sqlite"), "postgresql://127.0.0.1:1/name?pgbouncer=true")
    assert "TARGET: it is behind PgBouncer" in line


def test_a_file_that_is_no_database_is_refused(new_database: NewDatabase, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough to look like one." * 40)
    line = refused(tmp_path, f"sqlite:///{tmp_path / 'notes.txt'}", new_database("sqlite"))
    assert "SOURCE cannot be reached: file is not a database" in line


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_without_a_school_is_refused(
    kind: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    source = new_database(kind)
    if kind == "sqlite":
        sqlite3.connect(make_url(source).database or "").close()
    assert "SOURCE has no school in it" in refused(tmp_path, source, new_database("sqlite"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_without_people_is_refused(
    kind: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    """Most likely the settings were not loaded, and it is a file that a command has just made."""
    source, target = new_database(kind), new_database("sqlite")
    make_migrated_app(source, tmp_path)
    line = refused(tmp_path, source, target)
    assert "has nobody in it" in line
    assert "settings" in line
    assert not Path(make_url(target).database or "").stat().st_size


def test_a_source_whose_folder_is_missing_makes_none(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    line = refused(tmp_path, f"sqlite:///{tmp_path}/nowhere/school.sqlite3", new_database("sqlite"))
    assert "there is no file" in line
    assert not (tmp_path / "nowhere").exists()


def test_another_releases_source_or_target_is_refused(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, old = new_school("sqlite"), new_database("sqlite")
    make_migrated_app(old, tmp_path)
    with inside(old, tmp_path), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "run flask db upgrade on it first" in refused(tmp_path, old, new_database("sqlite"))
    assert "TARGET is at migration 0000" in refused(tmp_path, source, old)


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_in_use_is_refused_and_left_as_it_is(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    make_migrated_app(target, tmp_path)
    write_to(target, tmp_path)
    before = read_school(target, tmp_path)
    assert "TARGET is in use: there are rows in person_revisions, users" in refused(
        tmp_path, source, target
    )
    assert read_school(target, tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_with_somebody_elses_tables_is_refused(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    with inside(target, tmp_path), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    assert "tables of something else (invoices)" in refused(tmp_path, source, target)


@pytest.mark.parametrize("kind", KINDS)
def test_a_migrated_target_without_rows_is_taken(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    make_migrated_app(target, tmp_path)
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert read_school(target, tmp_path) == read_school(source, tmp_path)


def test_the_unfinished_copy_of_another_school_is_refused(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, other = new_school("sqlite"), new_school("sqlite")
    target = new_database("sqlite")
    stop_before_finishing(tmp_path, source, target)
    assert "is the unfinished copy of sqlite:///" in refused(tmp_path, other, target)
    assert "SOURCE is itself an unfinished copy" in refused(
        tmp_path, target, new_database("sqlite")
    )


@pytest.mark.parametrize(
    ("family_name", "words"),
    [
        ("x" * 81, ", column family_name: value too long"),
        ("a\x00b", ": invalid byte sequence"),
    ],
)
def test_a_row_that_postgresql_refuses_is_named_and_not_quoted(
    family_name: str,
    words: str,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
) -> None:
    """SQLite holds no text to its length; a line says where to look, and nothing that somebody wrote."""
    source, target = new_school("sqlite"), new_database("postgresql")
    with inside(source, tmp_path):
        user_id = make_user(given_name="Secret", family_name=family_name)
    line = refused(tmp_path, source, target)
    assert f"TARGET refuses a row of users, id {user_id}{words}" in line
    assert "Secret" not in line
    with inside(source, tmp_path), db.engine.begin() as connection:
        connection.execute(text(f"UPDATE users SET family_name = 'Short' WHERE id = {user_id}"))  # noqa: S608
    assert run_copy(tmp_path, source, target).exit_code == 0


def test_json_that_cannot_be_read_is_named(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source = new_school("sqlite")
    with inside(source, tmp_path), db.engine.begin() as connection:
        connection.execute(text("UPDATE responses SET answer = '{' WHERE id = 1"))
    line = refused(tmp_path, source, new_database("sqlite"))
    assert "SOURCE, responses 1: what stands in answer cannot be read" in line


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_without_its_parent_is_told_and_the_copy_not_finished(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    with sqlite3.connect(make_url(source).database or "") as connection:
        connection.execute("UPDATE enrolments SET student_id = 987654")  # foreign keys are off here
    connection.close()
    assert "parent that is not there" in refused(tmp_path, source, target)
    with inside(target, tmp_path):
        assert db.inspect(db.engine).has_table("unfinished_copy")


def test_a_target_killed_in_its_migrations_begins_again(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    stop_before_finishing(tmp_path, source, target)
    with inside(target, tmp_path):
        downgrade(str(MIGRATIONS), revision="base")
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE unfinished_copy SET value = 'migrating' WHERE name = 'stage'"))  # fmt: skip
            connection.execute(text("DELETE FROM unfinished_copy WHERE name LIKE 'table %'"))
            connection.execute(text("CREATE TABLE users (half INTEGER)"))
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert read_school(target, tmp_path) == read_school(source, tmp_path)
