"""How many connections a worker keeps: as many as it is told, and never more than it may open files."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable

import pytest

from cozmic.config import ROOT

ASK = """
import resource, runpy
found = runpy.run_path("gunicorn.conf.py")
found["on_exit"](None)
print(found["worker_connections"], resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def settle(*, soft: int, hard: int, **environ: str) -> list[int]:
    """Return the connections and the files that gunicorn.conf.py settles on, under a limit of the system's."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    return _ask(limit, environ)


def _ask(before: Callable[[], None], environ: dict[str, str]) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True,
        check=True, preexec_fn=before,
    )  # fmt: skip
    return [int(one) for one in done.stdout.split()]


@pytest.mark.parametrize(
    ("soft", "hard", "asked", "connections", "files"),
    [
        pytest.param(1024, 8192, "4000", 4000, 4128, id="the limit is raised"),
        pytest.param(8192, 8192, "4000", 4000, 8192, id="it was high enough"),
        pytest.param(512, 1024, "4000", 896, 1024, id="as far as the system lets it"),
        pytest.param(1024, 8192, "100", 100, 1024, id="few are wanted"),
    ],
)
def test_connections_fit_the_files(
    soft: int, hard: int, asked: str, connections: int, files: int
) -> None:
    assert settle(soft=soft, hard=hard, WORKER_CONNECTIONS=asked) == [connections, files]
