"""flask restore: the same school on either database, or a reason and nothing changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from cozmic.backup import making
from cozmic.backup.shapes import list_tables_at
from cozmic.copying import school_copy
from cozmic.copying.errors import CopyError
from cozmic.copying.marker import NAME
from cozmic.copying.opening import get_head
from cozmic.copying.school_copy import SchoolCopy
from cozmic.copying.tables import CopiedTable
from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_app
from tests.backup.running import altered, back_up, flipped, run
from tests.client import signed_in
from tests.copying.conftest import NewDatabase
from tests.copying.school import inside, read_school, write_to

KINDS = ["sqlite", "postgresql"]
WAYS = [(one, other) for one in KINDS for other in KINDS]
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(school_copy, "BATCH_ROWS", 5)


def without_notes(rows: Rows) -> Rows:
    """A school but for what backups and restores write down about themselves."""
    verbs = {"back_up_school", "restore_school"}
    events = [row for row in rows["audit_events"] if not verbs & {str(field) for field in row}]
    return {**rows, "audit_events": events}


def ask(url: str, folder: Path, sql: str) -> str:
    with inside(url, folder), db.engine.connect() as connection:
        return str(connection.execute(text(sql)).scalar_one())


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_a_school_comes_back_whole_on_either_database(
    one: str, other: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school(one), new_database(other)
    before = read_school(source, tmp_path)
    revision = ask(source, tmp_path, "SELECT value FROM school_revision")
    result = run(tmp_path, target, "restore", back_up(tmp_path, source))
    assert result.exit_code == 0, result.output
    assert without_notes(read_school(target, tmp_path)) == before
    assert ask(target, tmp_path, "SELECT value FROM school_revision") != revision
    write_to(target, tmp_path)  # ids count on, foreign keys are back
    with inside(target, tmp_path):
        upgrade(str(MIGRATIONS))
    assert run(tmp_path, target, "db", "check").exit_code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_in_use_is_refused_and_left_as_it_is(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    backup, url = back_up(tmp_path, new_school("sqlite")), new_school(kind)
    write_to(url, tmp_path, username="new.here")
    before = read_school(url, tmp_path)
    for arguments, said in [((), None), (("--replace",), "yes\n"), (("--replace",), "\n")]:
        result = run(tmp_path, url, "restore", backup, *arguments, say=said)
        assert result.exit_code == 1, result.output
        assert "nothing was changed" in result.output.lower()
    assert read_school(url, tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["typed", "yes"])
def test_replacing_keeps_what_was_there_in_a_backup(
    kind: str, how: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    old = new_school("sqlite")
    backup, url = back_up(tmp_path, old, tmp_path / "old.zip"), new_school(kind)
    write_to(url, tmp_path, username="new.here")
    there = read_school(url, tmp_path)
    arguments, said = (("--yes",), None) if how == "yes" else ((), "replace\n")
    result = run(tmp_path, url, "restore", backup, "--replace", *arguments, say=said)
    assert result.exit_code == 0, result.output
    assert without_notes(read_school(url, tmp_path)) == without_notes(read_school(old, tmp_path))
    (kept,) = (tmp_path / "backups").iterdir()
    again = new_database("sqlite")
    assert run(tmp_path, again, "restore", kept).exit_code == 0
    assert without_notes(read_school(again, tmp_path)) == without_notes(there)


def test_a_new_database_with_the_bank_alone_counts_as_empty(
    new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("sqlite")
    with inside(target, tmp_path):
        upgrade(str(MIGRATIONS))
    assert run(tmp_path, target, "seed", "bank").exit_code == 0
    assert run(tmp_path, target, "restore", back_up(tmp_path, source)).exit_code == 0
    assert without_notes(read_school(target, tmp_path)) == without_notes(
        read_school(source, tmp_path)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_something_else_are_never_touched(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    backup, url = back_up(tmp_path, new_school("sqlite")), new_school(kind)
    with inside(url, tmp_path), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE library_books (id INTEGER)")
    result = run(tmp_path, url, "restore", backup, "--replace", "--yes")
    assert result.exit_code == 1
    assert "library_books" in result.output
    assert ask(url, tmp_path, "SELECT count(*) FROM library_books") == "0"
    assert int(ask(url, tmp_path, "SELECT count(*) FROM users")) > 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_changes_nothing(kind: str, new_school: NewDatabase, tmp_path: Path) -> None:
    backup, url = back_up(tmp_path, new_school("sqlite")), new_school(kind)
    before = read_school(url, tmp_path)
    result = run(tmp_path, url, "restore", flipped(backup, 0.5), "--replace", "--yes")
    assert result.exit_code == 1
    assert read_school(url, tmp_path) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"migration": "9999"}, "newer one"),
        ({"format": 99}, "newer release"),
        ({"tables": []}, "does not have the tables"),
    ],
)
def test_a_backup_that_this_release_does_not_know_is_refused(
    changes: dict[str, object], words: str, new_school: NewDatabase, new_database: NewDatabase,
    tmp_path: Path,
) -> None:  # fmt: skip
    backup = altered(back_up(tmp_path, new_school("sqlite")), **changes)
    target = new_database("sqlite")
    result = run(tmp_path, target, "restore", backup)
    assert (result.exit_code, words in result.output) == (1, True), result.output
    assert not Path(target.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_backup_of_an_older_release_is_brought_up(
    one: str, other: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school(one), new_database(other)
    with inside(source, tmp_path):
        downgrade(str(MIGRATIONS), revision="0002")
    backup = back_up(tmp_path, source)
    result = run(tmp_path, target, "restore", backup)
    assert result.exit_code == 0, result.output
    assert ask(target, tmp_path, "SELECT version_num FROM alembic_version") == get_head()
    with inside(source, tmp_path):
        upgrade(str(MIGRATIONS))
    assert without_notes(read_school(target, tmp_path)) == without_notes(
        read_school(source, tmp_path)
    )


def test_columns_in_another_order_than_this_releases_are_taken_as_they_stand(
    new_school: NewDatabase,
    new_database: NewDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def backwards(migration: str) -> list[CopiedTable]:
        return [
            replace(
                one, columns=one.columns[::-1], kinds=one.kinds[::-1],
                key=tuple(len(one.columns) - 1 - place for place in one.key),
            )
            for one in list_tables_at(migration)
        ]  # fmt: skip

    source, target = new_school("sqlite"), new_database("postgresql")
    with monkeypatch.context() as patch:
        patch.setattr(making, "list_tables_at", backwards)
        backup = back_up(tmp_path, source)
    assert run(tmp_path, target, "restore", backup).exit_code == 0
    assert without_notes(read_school(target, tmp_path)) == without_notes(
        read_school(source, tmp_path)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_was_stopped_is_recognised_and_goes_on(
    kind: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    backup = back_up(tmp_path, source, tmp_path / "a.zip")
    stop(tmp_path, target, backup)
    refused = run(tmp_path, target, "backup")
    assert "unfinished" in refused.output
    write_to(source, tmp_path)
    another = back_up(tmp_path, source, tmp_path / "b.zip")
    result = run(tmp_path, target, "restore", another)
    assert (result.exit_code, "is in use" in result.output) == (1, True), result.output
    result = run(tmp_path, target, "restore", backup)
    assert result.exit_code == 0, result.output
    stopped = new_database(kind)
    stop(tmp_path, stopped, backup)
    result = run(tmp_path, stopped, "restore", another, "--replace", "--yes")
    assert result.exit_code == 0, result.output
    assert without_notes(read_school(stopped, tmp_path)) == without_notes(
        read_school(source, tmp_path)
    )


def stop(folder: Path, target: str, backup: Path) -> None:
    """Restore, and stop before the end."""
    with pytest.MonkeyPatch.context() as patch:

        def give_up(_self: object) -> None:
            raise CopyError("The lights went out.")

        patch.setattr(SchoolCopy, "finish", give_up)
        result = run(folder, target, "restore", backup)
    assert "The lights went out." in result.output


def test_rows_that_went_wrong_on_the_way_are_mended_when_it_goes_on(
    new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    backup = back_up(tmp_path, source)
    stop(tmp_path, target, backup)
    with inside(target, tmp_path), db.engine.begin() as connection:
        for table in ("users", "audit_events", "failure_counts"):
            connection.exec_driver_sql(f"UPDATE {table} SET {CHANGED[table]}")  # noqa: S608
    assert run(tmp_path, target, "restore", backup).exit_code == 0
    assert without_notes(read_school(target, tmp_path)) == without_notes(
        read_school(source, tmp_path)
    )


CHANGED = {
    "users": "given_name = 'X' WHERE username = 'ben'",
    "audit_events": "detail = 'X' WHERE mod(id, 7) = 3",
    "failure_counts": "failures = 9 WHERE kind = 'é'",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_drill_restores_compares_and_changes_nothing(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school(kind)
    backup = back_up(tmp_path, url)
    before = read_school(url, tmp_path)
    names = ask(url, tmp_path, NAMES[kind])
    result = run(tmp_path, url, "restore", "--drill", backup)
    assert result.exit_code == 0, result.output
    assert "The drill went well" in result.output
    assert read_school(url, tmp_path) == before
    assert ask(url, tmp_path, NAMES[kind]) == names


NAMES = {
    "sqlite": "SELECT group_concat(name) FROM sqlite_master",
    "postgresql": "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace "
    "WHERE nspname NOT LIKE 'pg_%'",
}


def test_a_drill_that_was_killed_is_cleared_away_by_the_next(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school("postgresql")
    backup = back_up(tmp_path, url)
    with inside(url, tmp_path), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA cozmic_drill")
        connection.exec_driver_sql(f"CREATE TABLE cozmic_drill.{NAME} (id INTEGER)")
    assert run(tmp_path, url, "restore", "--drill", backup).exit_code == 0
    assert "cozmic_drill" not in ask(url, tmp_path, NAMES["postgresql"])


def test_a_drill_of_a_backup_that_does_not_restore_says_so(
    new_school: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_school("sqlite")
    backup = back_up(tmp_path, url)
    monkeypatch.setattr(school_copy, "sum_up", lambda *_about: (0, ""))
    result = run(tmp_path, url, "restore", "--drill", backup)
    assert (result.exit_code, "not equal" in result.output) == (1, True), result.output


@pytest.mark.parametrize("kind", KINDS)
def test_pages_kept_from_before_are_not_shown_and_whoever_was_signed_in_still_is(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school(kind)
    app = make_app(url, tmp_path)
    with app.app_context():
        ben = int(ask(url, tmp_path, "SELECT id FROM users WHERE username = 'ben'"))
        browser = signed_in(app, ben)
        backup = back_up(tmp_path, url)
        with db.engine.begin() as connection:  # past the revisions, as a restore is
            connection.exec_driver_sql("UPDATE announcements SET body = 'Written after it'")
        assert "Written after it" in browser.get("/student/").text
        result = run(tmp_path, url, "restore", backup, "--replace", "--yes")
        assert result.exit_code == 0, result.output
        page = browser.get("/student/")
        assert page.status_code == 200
        assert "Written after it" not in page.text
        db.engine.dispose()
    assert shutil.which("true")
