"""flask db-copy killed at ten points, before and after statements all over the copy, and run again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cozmic.config import ROOT
from tests.copying.conftest import NewDatabase, new_database, new_school, school_file
from tests.copying.school import checksums_in, read_school
from tests.faults.figures import Record, tell

__all__ = ["new_database", "new_school", "school_file"]
DIRECTIONS = [("sqlite", "postgresql", 10, "spread"), ("postgresql", "sqlite", 4, "in-a-row")]


@pytest.mark.long
@pytest.mark.parametrize(("one", "other", "points", "where"), DIRECTIONS)
def test_killed_anywhere_it_goes_on_to_the_same_checksums(
    one: str,
    other: str,
    points: int,
    where: str,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    record_property: Record,
) -> None:
    source = new_school(one)
    targets = [new_database(other) for _ in range(points + 1)]
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.copy_victim", str(tmp_path), where, source, *targets],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    whole, *runs = json.loads(told.stdout)["runs"]
    assert (whole["ended"], whole["code"]) == (0, 0), whole["output"]
    expected = checksums_in(whole["output"])
    assert len(expected) > 15
    lost_n = sum(checksums_in(run["output"]) != expected for run in runs)
    tell(
        record_property,
        f"flask db-copy killed at {points} points, {one} to {other}",
        kept_n=len(runs),
        lost_n=lost_n,
    )
    assert len(runs) == points
    for run in runs:
        assert run["killed"] == -signal.SIGKILL
        assert (run["ended"], run["code"]) == (0, 0), run["output"]
        assert checksums_in(run["output"]) == expected
    school = read_school(source, tmp_path)
    assert all(read_school(target, tmp_path) == school for target in targets[1::4])
