"""Backups and restores in child processes that kill themselves at a call that is counted.

Run as a program: `python -m tests.faults.backup_victim backup|restore FOLDER POINTS URL FILE...` prints as JSON how
each run ended: the first whole, each further one killed at its own point and then run once more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from cozmic.copying import school_copy
from tests.apps import make_app
from tests.faults.copy_victim import STATEMENTS, Watch, in_child

FILE_CALLS = {"write", "fsync", "link", "unlink", "flock", "compress", "open"}


class FileWatch(Watch):
    """Counts what a backup does with its file, too."""

    def __call__(self, frame: Any, event: str, called: Any) -> None:
        """Is told of every call."""
        if event in {"c_call", "c_return"} and called.__name__ in FILE_CALLS:
            self.count()
            return
        super().__call__(frame, event, called)


def main(act: str, folder: str, points: int, url: str, files: Sequence[str]) -> None:
    """Run once whole, then killed at points spread over the run."""
    school_copy.BATCH_ROWS = 7
    report = Path(folder) / "report"
    kind = FileWatch if act == "backup" else Watch
    runs = []
    counted = 0
    for number, file in enumerate(files):
        point = counted * number // len(files) if number else None
        arguments, address = ([act, file], url) if act == "backup" else ([act, url], file)
        app = make_app(address, Path(folder))
        ended = in_child(partial(run, app, arguments, report, kind(point)))
        if not number:
            counted = json.loads(report.read_text())[0]
        again = in_child(partial(run, app, arguments, report, None)) if number else ended
        _, code, output = json.loads(report.read_text())
        runs.append({"killed": ended, "again": again, "code": code, "output": output})
    print(json.dumps({"counted": counted, "runs": runs, "statements": sorted(STATEMENTS)}))
    assert points == len(files) - 1


def run(app: Flask, arguments: list[str], report: Path, watch: Watch | None) -> None:
    """Run the command under a watch, and write down how it went."""
    report.unlink(missing_ok=True)
    sys.setprofile(watch)
    result = app.test_cli_runner().invoke(args=arguments)
    sys.setprofile(None)
    report.write_text(json.dumps([watch.counted if watch else 0, result.exit_code, result.output]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:])
