"""The application with three addresses that do what they should not. Served by gunicorn as tests.faults.odd_app:app."""

from __future__ import annotations

import os
import re
import resource
import time
from pathlib import Path

from cozmic import create_app

MAY_GROW_MB = int(os.environ.get("ODD_MAY_GROW_MB", "0"))
"""By how much each worker may grow; 0 is as much as the machine has."""
BACKTRACKING = re.compile(r"(a+)+$")


def nap(seconds: int) -> str:
    """Take long and leave the worker's other threads alone, as a slow database does."""
    time.sleep(seconds)
    return "rested"


def hold() -> str:
    """Compute for minutes in one call that lets no other thread of the worker run."""
    return str(BACKTRACKING.match("a" * 40 + "b"))


def hoard(megabytes: int) -> str:
    """Take memory."""
    return str(len(bytearray(megabytes * 2**20)))


app = create_app()
app.add_url_rule("/odd/nap/<int:seconds>", view_func=nap)
app.add_url_rule("/odd/hold", view_func=hold)
app.add_url_rule("/odd/hoard/<int:megabytes>", view_func=hoard)
if MAY_GROW_MB:
    pages_n = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages_n * resource.getpagesize() + MAY_GROW_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
