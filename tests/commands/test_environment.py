"""scripts/environment: quick when there is nothing to do, helpful when it cannot work."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without an environment, and a PATH that has the shell's own tools alone."""
    (tmp_path / "scripts").mkdir()
    for name in ("environment", "environment.py"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname", "id"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def add_python(checkout: Path, name: str, code: int) -> None:
    """A Python that answers the question whether it is fit for use with this exit code."""
    python = checkout / "bin" / name
    python.write_text(f'#!/bin/sh\n[ "$2" = -c ] && exit {code}\necho "{name} at work"\n')
    python.chmod(0o755)


def run_environment(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "scripts/environment"],
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def processor_seconds(command: Sequence[str | Path]) -> float:
    """What a silent command costs, whatever else the machine is doing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def test_an_up_to_date_environment_costs_next_to_nothing() -> None:
    command: list[str | Path] = [ROOT / "scripts/environment", "dev"]
    assert min(processor_seconds(command) for _ in range(5)) < 0.1


@pytest.mark.parametrize(
    ("pythons", "packages"),
    [
        ({"python3": 3}, "python3-venv"),
        ({"python3": 2, "python3.12": 3}, "python3.12-venv"),
        ({"python3": 2}, "python3.11 python3.11-venv"),
        ({}, "python3.11 python3.11-venv"),
    ],
    ids=["no-venv", "other-without-venv", "too-old", "none"],
)
def test_where_no_python_is_able_the_apt_line_is_told(
    checkout: Path, pythons: dict[str, int], packages: str
) -> None:
    for name, code in pythons.items():
        add_python(checkout, name, code)
    done = run_environment(checkout)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(f"apt-get install --yes {packages}")


def test_the_best_python_on_the_path_is_taken(checkout: Path) -> None:
    for name, code in {"python3": 2, "python3.13": 3, "python3.12": 0, "python3.11": 0}.items():
        add_python(checkout, name, code)
    done = run_environment(checkout)
    assert (done.returncode, done.stdout) == (0, "python3.12 at work\n")


def test_an_unknown_purpose_is_refused() -> None:
    script = ROOT / "scripts/environment.py"
    done = subprocess.run(
        [sys.executable, script, "fun"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "usage: scripts/environment [run | dev]\n")


def test_make_alone_lists_every_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = [line.split()[1] for line in said.splitlines() if line.startswith("  make ")]
    declared = (ROOT / "Makefile").read_text().partition(".PHONY: ")[2].splitlines()[0].split()
    assert listed == declared


def test_the_environment_of_another_checkout_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/environment.py", tmp_path / "scripts")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/kept").touch()
    (tmp_path / ".venv").symlink_to("theirs")
    command = [sys.executable, str(tmp_path / "scripts/environment.py")]
    end = subprocess.run(command, capture_output=True, text=True, check=False)
    assert end.returncode == 1
    assert "rm .venv" in end.stderr
    assert (tmp_path / "theirs/kept").exists()
