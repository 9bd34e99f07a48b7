"""The load test goes red when it should: short shapes against a platform that is broken in one way each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cozmic.config import ROOT

LOAD = [sys.executable, str(ROOT / "locust/load.py")]
SHORT = ("smoke", "--minutes", "0.4", "--scale", "2")
TIMES = {"p50", "p95", "p99", "bell_p95", "others_p95", "hand_in_p95", "teacher_p95", "recovery_s"}
"""What a busy machine may miss without any fault of the platform's."""
pytestmark = [pytest.mark.long, pytest.mark.database, pytest.mark.redis]


def run(folder: Path, *arguments: str) -> tuple[int, set[str], str]:
    """Run a load test; return its exit code, the goals that it missed, and what it said."""
    out = folder / "found.json"
    # A busy machine makes pages wait, and then they would be turned away: no fault of the platform's.
    done = subprocess.run(
        [*LOAD, *arguments, "--set", "SHED_AFTER_MS=0", "--json", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    said = done.stdout + done.stderr
    assert out.exists(), said
    return done.returncode, set(json.loads(out.read_text())["unmet"]), said


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(("--no-cache",), {"hit_percent"}, id="caching off"),
        pytest.param(("--plant", "no-indices"), {"scanned"}, id="indices dropped"),
        pytest.param(("--workers", "1"), {"workers"}, id="one worker"),
        pytest.param(
            ("--set", "LIMIT_PAGES=10 per minute", "--minutes", "0.8"), {"limited"}, id="a limit of 10 a minute"
        ),
        pytest.param(("--plant", "loss"), {"lost"}, id="answers forgotten"),
        pytest.param(("--plant", "leak"), {"wrong"}, id="another person's page"),
    ],
)  # fmt: skip
def test_a_broken_platform_fails_for_the_right_reason(
    tmp_path: Path, fault: tuple[str, ...], expected: set[str]
) -> None:
    code, missed, said = run(tmp_path, *SHORT, *fault)
    assert code == 1, said
    assert missed - TIMES - {"errors_percent"} == expected, said


@pytest.mark.parametrize(
    "shape",
    [
        SHORT,
        ("bell", "--scale", "0.05", "--starts", "1"),
        ("exam", "--scale", "0.05", "--minutes", "0.4"),
    ],
    ids=lambda shape: shape[0],
)
def test_a_sound_platform_meets_every_goal_but_those_of_time(
    tmp_path: Path, shape: tuple[str, ...]
) -> None:
    _, missed, said = run(tmp_path, *shape)
    assert missed - TIMES == set(), said
