"""Settings that would be found out later, at a worse moment: refused at the start, in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cozmic.config import ROOT, ConfigError, load_config

GOOD = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:99999/0"}, "REDIS_URL cannot be used; write it like"),
        ({"REDIS_URL": "redis://127.0.0.1:6379/notadb"}, "the last part is a number"),
        ({"DB_DEADLINE_MS": "100"}, "DB_DEADLINE_MS is 100; it has to be above"),
        ({"DB_STATEMENT_TIMEOUT_MS": "9000"}, "DB_DEADLINE_MS is 3000; it has to be above"),
        ({"DB_PGBOUNCER": "maybe"}, "DB_PGBOUNCER is 'maybe'; it takes 1 or 0"),
        ({"DATABASE_URL": "mysql://u:p@h/n"}, "'mysql' is no database it knows; write postgresql"),
        ({"SECRET_KEY": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345"}, "guessable"),
        ({"WEB_CONCURRENCY": "abc"}, "WEB_CONCURRENCY is 'abc'"),
    ],
)  # fmt: skip
def test_what_would_fail_later_is_refused_now(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"SECRET_KEY": GOOD, **settings})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"REDIS_URL": "redis://127.0.0.1:6379/77"},
        {"REDIS_URL": "rediss://user:secret@host"},
        {"REDIS_URL": "unix:///run/redis.sock?db=1"},
        {"DB_DEADLINE_MS": "0"},
    ],
)
def test_what_works_is_taken(settings: dict[str, str]) -> None:
    load_config({"SECRET_KEY": GOOD, **settings})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY is '0'; it takes a whole number from 1 on"),
        ("WEB_THREADS", "0", "WEB_THREADS is '0'; it takes a whole number from 1 on"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; it takes debug, info, warning, error"),
        ("BIND_HOST", "nowhere.invalid", "BIND_HOST is 'nowhere.invalid'; this machine knows no"),
    ],
)
def test_gunicorn_does_not_start_on_what_cannot_be(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    environ = {**os.environ, "SECRET_KEY": GOOD, "COZMIC_INSTANCE": str(tmp_path), name: value}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    end = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert end.returncode != 0
    assert words in end.stderr
    assert end.stderr.count("\n") == 1, end.stderr


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environ = {**os.environ, "SECRET_KEY": GOOD, "COZMIC_INSTANCE": str(tmp_path / "file/folder")}
    end = subprocess.run(
        [sys.executable, "-m", "flask", "db", "upgrade"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert end.returncode == 1
    assert end.stderr.startswith("cozmic: COZMIC_INSTANCE is ")
    assert "a folder that cannot be made: Not a directory." in end.stderr
    assert end.stderr.count("\n") == 1
