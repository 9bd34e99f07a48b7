"""What flask db-copy says while it works, and when it is stopped."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cozmic.copying import school_copy
from cozmic.copying.progress import as_clock, seconds_left
from tests.copying.conftest import NewDatabase
from tests.copying.school import read_school, run_copy


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_that_it_goes_on(
    how: signal.Signals,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        patch.setattr(school_copy, "sum_up", lambda *_about: signal.raise_signal(how))
        result = run_copy(tmp_path, source, target)
    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1] == (
        "Error: Stopped. Run the same command again: it goes on where it stopped."
    )
    assert signal.getsignal(signal.SIGTERM) == before
    assert run_copy(tmp_path, source, target).exit_code == 0
    assert read_school(target, tmp_path) == read_school(source, tmp_path)


def test_both_ends_are_named_with_the_role_and_without_the_password(
    new_database: NewDatabase, new_school: NewDatabase, tmp_path: Path
) -> None:
    source, target = new_school("sqlite"), new_database("postgresql")
    url = make_url(target)
    output = run_copy(tmp_path, source, target).output
    assert f"From {source}\nto   postgresql" in output
    assert f"://{url.username}@{url.host}:{url.port}/{url.database}\n" in output
    assert f":{url.password}@" not in output


def test_a_short_path_is_told_to_begin_at_the_instance_folder(
    new_school: NewDatabase, tmp_path: Path
) -> None:
    output = run_copy(tmp_path, new_school("sqlite"), "sqlite:///copy.sqlite3").output
    assert f"to   sqlite:///{tmp_path}/copy.sqlite3 (a short path begins at the instance" in output


def test_the_remaining_time_follows_the_pace_of_all_that_is_done() -> None:
    assert seconds_left(10.0, 1_000, 500) == 5.0
    assert seconds_left(10.0, 0, 500) is None
    assert [as_clock(one) for one in (0.4, 59.6, 754)] == ["0:00", "1:00", "12:34"]
