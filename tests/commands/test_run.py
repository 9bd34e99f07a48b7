"""`make run`: ready soon, and gone when told to go."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.process import free_port

ROOT = Path(__file__).resolve().parents[2]
# Long, because the machine may be busy with other tests; nothing waits for it to pass.
PATIENCE_S = 200


def environ(instance: Path) -> dict[str, str]:
    ours = ("COZMIC_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAKE", "MFLAGS")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**plain, "COZMIC_INSTANCE": str(instance), "WEB_CONCURRENCY": "2"}


def processes_of(instance: Path) -> list[int]:
    """Whoever was started with this instance folder and is still there."""
    mark = f"COZMIC_INSTANCE={instance}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


@contextmanager
def running(instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """make run, in a session of its own as in a terminal; whatever is left afterwards is ended."""
    command = ["make", "run", f"PORT={port}"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ(instance),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as make:
        try:
            yield make
        finally:
            for pid in processes_of(instance):
                os.kill(pid, signal.SIGKILL)


def seconds_until_ready(port: int, make: subprocess.Popen[str]) -> float:
    started = time.monotonic()
    while True:
        waited = time.monotonic() - started
        assert make.poll() is None, "make ended by itself"
        assert waited < PATIENCE_S, "the platform did not become ready"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return waited
        except OSError:  # refused, reset, too late, or 503: not ready
            time.sleep(0.05)


def seconds_to_import(instance: Path) -> float:
    """How long the shortest part of a start takes at this moment."""
    started = time.monotonic()
    ours = {**environ(instance), "COZMIC_CONFIG": "development"}
    subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=ours, check=True)
    return time.monotonic() - started


@pytest.mark.long
def test_a_second_start_is_ready_within_five_seconds_and_ends_with_make(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as make:
        seconds_until_ready(port, make)
        # A terminal's Ctrl-C goes to everybody in it.
        os.killpg(make.pid, signal.SIGINT)
        output, _ = make.communicate(timeout=PATIENCE_S)
        assert processes_of(tmp_path) == []
    assert f"http://127.0.0.1:{port}" in output
    assert "teacher, student, admin" in output

    with running(tmp_path, port) as make:
        waited = seconds_until_ready(port, make)
        # A supervisor tells make alone.
        make.send_signal(signal.SIGTERM)
        make.communicate(timeout=PATIENCE_S)
        assert processes_of(tmp_path) == []
    # 1.6 s on an idle machine; other tests keep it busy, and importing the application shows how busy.
    assert waited < 5 or waited < 4 * seconds_to_import(tmp_path)


@pytest.mark.long
def test_told_to_end_before_it_is_ready_it_leaves_nothing(tmp_path: Path) -> None:
    with running(tmp_path, free_port()) as make:
        deadline = time.monotonic() + PATIENCE_S
        while len(processes_of(tmp_path)) < 3:  # make, the script, and the step it is at
            assert time.monotonic() < deadline
            time.sleep(0.01)
        make.send_signal(signal.SIGTERM)
        make.communicate(timeout=PATIENCE_S)
        assert processes_of(tmp_path) == []


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(tmp_path, port) as make:
            output, _ = make.communicate(timeout=PATIENCE_S)
    assert make.returncode != 0
    assert output.splitlines()[0].startswith(f"Port {port} cannot be used")
    assert f"make run PORT={port + 1}" in output


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_told_in_one_line(tmp_path: Path, port: str) -> None:
    done = subprocess.run(
        ["scripts/run"],
        cwd=ROOT,
        env={**environ(tmp_path), "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr == f"PORT is {port}; it must be a number from 1 to 65535.\n"
