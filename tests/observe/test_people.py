"""People at work are counted once each, over all workers, and forgotten after five minutes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cozmic.config import ROOT
from cozmic.observe import people, workers
from cozmic.observe.people import BYTES, ROUND, count_people, note_person

NINE = datetime(2026, 11, 25, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["alone", "with others"], autouse=True)
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    place = None if request.param == "alone" else tmp_path
    monkeypatch.setattr(workers._Place, "folder", place)
    monkeypatch.setattr(people._Place, "pid", 0)  # begins anew
    yield tmp_path
    people._Place.pid = 0


def test_each_counts_once_however_often_they_ask() -> None:
    for user_id in (1, 2, 3, 2, 2, 70_000):
        note_person(user_id, NINE)
    assert count_people(NINE) == 4
    assert count_people(NINE) == 4


def test_whoever_asked_for_nothing_within_five_minutes_has_gone() -> None:
    counts = []
    note_person(1, NINE)
    for minutes in range(9):
        if minutes == 2:
            note_person(2, NINE + minutes * MINUTE)
        counts.append(count_people(NINE + minutes * MINUTE))
    assert counts == [1, 1, 2, 2, 2, 2, 1, 1, 0]


def test_what_is_old_does_not_come_back_when_the_minutes_begin_anew() -> None:
    note_person(1, NINE)
    assert count_people(NINE + 6 * MINUTE) == 0
    assert count_people(NINE + ROUND * MINUTE) == 0


def test_a_school_of_any_size_is_counted_exactly() -> None:
    for user_id in range(100_000, 100_000 + BYTES):
        note_person(user_id, NINE)
    assert count_people(NINE) == BYTES


def test_another_worker_counts_into_the_same(folder: Path) -> None:
    if workers.find_folder() is None:
        return
    note_person(1, NINE)
    code = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from cozmic.observe import workers; from cozmic.observe.people import note_person\n"
        "workers.count_in(Path(sys.argv[1]))\n"
        "for one in (1, 2, 3): note_person(one, datetime.fromisoformat(sys.argv[2]))\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder), NINE.isoformat()], check=True, cwd=ROOT
    )
    assert count_people(NINE) == 3
