"""Where right ends and doubtful begins, and doubtful ends and wrong begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cozmic.rules import deployment as rules
from cozmic.rules.deployment import Finding, Verdict

GB = 1024**3
CONNECTIONS: dict[str, Any] = {
    "workers": 4, "threads": 2, "pool": 15, "allowed": 60, "most": 63, "reserved": 3,
}  # fmt: skip
PROXIES: dict[str, Any] = {
    "trusted": 1, "expected": None, "is_open": False, "forces_https": True,
}  # fmt: skip
CASES: list[tuple[Finding, str]] = [
    (rules.judge_kind(is_sqlite=True, people=50), "pass"),
    (rules.judge_kind(is_sqlite=True, people=51), "warn"),
    (rules.judge_kind(is_sqlite=False, people=5000), "pass"),
    (rules.judge_connections(**CONNECTIONS), "pass"),
    (rules.judge_connections(**{**CONNECTIONS, "allowed": 59}), "warn"),
    (rules.judge_connections(**{**CONNECTIONS, "allowed": 32}), "warn"),
    (rules.judge_connections(**{**CONNECTIONS, "allowed": 31}), "fail"),
    (rules.judge_connections(**{**CONNECTIONS, "pool": 8}), "pass"),
    (rules.judge_connections(**{**CONNECTIONS, "pool": 7}), "fail"),
    (rules.judge_commit(15.0), "pass"),
    (rules.judge_commit(15.1), "warn"),
    (rules.judge_commit(100.1), "fail"),
    (rules.judge_redis_speed(5.0), "pass"),
    (rules.judge_redis_speed(5.1), "warn"),
    (rules.judge_redis_speed(151.0), "fail"),
    (rules.judge_redis_memory(policy="noeviction", used=89, most=100), "warn"),
    (rules.judge_redis_memory(policy="noeviction", used=91, most=100), "fail"),
    (rules.judge_redis_memory(policy="allkeys-lru", used=99, most=100), "pass"),
    (rules.judge_redis_memory(policy="allkeys-lru", used=99, most=0), "warn"),
    (rules.judge_secret("aB3-" * 8, ()), "fail"),
    (rules.judge_secret("abcdefghijklmnopqrstuvwxyz01234", ()), "fail"),
    (rules.judge_secret("abcdefghijklmnopqrstuvwxyz012345", ()), "pass"),
    (rules.judge_secret("abcdefghijklmnopqrstuvwxyz012345", ("xyz",)), "fail"),
    (rules.judge_proxies(**PROXIES), "pass"),
    (rules.judge_proxies(**{**PROXIES, "is_open": True}), "warn"),
    (rules.judge_proxies(**{**PROXIES, "trusted": 0}), "fail"),
    (rules.judge_proxies(**{**PROXIES, "trusted": 0, "forces_https": False}), "pass"),
    (rules.judge_proxies(**{**PROXIES, "trusted": 2, "expected": 2, "is_open": True}), "pass"),
    (rules.judge_proxies(**{**PROXIES, "trusted": 1, "expected": 2}), "warn"),
    (rules.judge_proxies(**{**PROXIES, "trusted": 3, "expected": 2}), "fail"),
    (rules.judge_workers(workers=2, cores=2.0), "pass"),
    (rules.judge_workers(workers=1, cores=2.0), "warn"),
    (rules.judge_workers(workers=8, cores=2.0), "pass"),
    (rules.judge_workers(workers=9, cores=2.0), "warn"),
    (rules.judge_workers(workers=4, cores=0.5), "pass"),
    (rules.judge_memory(workers=2, megabytes=512), "pass"),
    (rules.judge_memory(workers=4, megabytes=512), "warn"),
    (rules.judge_memory(workers=6, megabytes=512), "fail"),
    (rules.judge_backup(None), "fail"),
    (rules.judge_backup(timedelta(hours=26)), "pass"),
    (rules.judge_backup(timedelta(hours=26, seconds=1)), "warn"),
    (rules.judge_backup(timedelta(days=7, seconds=1)), "fail"),
    (rules.judge_clock(-2.0), "pass"),
    (rules.judge_clock(-2.1), "warn"),
    (rules.judge_clock(61.0), "fail"),
    (rules.judge_disk(place="x", free=2 * GB, size=9 * GB), "pass"),
    (rules.judge_disk(place="x", free=2 * GB - 1, size=9 * GB), "warn"),
    (rules.judge_disk(place="x", free=GB // 5, size=9 * GB), "fail"),
]


@pytest.mark.parametrize(("finding", "verdict"), CASES)
def test_a_finding_is_what_its_figures_say(finding: Finding, verdict: str) -> None:
    assert finding.verdict == verdict, finding
    assert bool(finding.hint) == (finding.verdict is not Verdict.PASS)


def test_hand_ins_are_counted_from_the_commit() -> None:
    assert "500 hand-ins a second" in rules.judge_commit(2.0).found
