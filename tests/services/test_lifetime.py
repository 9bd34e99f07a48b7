"""Servers are started once for a run, only when asked, and end with it however it ends."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.services.child import run_pytest, start_pytest
from tests.services.postgres import administering, start_postgres
from tests.services.redis_server import connect, start_redis

# Long, because the machine may be busy with other tests; nothing waits for it to pass.
PATIENCE_S = 120
LOOK = """
import os, time, pytest
@pytest.mark.parametrize("n", range(4))
def test_look(n, postgres_server, redis_server, tmp_path_factory):
    postgres_server.new_database()
    redis_server.empty()
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(f"{postgres_server.process_id} {redis_server.process_id} {redis_server.url}\\n")
    time.sleep(float(os.environ.get("NAP_S", "0")))
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def lines_of(seen: Path) -> list[str]:
    return seen.read_text().splitlines() if seen.exists() else []


def servers_seen(seen: Path) -> set[int]:
    return {int(number) for line in lines_of(seen) for number in line.split()[:2]}


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def databases(url: str) -> set[str]:
    with administering(url) as connection:
        return set(connection.execute(text("SELECT datname FROM pg_database")).scalars())


def folders_of(pids: set[int]) -> list[Path]:
    """The folders made for these servers: where they run, or just above."""
    at = [Path(f"/proc/{pid}/cwd").readlink() for pid in pids]
    return [path if path.name.startswith("cozmic-") else path.parent for path in at]


@pytest.mark.long
@pytest.mark.parametrize(
    ("how", "options"),
    [(signal.SIGTERM, ()), (signal.SIGTERM, ("-n2",)), (signal.SIGKILL, ("-n2",))],
)
def test_a_run_shares_its_servers_and_leaves_none_when_it_is_cut_short(
    tmp_path: Path, how: signal.Signals, options: tuple[str, ...]
) -> None:
    seen = tmp_path / "seen"
    workers = 2 if options else 1
    environ = {"SEEN": str(seen), "NAP_S": "200"}
    with start_pytest(tmp_path, LOOK, *options, environ=environ) as run:
        try:
            wait_for("every worker has servers", lambda: len(lines_of(seen)) == workers)
            pids = servers_seen(seen)
            folders = folders_of(pids)
            assert len(pids) == 2, "one server of each kind for all"
            assert len({line.split()[2] for line in lines_of(seen)}) == workers, "keys are apart"
            run.send_signal(how)
            run.communicate(timeout=PATIENCE_S)
        finally:
            run.kill()
    wait_for("the servers end", lambda: not any(is_alive(pid) for pid in pids))
    wait_for("their folders go", lambda: not any(folder.exists() for folder in folders))


def test_tests_that_ask_for_no_server_start_none(tmp_path: Path) -> None:
    environ = {"TEST_DATABASE_URL": "nonsense", "TEST_REDIS_URL": "nonsense"}
    code, output = run_pytest(tmp_path, "def test_two():\n    assert 1 + 1 == 2\n", environ=environ)
    assert code == 0, output


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["alone", "workers"])
def test_without_a_server_the_run_fails_with_the_line_that_helps(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    environ = {"TEST_SERVICES_FROM": "machine", "PATH": "/nowhere"}
    source = "def test_it(redis_server):\n    pass\n"
    code, output = run_pytest(tmp_path, source, *options, environ=environ)
    assert code != 0
    assert (
        "The tests need Redis: run `sudo apt-get install redis-server`, or set TEST_REDIS_URL"
        in output
    )
    assert "passed" not in output
    assert "skipped" not in output


@pytest.mark.long
def test_given_servers_are_used_and_left_as_they_were(tmp_path: Path) -> None:
    postgres, postgres_process = start_postgres()
    redis, redis_process = start_redis()
    try:
        with connect(redis.url) as client:
            client.set("precious", "1")
        seen = tmp_path / "seen"
        environ = {
            "SEEN": str(seen),
            "TEST_DATABASE_URL": postgres.url,
            "TEST_REDIS_URL": redis.url,
        }
        before = databases(postgres.url)
        code, output = run_pytest(tmp_path, LOOK, "-n2", environ=environ)
        assert code == 0, output
        assert {line.split()[0] for line in lines_of(seen)} == {"None"}
        assert databases(postgres.url) == before
        with connect(redis.url) as client:
            assert client.get("precious") == b"1"
        assert is_alive(postgres_process.pid)
        assert is_alive(redis_process.pid)
    finally:
        postgres_process.stop()
        redis_process.stop()
