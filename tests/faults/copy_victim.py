"""Copies in child processes that kill themselves, at a statement that is counted and not at a moment that is guessed.

Run as a program: `python -m tests.faults.copy_victim FOLDER POINTS SOURCE TARGET ...` prints what happened as JSON. The
first target is copied to without interruption; each further one is killed at its own point, and copied to once more.
POINTS is "spread", all over the copy, or "in-a-row", after one statement after the other in the middle of it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from cozmic.copying import school_copy
from tests.apps import make_app

STATEMENTS = {"execute", "executemany", "copy_expert"}
DRIVERS = ("sqlite3", "psycopg2", "cozmic.connections")


def main(folder: str, points: str, source: str, *targets: str) -> None:
    """Copy to each target, and print the number of statements and each run's exit code and report."""
    school_copy.BATCH_ROWS = 7
    app = make_app("", Path(folder))
    whole, *others = targets
    report = Path(folder) / "report"
    first = in_child(partial(copy, app, source, whole, report, Watch()))
    counted, code, output = json.loads(report.read_text())
    done = [{"killed": None, "ended": first, "code": code, "output": output}]
    for number, target in enumerate(others, start=1):
        point = counted * number // (len(others) + 1)
        if points == "in-a-row":
            point = counted // 4 * 2 + 2 * number  # even: a call has returned
        ended = in_child(partial(copy, app, source, target, report, Watch(point)))
        again = in_child(partial(copy, app, source, target, report, None))
        _, code, output = json.loads(report.read_text())
        done.append({"killed": ended, "ended": again, "code": code, "output": output})
    print(json.dumps({"counted": counted, "runs": done}))


class Watch:
    """Counts calls of the database drivers, before and after each, and ends this process at the chosen one."""

    def __init__(self, point: int | None = None) -> None:
        self.point = point
        self.counted = 0

    def __call__(self, _frame: Any, event: str, called: Any) -> None:
        """Is told of every call."""
        if event not in {"c_call", "c_return"} or called.__name__ not in STATEMENTS:
            return
        if not type(called.__self__).__module__.startswith(DRIVERS):
            return
        self.count()

    def count(self) -> None:
        """Count a call; at the chosen one, die."""
        self.counted += 1
        if self.counted == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def copy(app: Flask, source: str, target: str, report: Path, watch: Watch | None) -> None:
    """Run the command, under a watch where there is one, and write down how it went."""
    report.unlink(missing_ok=True)
    sys.setprofile(watch)
    result = app.test_cli_runner().invoke(args=["db-copy", source, target])
    sys.setprofile(None)
    counted = watch.counted if watch else 0
    report.write_text(json.dumps([counted, result.exit_code, result.output]))


def in_child(act: Callable[[], None]) -> int:
    """Run something in a child process, and return its exit code, negative for the signal that ended it."""
    child = os.fork()
    if not child:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
