"""The bench can fail: wrong replies are noticed, ratios go the right way, and what falls short is told."""

from __future__ import annotations

import json
import signal
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from bench import exit_code, pace_of, parse
from bench_client import Caller, Visit
from bench_goals import ALL, GOALS, Finding
from bench_load import Slice, cpu_ratio, cpu_seconds, errors_in, median_of, rate_ratio
from bench_proxy import Count, PostgresTrips, TurnTrips
from bench_report import PROVES_NOTHING, Report

from cozmic.config import ROOT

BENCH = [sys.executable, str(ROOT / "locust/bench.py")]
VISIT = Visit("GET / HTTP/1.1\r\n\r\n", needs=("p1-pupil.",), mark_end="-pupil.")


def reply(status: int = 200, body: bytes = b"<p>p1-pupil.</p>") -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@contextmanager
def server(*replies: bytes) -> Iterator[int]:
    """A server that gives each request on any connection the next reply in turn; an empty one hangs up."""
    given = iter(replies * 10_000)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(65_536):
                answer = next(given)
                if not answer:
                    return
                # In two pieces: a reply seldom comes whole.
                self.request.sendall(answer[:30])
                self.request.sendall(answer[30:])

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running.server_address[1]
        running.shutdown()
        thread.join()


def ask(visit: Visit, *replies: bytes, times: int = 6, connections: int = 2) -> tuple[int, int]:
    """Make visits; return how many were made and how many went wrong."""
    with server(*replies) as port:
        caller = Caller(port, connections, [visit])
        tally = caller.run(10, times)
        caller.close()
    return tally.requests, tally.errors


def test_right_replies_are_counted() -> None:
    assert ask(VISIT, reply()) == (6, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(reply(status=500), id="a fault of the server"),
        pytest.param(reply(status=429), id="a limit"),
        pytest.param(reply(body=b"<p>p2-pupil.</p>"), id="another's page"),
        pytest.param(reply(body=b"p1-pupil. p2-pupil."), id="another's words on the right page"),
        pytest.param(reply(body=b""), id="nothing"),
    ],
)
def test_each_wrong_reply_is_an_error(wrong: bytes) -> None:
    assert ask(VISIT, reply(), wrong) == (6, 3)


def test_a_304_has_to_come_without_a_body() -> None:
    unchanged = replace(VISIT, status=304, needs=(), mark_end="")
    assert ask(unchanged, b"HTTP/1.1 304 X\r\n\r\n") == (6, 0)
    assert ask(unchanged, reply()) == (6, 6)
    assert ask(unchanged, b"HTTP/1.1 304 X\r\n\r\nbody", connections=1) == (6, 6)


def test_a_kept_connection_that_was_closed_is_opened_again() -> None:
    assert ask(VISIT, reply(), b"", connections=1) == (6, 0)


def test_a_server_that_hangs_up_on_everybody_is_an_error() -> None:
    requests, errors = ask(VISIT, b"", connections=1)
    assert (requests, errors) == (0, 1)


def slices(*pairs: tuple[float, float], errors: int = 0) -> list[Slice]:
    """Slices of one second, from requests a second and CPU milliseconds a request."""
    return [
        Slice(
            requests=int(per_s), seconds=1.0, cpu_parts_s=(per_s * cpu_ms / 1000,), times_s=(0.01,),
            client_cpu_s=0.1, errors=errors, first_errors=("GET /: wrong",) * errors,
        )
        for per_s, cpu_ms in pairs
    ]  # fmt: skip


def test_ratios_are_medians_over_the_rounds_and_cheaper_is_more() -> None:
    page, hello = slices((400, 2), (10, 2), (300, 3)), slices((1000, 1), (1000, 1), (1000, 1))
    assert rate_ratio(page, hello) == pytest.approx(0.3)
    assert cpu_ratio(page, hello) == pytest.approx(0.5)
    assert median_of(page).per_s == 300


def test_wrong_replies_are_told_by_contender() -> None:
    found = {"page": slices((10, 1), errors=1), "hello": slices((10, 1))}
    assert errors_in(found, "page", "hello") == ["page: 1 wrong replies, such as GET /: wrong"]


def test_processor_time_of_children_counts_when_they_have_ended_too() -> None:
    before = cpu_seconds(psutil.Process().pid)
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)
    assert cpu_seconds(psutil.Process().pid) - before > 0.05


def finding(key: str, value: float, by_cpu: float | None = None, **more: object) -> Finding:
    return Finding(GOALS[key], value, by_cpu, **more)  # type: ignore[arg-type]


def test_a_figure_holds_if_either_ratio_does() -> None:
    assert finding("cached", 0.36).holds
    assert finding("cached", 0.30, 0.37).verdict == "holds by CPU"
    assert not finding("cached", 0.30, 0.35).holds
    assert finding("rush", 2.0).holds
    assert not finding("rush", 2.1).holds


def test_no_figure_holds_with_wrong_replies() -> None:
    wrong = finding("cached", 0.9, faults=("GET /: another's page",))
    assert not wrong.holds
    assert wrong.verdict == "WRONG REPLIES"


def test_what_falls_short_or_lacks_or_fails_makes_the_exit_code() -> None:
    good = [Finding(goal, goal.bar) for goal in ALL]
    short = [*good[1:], finding("cached", 0.1)]
    assert exit_code(good, failed=[], is_whole=True) == 0
    assert exit_code(short, failed=[], is_whole=True) == 1
    assert exit_code(good[1:], failed=[], is_whole=True) == 1
    assert exit_code(good[1:], failed=[], is_whole=False) == 0
    assert exit_code(good, failed=["memory"], is_whole=True) == 2


def test_a_run_of_fewer_than_seven_rounds_proves_nothing_and_says_so() -> None:
    assert not pace_of(parse([])).is_quick
    assert pace_of(parse(["--rounds", "6"])).is_quick
    report = Report(facts={}, is_quick=True, findings=[finding("cached", 0.1)])
    assert PROVES_NOTHING in report.as_text()
    assert PROVES_NOTHING in report.as_page()
    assert "FALLS SHORT" in report.as_text()


def test_part_of_a_run_is_not_written_as_the_page() -> None:
    with pytest.raises(SystemExit):
        parse(["--write", "--only", "trips"])


def message(letter: bytes, content: bytes = b"") -> bytes:
    return letter + struct.pack("!I", 4 + len(content)) + content


def test_round_trips_are_counted_however_the_stream_is_cut() -> None:
    stream = message(b"D", b"Z" * 40) + message(b"Z", b"I") + message(b"C") + message(b"Z", b"T")
    for size in (1, 3, 7, len(stream)):
        count = Count()
        watcher = PostgresTrips(count)
        for place in range(0, len(stream), size):
            watcher.from_server(stream[place : place + size])
        assert count.trips == 2, size


def test_commands_sent_together_are_one_round_trip() -> None:
    count = Count()
    watcher = TurnTrips(count)
    for step in (
        watcher.from_client,
        watcher.from_client,
        watcher.from_server,
        watcher.from_client,
    ):
        step(b"x")
    assert count.trips == 2


@pytest.mark.long
@pytest.mark.database
@pytest.mark.redis
def test_the_bench_counts_and_writes_what_it_found(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    done = subprocess.run(
        [*BENCH, "--quick", "--only", "queries", "trips", "--json", str(out)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = {one["key"]: one for one in json.loads(out.read_text())["findings"]}
    assert found["cached_sql"]["value"] == 1
    assert 1 <= found["cached_redis"]["value"] <= 2, (
        "a page that was read before lies in the process"
    )
    assert found["unchanged_redis"]["value"] == 1
    assert found["queries"]["value"] <= 6
    assert PROVES_NOTHING in done.stdout


@pytest.mark.long
@pytest.mark.database
@pytest.mark.redis
def test_told_to_stop_it_leaves_nothing_running() -> None:
    with subprocess.Popen(
        [*BENCH, "--quick", "--only", "memory"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bench:  # fmt: skip
        assert bench.stderr
        line = next(line for line in bench.stderr if "requests:" in line or "Error" in line)
        assert "requests:" in line
        started = psutil.Process(bench.pid).children(recursive=True)
        bench.send_signal(signal.SIGTERM)
        bench.communicate(timeout=60)
        assert bench.returncode == 130
    assert len(started) > 5
    _, alive = psutil.wait_procs(started, timeout=20)
    assert alive == []
