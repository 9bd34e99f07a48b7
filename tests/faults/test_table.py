"""`make faults` tells what tests have seen, of those that fail too, and then exits 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cozmic.config import ROOT
from scripts.faults import Result, as_page, as_text
from tests.faults.figures import Figures

INSIDE = """
from tests.faults.figures import sized, tell


def test_a_quiet_one(): pass


def test_pulling_the_plug(record_property):
    tell(record_property, "The plug is pulled", asked_n=sized(1, 40), slowest_s=1.25, failed_n=3, kept_n=20, lost_n=1)
    assert {answer}
"""


def run(folder: Path, answer: str) -> subprocess.CompletedProcess[str]:
    """Run it over one file of tests, apart from the suite's own."""
    (folder / "test_inside.py").write_text(INSIDE.replace("{answer}", answer))
    apart = {**os.environ, "PYTEST_ADDOPTS": f"--rootdir={folder} -p no:cacheprovider"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.faults", str(folder)],
        cwd=ROOT, env=apart, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_figures_come_into_the_table_and_a_lost_write_fails_the_run(tmp_path: Path) -> None:
    failed = run(tmp_path, "False")
    assert failed.returncode == 1
    row = next(line for line in failed.stdout.splitlines() if line.startswith("The plug is pulled"))
    assert row.split()[4:] == ["40", "–", "1.25", "s", "3", "20", "1", "FAILS"]
    assert "1 of 2 tests hold." in failed.stdout
    assert run(tmp_path, "True").returncode == 0


def test_the_page_has_a_row_for_figures_and_a_sentence_for_the_others() -> None:
    results = [
        Result("tests/faults/test_x.py::test_the_plug", holds=True, figures=(Figures("Plug", 4, 0.1, 0.5, 0, 4, 0),)),
        Result("tests/faults/test_lane.py::test_nobody_waits[ab]", holds=True),
    ]  # fmt: skip
    page = as_page(results, {"commit": "abc"})
    assert "| Plug | 4 | 0.10 s | 0.50 s | 0 | 4 | 0 | holds |" in page
    assert "- lane: nobody waits (ab)\n" in page
    assert "- commit: abc\n" in page
    assert "2 of 2 tests hold." in as_text(results)
