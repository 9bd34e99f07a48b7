"""`make faults`: break things while people work, at full size, and print what was broken and what people saw.

    .venv/bin/python -m scripts.faults [--write] [TEST ...]

Runs tests/faults and the tests of a Redis in trouble, one after another, so that they do not slow each other down;
some ten minutes. With --write the table goes into docs/reference/faults.md too. Exits 1 where a test fails.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from cozmic.config import ROOT
from scripts.tables import aligned, markdown
from tests.faults.figures import FULL, Figures, told

TESTS = ("tests/faults", "tests/law/test_redis_in_trouble.py", "tests/law/test_cold_key.py")
PAGE = ROOT / "docs/reference/faults.md"
COLUMNS = (
    "what was broken, or done", "requests", "half within", "slowest answer", "failed", "acknowledged",
    "of them lost", "",
)  # fmt: skip
INTRODUCTION = """\
# Faults

Written by `make faults ARGS=--write`: real servers are broken while people work, and this is what those people saw.
*Failed* are answers of 500 and more (a page that says what is the matter, and that it may be tried again) and
connections that broke off. *Lost* are writes that had been acknowledged and were not in the database afterwards.
A dash: the test looks at something else. What each one means for an operator: [the runbook](../how-to/runbook.md) and
[common errors](../how-to/common-errors.md).
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One test, and what it told."""

    test: str
    holds: bool
    figures: tuple[Figures, ...] = ()


class Collector:
    """The pytest plugin that keeps what tests tell."""

    def __init__(self) -> None:
        self.results: dict[str, Result] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep one test's outcome: of its call, and of its fixtures where those fail."""
        if report.when == "call" or report.failed:
            figures = tuple(told(report.user_properties))
            self.results[report.nodeid] = Result(report.nodeid, not report.failed, figures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tests", nargs="*", default=list(TESTS), help="fewer or other tests")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    os.environ[FULL] = "1"
    collector, began = Collector(), time.monotonic()
    code = pytest.main(
        [*options.tests, "-q", "-p", "no:randomly", "--durations=0", "--durations-min=60"], plugins=[collector]
    )  # fmt: skip
    results = list(collector.results.values())
    print(as_text(results))
    if options.write and code in (
        pytest.ExitCode.OK,
        pytest.ExitCode.TESTS_FAILED,
    ):  # else it broke off
        PAGE.write_text(as_page(results, facts_of(time.monotonic() - began)))
    return int(code)


def rows_of(results: Iterable[Result]) -> list[tuple[str, ...]]:
    """The rows of the table; tests that tell nothing have none."""
    return [
        (
            one.broken, _number(one.asked_n), _seconds(one.median_s), _seconds(one.slowest_s),
            _number(one.failed_n), _number(one.kept_n), _number(one.lost_n), "holds" if result.holds else "FAILS",
        )
        for result in results for one in result.figures
    ]  # fmt: skip


def as_text(results: Sequence[Result]) -> str:
    """The table for the terminal, and what failed."""
    table = aligned([COLUMNS, *rows_of(results)])
    failed = [f"FAILS  {one.test}" for one in results if not one.holds]
    held_n = len(results) - len(failed)
    return "\n".join(["", table, "", *failed, f"{held_n} of {len(results)} tests hold."])


def as_page(results: Sequence[Result], facts: dict[str, str]) -> str:
    """docs/reference/faults.md."""
    table = markdown(COLUMNS, rows_of(results))
    listed = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    tests = "\n".join(f"- {_sentence(one)}" for one in results if not one.figures)
    return (
        f"{INTRODUCTION}\n{listed}\n\n{table}\n\n## What else was broken, and held\n\n"
        f"Each line is the name of a test.\n\n{tests}\n"
    )


def facts_of(took_s: float) -> dict[str, str]:
    """What a reader needs to know in order to compare."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    memory_gb = psutil.virtual_memory().total / 2**30
    return {
        "commit": described.stdout.strip() or "unknown",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{psutil.cpu_count()} processors, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}, "
        f"load {os.getloadavg()[1]:.1f}",
        "Python": platform.python_version(),
        "command": " ".join(["scripts/faults.py", *sys.argv[1:]]),
        "took": f"{took_s / 60:.0f} minutes",
    }


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _sentence(result: Result) -> str:
    """A test's name as the sentence that it is, with its variant."""
    file, _, name = result.test.partition("::")
    name, _, variant = name.partition("[")
    sentence = name.removeprefix("test_").replace("_", " ")
    shown = f"{sentence} ({variant.rstrip(']')})" if variant else sentence
    where = re.sub(r"^test_|\.py$", "", Path(file).name).replace("_", " ")
    return f"{where}: {shown}" + ("" if result.holds else " **FAILS**")


if __name__ == "__main__":
    sys.exit(main())
