"""flask backup and flask restore, killed at many points: no half backup looks whole, no half restore like a school."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cozmic.backup.archive import open_archive
from cozmic.backup.files import PART
from cozmic.config import ROOT
from tests.backup.running import back_up
from tests.copying.conftest import NewDatabase, new_database, new_school, school_file
from tests.copying.school import read_school

__all__ = ["new_database", "new_school", "school_file"]
POINTS = 9
Rows = dict[str, list[tuple[object, ...]]]


def run_victim(act: str, folder: Path, url: str, files: list[str]) -> list[dict[str, Any]]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.backup_victim", act, str(folder), str(len(files) - 1), url, *files],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    runs: list[dict[str, Any]] = json.loads(told.stdout)["runs"]
    assert (runs[0]["killed"], runs[0]["code"]) == (0, 0), runs[0]["output"]
    assert len(runs) == len(files)
    assert all(run["killed"] == -signal.SIGKILL for run in runs[1:])
    return runs


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_that_was_killed_is_not_there_or_whole(
    kind: str, new_school: NewDatabase, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    files = [str(folder / f"{number}.zip") for number in range(POINTS + 1)]
    runs = run_victim("backup", tmp_path, new_school(kind), files)
    for run in runs[1:]:  # killed after it had its name, the second run finds it there
        assert run["code"] == 0 or "is there already" in run["output"], run["output"]
    assert [path.name for path in folder.glob(f".*{PART}")] == []
    for file in files:
        with open_archive(Path(file)) as archive:
            archive.check(lambda _table, _rows: None)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_that_was_killed_goes_on_to_the_same_school(
    kind: str, new_school: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    source = new_school("sqlite")
    school = but_for_notes(read_school(source, tmp_path))
    backup = back_up(tmp_path, source, tmp_path / "school.zip")
    targets = [new_database(kind) for _ in range(POINTS + 1)]
    runs = run_victim("restore", tmp_path, str(backup), targets)
    for run, target in zip(runs, targets, strict=True):
        assert run["code"] == 0, run["output"]
        assert but_for_notes(read_school(target, tmp_path)) == school


def but_for_notes(rows: Rows) -> Rows:
    verbs = {"back_up_school", "restore_school"}
    events = [row for row in rows["audit_events"] if not verbs & {str(field) for field in row}]
    return {**rows, "audit_events": events}
