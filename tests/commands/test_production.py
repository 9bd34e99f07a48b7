"""Production as it is started: it refuses to run unsafely, and says so in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cozmic.config import ROOT

GOOD = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"
COMMANDS = {
    "gunicorn": ["gunicorn", "--config", "gunicorn.conf.py", "--bind", "127.0.0.1:0", "wsgi:app"],
    "db upgrade": ["flask", "db", "upgrade"],
    "routes": ["flask", "routes"],
    "create-admin": ["flask", "create-admin"],
}


def run(command: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment in the checkout, with these settings and no others of ours."""
    kept = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    plain = {name: value for name, value in os.environ.items() if name in kept}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**plain, "COZMIC_INSTANCE": str(folder), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("secret", [None, "change-me-please-change-me-please"])
def test_without_a_good_secret_nothing_starts(
    name: str, secret: str | None, tmp_path: Path
) -> None:
    environ = {} if secret is None else {"SECRET_KEY": secret}
    result = run(COMMANDS[name], tmp_path, **environ)
    said = result.stdout + result.stderr
    assert result.returncode != 0
    assert said.count("\n") == 1, said
    assert said.startswith("cozmic: SECRET_KEY is ")
    assert "token_urlsafe" in said
    assert not list(tmp_path.iterdir())


def test_with_a_good_secret_the_database_is_made(tmp_path: Path) -> None:
    result = run(COMMANDS["db upgrade"], tmp_path, SECRET_KEY=GOOD)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "cozmic.sqlite3").exists()


@pytest.mark.parametrize("words", [["--help"], ["db-copy", "--help"]])
def test_help_needs_no_settings(words: list[str], tmp_path: Path) -> None:
    result = run(["flask", *words], tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Copy the school in SOURCE" in result.stdout
    assert not list(tmp_path.iterdir())


def test_a_laptop_needs_no_secret(tmp_path: Path) -> None:
    result = run(COMMANDS["routes"], tmp_path, COZMIC_CONFIG="development")
    assert result.returncode == 0, result.stderr
    assert "/healthz" in result.stdout


def test_production_makes_no_demo_logins(tmp_path: Path) -> None:
    run(COMMANDS["db upgrade"], tmp_path, SECRET_KEY=GOOD)
    result = run(["flask", "seed", "demo"], tmp_path, SECRET_KEY=GOOD)
    assert result.returncode != 0
    assert "development only" in result.stderr
