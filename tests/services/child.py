"""Whole test runs inside a test: pytest as a process of its own, with the plugin under test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start_pytest(
    folder: Path, source: str, *options: str, environ: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start pytest on one file of tests, apart from this checkout's conftest and configuration."""
    (folder / "test_inside.py").write_text(source)
    plugins = "-p tests.services.fixtures -p xdist -p no:cacheprovider"
    apart = ["-c", os.devnull, "--rootdir", str(folder), "-q"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins.split(), *apart, *options, str(folder)],
        cwd=ROOT,
        # The plugins needed and no other: most of such a run is spent importing.
        env={**clean_environ(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_pytest(
    folder: Path, source: str, *options: str, environ: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run pytest to its end; its exit code and what it printed."""
    with start_pytest(folder, source, *options, environ=environ) as run:
        output, _ = run.communicate(timeout=240)
        return run.returncode, output


def clean_environ() -> dict[str, str]:
    """The environment without what the outer run was given for itself."""
    ours = ("TEST_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
