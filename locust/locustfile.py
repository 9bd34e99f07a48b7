"""Pupils, teachers and an admin at work, against any deployment that has people of `flask seed load`.

    COZMIC_LOAD_PASSWORD=... locust -f locust/locustfile.py --host https://... \\
        --users 100 --spawn-rate 10 --run-time 5m --headless

docs/how-to/run-load-tests.md tells the rest. `make load` uses load_shaped.py instead, which knows shapes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from load_accounts import BadSetting, read_accounts
from load_tally import FLOOR_ERRORS_PERCENT, FLOOR_P95_MS, View, holds, is_write
from locust import events
from people import LEDGER, TALLY, Deal, write_out
from people_pupils import Pupil
from people_teachers import Admin, Teacher

__all__ = ["Admin", "Pupil", "Teacher"]


def read_settings(environment: Any, **_: Any) -> None:
    """Say at once what is missing."""
    try:
        Deal.accounts = read_accounts(os.environ)
    except BadSetting as problem:
        sys.exit(f"cozmic load: {problem}")
    if not Deal.accounts.by_kind.get("admin"):
        Admin.fixed_count, Admin.weight = 0, 0
        if Admin in environment.user_classes:
            environment.user_classes.remove(Admin)


def tell(environment: Any, **_: Any) -> None:
    """Write what the runner asked for; print the floor's figures and let them decide the exit code."""
    folder = os.environ.get("COZMIC_LOAD_OUT")
    if not TALLY.names:
        judge_master(environment)  # it sees no replies, only what its workers tell it of them
        return
    if folder:
        write_out(Path(folder), max(0, getattr(environment.runner, "worker_index", 0)))
        return
    whole = View(TALLY).figures()
    writes = 100 * View(TALLY).figures(name=is_write).requests / max(1, whole.requests)
    print(
        f"requests {whole.requests}, errors {whole.error_percent:.2f} %, another's page {whole.wrong}, "
        f"p50 {whole.p50:.0f} ms, p95 {whole.p95:.0f} ms, p99 {whole.p99:.0f} ms, writes {writes:.0f} %, "
        f"handed in {LEDGER.count('hand-in')}, answers kept {LEDGER.count('answer')}"
    )
    for text, number in TALLY.faults.most_common(10):
        print(f"  {number} x {text}")
    environment.process_exit_code = 0 if holds(whole) and not whole.wrong else 1


def judge_master(environment: Any) -> None:
    """Let what the workers have counted decide the exit code of the master."""
    total: Any = environment.stats.total
    if not total.num_requests:
        return
    p95 = total.get_response_time_percentile(0.95)
    leaks = sum("another's page" in str(one.error) for one in environment.stats.errors.values())
    print(f"requests {total.num_requests}, errors {100 * total.fail_ratio:.2f} %, p95 {p95:.0f} ms")
    is_good = 100 * total.fail_ratio < FLOOR_ERRORS_PERCENT and p95 < FLOOR_P95_MS and not leaks
    environment.process_exit_code = 0 if is_good else 1


events.init.add_listener(read_settings)  # type: ignore[no-untyped-call]
events.quitting.add_listener(tell)  # type: ignore[no-untyped-call]
