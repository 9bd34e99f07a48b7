"""A copy that was stopped goes on, also where the source has moved on meanwhile, and nobody else touches it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from cozmic.copying import school_copy
from cozmic.copying.errors import CopyError
from cozmic.copying.marker import NAME, Mark, Marker
from cozmic.copying.opening import open_end
from cozmic.copying.sqlite_end import SqliteEnd
from cozmic.extensions import db
from tests.copying.conftest import NewDatabase
from tests.copying.school import inside, read_school, rename, run_copy, write_to

DIRECTIONS = [("sqlite", "postgresql"), ("postgresql", "sqlite")]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(school_copy, "BATCH_ROWS", 5)


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Notes which batches are written: table and how many rows."""
    put = school_copy.SchoolCopy._put
    noted: list[tuple[str, int]] = []

    def put_and_note(self: school_copy.SchoolCopy, table: object, lines: bytes, mark: Mark) -> None:
        noted.append((table.name, lines.count(b"\n")))  # type: ignore[attr-defined]
        put(self, table, lines, mark)  # type: ignore[arg-type]

    monkeypatch.setattr(school_copy.SchoolCopy, "_put", put_and_note)
    return noted


def stop_before_finishing(folder: Path, source: str, target: str) -> None:
    """Copy everything, and leave the copy unfinished."""
    with pytest.MonkeyPatch.context() as patch:

        def give_up(_self: school_copy.SchoolCopy) -> None:
            raise CopyError("The lights went out.")

        patch.setattr(school_copy.SchoolCopy, "finish", give_up)
        result = run_copy(folder, source, target)
    assert result.exit_code == 1
    assert "The lights went out." in result.output


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_only_batches_in_which_the_source_moved_on_are_replaced(
    one: str,
    other: str,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    puts: list[tuple[str, int]],
) -> None:
    source, target = new_school(one), new_database(other)
    stop_before_finishing(tmp_path, source, target)
    with inside(source, tmp_path):
        people = db.session.execute(text("SELECT id, username FROM users ORDER BY id")).all()
    (first, name), (last, other_name) = people[0], people[-1]
    rename(source, tmp_path, {first: other_name, last: name})
    with inside(source, tmp_path), db.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM audit_events WHERE id = (SELECT max(id) - 8 FROM audit_events)")
        )
    write_to(source, tmp_path)
    puts.clear()
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert read_school(target, tmp_path) == read_school(source, tmp_path)
    written = [
        (name, rows) for name, rows in puts if not name.endswith(("_revisions", "_revision"))
    ]
    assert [name for name, _ in written] == ["users", "users", "users", "audit_events"]
    assert written[-1] == ("audit_events", 5)  # the source's next five, where the target had six


def test_rows_that_were_deleted_at_the_source_go(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    stop_before_finishing(tmp_path, source, target)
    with inside(source, tmp_path), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_events"))
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 0, result.output
    assert read_school(target, tmp_path)["audit_events"] == []


def test_an_unfinished_copy_that_somebody_wrote_to_is_refused(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    stop_before_finishing(tmp_path, source, target)
    write_to(target, tmp_path, id=987_654)
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 1
    assert "TARGET was written to by somebody else: users has" in result.output


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_value_that_was_changed_in_the_target_is_put_right(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    stop_before_finishing(tmp_path, source, target)
    with inside(target, tmp_path), db.engine.begin() as connection:
        connection.execute(text("UPDATE users SET given_name = 'Mallory' WHERE username = 'ada'"))
    assert run_copy(tmp_path, source, target).exit_code == 0
    assert read_school(target, tmp_path) == read_school(source, tmp_path)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_target_that_keeps_something_else_is_found_different(
    kind: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    """Here a trigger does it; whatever it is, no copy is finished that is not equal."""
    source, target = new_school("sqlite"), new_database(kind)
    stop_before_finishing(tmp_path, source, target)
    with inside(target, tmp_path), db.engine.begin() as connection:
        for statement in TRIGGERS[kind]:
            connection.exec_driver_sql(statement)
    rename(source, tmp_path, {1: "new.name"})
    result = run_copy(tmp_path, source, target)
    assert result.exit_code == 1
    assert "DIFFERENT" in result.output
    assert "not equal to SOURCE" in result.output


TRIGGERS = {
    "sqlite": ["CREATE TRIGGER meddle AFTER INSERT ON users BEGIN UPDATE users SET given_name = 'X' WHERE id = 1; END"],
    "postgresql": [
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.given_name = ''X''; RETURN NEW; END'",
        "CREATE TRIGGER meddle BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION meddle()",
    ],
}  # fmt: skip


def test_a_copy_that_was_taken_over_stops(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("sqlite")
    stop_before_finishing(tmp_path, source, target)
    with inside(target, tmp_path):
        end = SqliteEnd.open(db.engine.url, is_source=False)
    one, other = Marker(end), Marker(end)
    one.take_over()
    one.hold()
    other.take_over()
    other.hold()
    with pytest.raises(CopyError, match="another run has taken this copy over"):
        one.hold()
    end.close()


def test_a_finished_copy_holds_no_trace_of_it(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    stop_before_finishing(tmp_path, source, target)
    with inside(target, tmp_path):
        assert db.inspect(db.engine).has_table(NAME)
    assert run_copy(tmp_path, source, target).exit_code == 0
    with inside(target, tmp_path):
        assert not db.inspect(db.engine).has_table(NAME)


def test_a_finished_copy_is_known_again(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    """The page says to run the command twice: the second run must not be told that somebody else is there."""
    source, target = new_school("sqlite"), new_database("postgresql")
    assert run_copy(tmp_path, source, target).exit_code == 0
    again = run_copy(tmp_path, source, target)
    assert again.exit_code == 0, again.output
    assert "holds the school already, equal row by row" in again.output
    write_to(source, tmp_path)
    late = run_copy(tmp_path, source, target)
    assert late.exit_code == 1
    assert "finished copy of this school, and not what SOURCE is now" in late.output
    assert "(users, person_revisions)" in late.output
    assert "what was written in SOURCE since is not in it" in late.output


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_a_copy_that_is_kept_open_takes_what_was_written_later(
    one: str, other: str, new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school(one), new_database(other)
    first = run_copy(tmp_path, source, target, "--keep-open")
    assert first.exit_code == 0, first.output
    assert "left open: stop the platform" in first.output
    assert "point DATABASE_URL at it" not in first.output
    late = write_to(source, tmp_path)
    second = run_copy(tmp_path, source, target)
    assert second.exit_code == 0, second.output
    assert "point DATABASE_URL at it" in second.output
    there = read_school(target, tmp_path)
    assert there == read_school(source, tmp_path)
    assert late in {row[0] for row in there["users"]}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_can_be_written_to_a_source(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school(kind)
    with (
        inside("", tmp_path),
        open_end("SOURCE", url, is_source=True) as end,
        end.snapshot(),
        pytest.raises(end.faults, match=r"read-?only"),
    ):
        end.execute("DELETE FROM users")
