"""flask backup: whole or not there, of one moment, for nobody else to read."""

from __future__ import annotations

import hashlib
import re
import resource
import shutil
import signal
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cozmic.backup import archive, files
from cozmic.backup.archive import ArchiveWriter, open_archive
from cozmic.backup.commands import backup
from cozmic.backup.errors import BackupError
from cozmic.backup.shapes import list_tables_at
from cozmic.config import ROOT
from cozmic.copying import school_copy
from cozmic.copying.school_copy import Source, Told
from cozmic.copying.tables import CopiedTable, list_tables
from cozmic.extensions import db
from cozmic.reads.backups import find_last_backup
from tests.backup.running import back_up, cut, flipped, run
from tests.copying.conftest import NewDatabase
from tests.copying.school import inside, write_to

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(school_copy, "BATCH_ROWS", 5)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_one_file_for_its_owner_that_any_unzip_opens(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    url = new_school(kind)
    result = run(tmp_path, url, "backup")
    assert result.exit_code == 0, result.output
    (path,) = (tmp_path / "backups").iterdir()
    assert files.NAME.fullmatch(path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert f"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in result.output
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert b"\tben\t" in file.read("tables/users.tsv")
    with inside(url, tmp_path):
        last = find_last_backup()
    assert last is not None
    assert path.name in last.detail


def test_both_databases_give_the_same_tables(new_school: NewDatabase, tmp_path: Path) -> None:
    sums = {}
    for kind in KINDS:
        with open_archive(back_up(tmp_path, new_school(kind), tmp_path / f"{kind}.zip")) as one:
            sums[kind] = {table.name: (table.columns, table.rows) for table in one.manifest.tables}
    assert sums["sqlite"] == sums["postgresql"]
    assert len(sums["sqlite"]) == len(db.metadata.tables)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_meanwhile_is_in_none_of_the_tables(
    kind: str, new_school: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_school(kind)
    write_table = ArchiveWriter.write_table
    written: list[str] = []

    def write_and_work(
        self: ArchiveWriter, source: Source, table: CopiedTable, told: Told
    ) -> object:
        if not written:
            write_to(url, tmp_path, username="late.arrival")
        written.append(table.name)
        return write_table(self, source, table, told)

    monkeypatch.setattr(ArchiveWriter, "write_table", write_and_work)
    path = back_up(tmp_path, url)
    assert written
    with zipfile.ZipFile(path) as file:
        assert b"late.arrival" not in file.read("tables/users.tsv")
    monkeypatch.undo()
    with zipfile.ZipFile(back_up(tmp_path, url, tmp_path / "later.zip")) as file:
        assert b"late.arrival" in file.read("tables/users.tsv")


def test_nothing_is_written_over(new_school: NewDatabase, tmp_path: Path) -> None:
    url, path = new_school("sqlite"), tmp_path / "mine.zip"
    path.write_text("precious")
    result = run(tmp_path, url, "backup", path)
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert path.read_text() == "precious"
    assert list(tmp_path.glob(f".*{files.PART}")) == []


def test_two_backups_in_one_second_have_two_names(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = files.free_path(tmp_path, datetime(2026, 11, 25, 2, 30, tzinfo=UTC))
        path.touch()
        names.append(path.name)
    stem = "cozmic-2026-11-25T023000Z"
    assert names == [f"{stem}.zip", f"{stem}-2.zip", f"{stem}-3.zip"]
    assert all(map(files.NAME.fullmatch, names))


def test_a_file_that_cannot_be_read_again_gets_no_name(
    new_school: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "entry_of", lambda table: f"tables/{table[:7]}.tsv")
    with pytest.warns(UserWarning, match="Duplicate name"):
        result = run(tmp_path, new_school("sqlite"), "backup", tmp_path / "here" / "b.zip")
    assert result.exit_code == 1
    assert "damaged" in result.output
    assert list((tmp_path / "here").iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_so(new_school: NewDatabase, tmp_path: Path) -> None:
    url = new_school("postgresql")  # an SQLite database would meet the limit itself
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
        result = run(tmp_path, url, "backup", tmp_path / "here" / "b.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert result.exit_code == 1
    assert "could not be written" in result.output
    assert list((tmp_path / "here").iterdir()) == []


def test_the_newest_are_kept_and_nothing_else_is_removed(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    url, folder = new_school("sqlite"), tmp_path / "backups"
    first = back_up(tmp_path, url)
    older = [first.with_name(f"cozmic-2020-01-0{day}T000000Z.zip") for day in (1, 2, 3)]
    for path in older:
        shutil.copy(first, path)
    (folder / "cozmic-2019-01-01T000000Z.zip").write_bytes(first.read_bytes()[:-100])
    (folder / "notes.zip").write_text("mine")
    others = back_up(tmp_path, new_school("sqlite"), folder / "cozmic-2018-01-01T000000Z.zip")
    newest = back_up(tmp_path, url, folder / "cozmic-2030-01-01T000000Z.zip", "--keep", "2")
    names = {path.name for path in folder.iterdir()}
    assert {"notes.zip", "cozmic-2019-01-01T000000Z.zip", others.name, newest.name} <= names
    assert len(names) == 5, "two of ours, and three that are not"


def test_what_a_killed_backup_left_goes_and_what_one_is_writing_stays(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    url, folder = new_school("sqlite"), tmp_path / "backups"
    folder.mkdir()
    left = folder / f".cozmic-2020-01-01T000000Z.zip{files.PART}"
    left.write_text("half")
    with files.new_file(folder / "other.zip") as (_file, part):
        back_up(tmp_path, url)
        assert part.exists()
    assert not left.exists()
    assert not part.exists()


def test_a_file_that_ends_too_early_is_refused(new_school: NewDatabase, tmp_path: Path) -> None:
    whole = back_up(tmp_path, new_school("sqlite"))
    for share in (0.0, 0.02, 0.4, 0.7, 0.97, 0.9999):
        with pytest.raises(BackupError, match=r"not whole|damaged"):
            read_everything(cut(whole, share))
    whole.with_name("text.zip").write_text("no ZIP at all")
    with pytest.raises(BackupError, match="is no backup"):
        read_everything(whole.with_name("text.zip"))


def test_a_turned_bit_is_refused_or_is_where_nothing_is_kept(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    whole = back_up(tmp_path, new_school("sqlite"))
    expected, refused = read_everything(whole), 0
    for number in range(101):
        try:
            assert read_everything(flipped(whole, number / 101)) == expected
        except BackupError:
            refused += 1
    assert refused > 60, "the rest stands in dates and the like, which a ZIP has for each entry"


def test_what_goes_wrong_while_a_backup_is_open_is_not_blamed_on_it(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    whole = back_up(tmp_path, new_school("sqlite"))
    for error in (KeyError("x"), OSError("x"), RuntimeError("x")):
        with pytest.raises(type(error)), open_archive(whole):
            raise error


def read_everything(path: Path) -> dict[str, bytes]:
    """Check a backup and read all its rows."""
    with open_archive(path) as one:
        one.check(lambda _table, _rows: None)
        return {table.name: one.read(table) for table in list_tables(db.metadata)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfinished_copy_and_an_empty_database_are_not_backed_up(
    kind: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    empty = new_database(kind)
    if kind == "sqlite":
        Path(empty.removeprefix("sqlite:///")).touch()
    result = run(tmp_path, empty, "backup")
    assert (result.exit_code, "no school" in result.output) == (1, True), result.output
    url = new_school(kind)
    with inside(url, tmp_path), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE unfinished_copy (name VARCHAR(9))")
    result = run(tmp_path, url, "backup")
    assert (result.exit_code, "unfinished" in result.output) == (1, True), result.output


def test_the_tables_of_a_migration_are_those_of_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cozmic.backup import shapes  # noqa: PLC0415
    from cozmic.copying.opening import get_head  # noqa: PLC0415

    head = get_head()
    monkeypatch.setattr(shapes, "get_head", lambda: "another")

    def seen(tables: list[CopiedTable]) -> dict[str, tuple[object, ...]]:
        """Without the order of columns, which a backup writes down for itself."""
        return {
            one.name: (dict(zip(one.columns, one.kinds, strict=True)), one.key_names)
            for one in tables
        }

    assert seen(list_tables_at(head)) == seen(list_tables(db.metadata))
    assert re.fullmatch(r"\w+", head)


def test_the_nightly_unit_runs_a_command_that_there_is() -> None:
    unit = (ROOT / "deploy/systemd/cozmic-backup.service").read_text()
    (line,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    program, *arguments = line.split()
    assert program.endswith("/flask")
    assert arguments[:3] == ["--app", "wsgi", "backup"]
    given = backup.make_context("backup", arguments[3:]).params
    assert given == {"target": Path("/var/backups/cozmic"), "keep": 14}
    assert "ReadWritePaths=/var/backups/cozmic\n" in unit
