"""Once a minute one worker writes down what all have counted, whatever happens to it or to the database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.jobs.sampling import Sampler, Turn
from cozmic.models import Measurement
from cozmic.observe.metrics import REFUSALS, count_request
from cozmic.observe.tally import Tally
from cozmic.observe.totals import Totals, read_totals
from cozmic.reads.measurements import list_measured
from cozmic.rules.measured import Measured
from cozmic.transaction import transaction
from cozmic.writes.measurements import FINE_FOR, KEPT_FOR, keep_measured, thin_out
from tests.client import Client
from tests.measurements import keep_minutes, make_span
from tests.outside.hook_server import hook_server

MINUTE = timedelta(minutes=1)


class Clock:
    """This machine's clock and the database's, moved together."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        # In the middle of a minute, so that no real second carries it over.
        self._began = datetime.now(UTC)
        self._ahead = self._began.replace(second=30) - self._began
        self.go(timedelta())

    def go(self, by: timedelta) -> None:
        self._ahead += by
        self._app.config["CLOCK_OFFSET_S"] = self._ahead.total_seconds()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture
def clock(app: Flask) -> Clock:
    return Clock(app)


@pytest.fixture
def sampler(app: Flask, clock: Clock, tmp_path: Path) -> Sampler:
    one = Sampler(app, folder=tmp_path, threads=2, clock=clock)
    Turn(tmp_path).write(read_totals()[0])  # what other tests have counted in this process
    one.tick()
    return one


def rows() -> list[Measured]:
    db.session.rollback()
    return list_measured(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def count(endpoint: str, status: int, seconds: float, times: int = 1) -> None:
    for _ in range(times):
        count_request(
            endpoint, "GET", status, seconds=seconds, tally=Tally(sql_n=2, sql_ms=10, cache="hit")
        )


def test_a_minute_holds_what_was_counted_in_it(sampler: Sampler, clock: Clock) -> None:
    count("some.page", 200, 0.03, 7)
    count("some.page", 503, 3.0)
    count("health.readyz", 503, 3.0, 5)  # monitors' questions are not people's
    REFUSALS.labels("some.page").inc(2)
    sampler.tick()
    assert rows() == []  # the minute is not over
    clock.go(MINUTE)
    sampler.tick()
    (row,) = rows()
    assert row.began_at == (get_now() - MINUTE).replace(second=0, microsecond=0)
    assert (row.requests, row.errors, row.refusals, row.cache_hits, row.statements) == (
        8,
        1,
        2,
        8,
        16,
    )
    assert row.times == (0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 0)
    assert row.busy_s == pytest.approx(3.21)
    assert row.sql_s == pytest.approx(0.08)
    clock.go(MINUTE)
    sampler.tick()
    assert [one.requests for one in rows()] == [8, 0]


def test_it_tells_of_the_host_and_the_database(app: Flask, sampler: Sampler, clock: Clock) -> None:
    clock.go(MINUTE)
    sampler.tick()
    (row,) = rows()
    assert row.memory_percent is not None
    assert 0 < row.memory_percent < 100
    assert row.memory_mb
    assert row.cores
    assert row.workers >= 1
    assert row.threads == row.workers * 2
    assert row.pool_most == 15
    if db.engine.dialect.name == "postgresql":
        assert row.server_used is not None
        assert row.server_most is not None
        assert 1 <= row.server_used <= row.server_most
    else:
        assert (row.server_used, row.server_most) == (None, None)


def test_real_requests_are_in_it(app: Flask, sampler: Sampler, clock: Clock, ada: Client) -> None:
    Turn(sampler._turn.folder).write(read_totals()[0])
    ada.get("/teacher/", buffered=True)
    clock.go(MINUTE)
    sampler.tick()
    (row,) = rows()
    assert row.requests == 1
    assert row.statements > 0
    assert row.active_people is not None
    assert row.active_people >= 1


def test_the_next_one_goes_on_where_the_last_one_ended(
    app: Flask, sampler: Sampler, clock: Clock, tmp_path: Path
) -> None:
    other = Sampler(app, folder=tmp_path, threads=2, clock=clock)
    count("some.page", 200, 0.03, 3)
    clock.go(MINUTE)
    sampler.tick()
    count("some.page", 200, 0.03, 4)
    other.tick()
    clock.go(MINUTE)
    other.tick()  # it is not its turn
    assert [one.requests for one in rows()] == [3]
    sampler._turn.give_up()  # as when its process ends
    other.tick()
    clock.go(MINUTE)
    other.tick()
    assert [one.requests for one in rows()] == [3, 4]


HOLD = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    mine = Turn(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tmp_path / "sampling.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert not mine.is_mine()
        process.kill()
    assert mine.is_mine()
    assert mine.is_mine()
    assert not Turn(tmp_path).is_mine()


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"times": [1]}', '{"times": 3}', '{"more": 1, "times": []}']
)
def test_what_was_kept_and_cannot_be_read_counts_as_nothing(tmp_path: Path, kept: str) -> None:
    (tmp_path / "sampled.json").write_text(kept)
    assert Turn(tmp_path).read() == Totals()
    totals = read_totals()[0]
    Turn(tmp_path).write(totals)
    assert Turn(tmp_path).read() == totals


@contextmanager
def database_away(app: Flask) -> Iterator[None]:
    """Every connection fails, as where the server is gone."""
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none", poolclass=NullPool)
    with app.app_context(), patch.dict(db.engines, {None: nowhere}):
        yield


def test_minutes_wait_in_memory_while_the_database_is_away(
    app: Flask, sampler: Sampler, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with database_away(app):
        for errors in (1, 2):
            count("some.page", 503, 3.0, errors)
            clock.go(MINUTE)
            sampler.tick()
            sampler.tick()
    assert rows() == []
    assert caplog.text.count("figures wait") == 1
    sampler.tick()
    assert [one.errors for one in rows()] == [1, 2]
    sampler.tick()
    assert len(rows()) == 2


def test_the_operator_is_told_by_the_one_that_samples(
    app: Flask, sampler: Sampler, clock: Clock
) -> None:
    with hook_server() as hook, patch.dict(app.config, ALERT_WEBHOOK_URL=hook.url):
        for _ in range(4):
            count("some.page", 503, 3.0, 10)
            clock.go(MINUTE)
            sampler.tick()
            sampler.tick()
        other = Sampler(app, folder=sampler._turn.folder, threads=2, clock=clock)
        sampler._turn.give_up()
        for _ in range(3):
            count("some.page", 503, 3.0, 10)
            other.tick()
            clock.go(MINUTE)
            other.tick()
            other.tick()
    told = [(one["threshold"], one["level"]) for one in hook.bodies]
    assert told == [("error-rate", "critical")]


def test_two_servers_write_side_by_side_and_a_minute_is_written_once(app: Flask) -> None:
    now = get_now()
    keep_minutes(now, 2, "one:1")
    keep_minutes(now, 2, "two:1")
    keep_minutes(now, 2, "one:1", requests=999)
    assert [one.requests for one in rows()] == [100] * 4


def test_old_minutes_become_five_and_older_ones_go(app: Flask) -> None:
    now = datetime(2026, 11, 25, 12, 3, tzinfo=UTC)
    old = now - FINE_FOR - timedelta(minutes=13)  # 05:50
    with transaction():
        keep_measured(
            "one:1", [make_span(old + n * MINUTE, cpu_percent=float(n)) for n in range(20)]
        )
        keep_measured("two:1", [make_span(old + n * MINUTE) for n in range(2)])
        keep_measured(
            "one:1", [make_span(now - KEPT_FOR - MINUTE), make_span(now - KEPT_FOR + 4 * MINUTE)]
        )
    for _ in range(2):  # a second time changes nothing
        with transaction():
            thin_out(now)
        found = [
            (f"{one.began_at:%a %H:%M}", one.span_s, one.requests, one.cpu_percent)
            for one in rows()
        ]
        assert found == [
            ("Wed 12:05", 300, 100, 20.0),
            ("Wed 05:50", 300, 500, 2.0),
            ("Wed 05:50", 300, 200, 20.0),
            ("Wed 05:55", 300, 500, 7.0),
            *((f"Wed 06:{n:02}", 60, 100, float(10 + n)) for n in range(10)),
        ]  # fmt: skip


def test_ticks_between_minutes_ask_the_database_nothing(
    app: Flask, sampler: Sampler, clock: Clock
) -> None:
    clock.go(MINUTE)
    sampler.tick()
    sampler.tick()
    with database_away(app):
        sampler.tick()
    assert len(rows()) == 1


def test_no_connection_is_held_between_minutes(app: Flask, sampler: Sampler, clock: Clock) -> None:
    db.session.remove()
    before = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    clock.go(MINUTE)
    sampler.tick()
    sampler.tick()
    assert db.engine.pool.checkedout() == before  # type: ignore[attr-defined]


def test_it_does_not_run_in_tests_unless_asked(app: Flask) -> None:
    assert app.config["MEASURE"] is False
    assert db.session.execute(select(func.count()).select_from(Measurement)).scalar_one() == 0


def test_the_file_that_is_kept_is_whole(tmp_path: Path) -> None:
    Turn(tmp_path).write(Totals(requests=5))
    assert json.loads((tmp_path / "sampled.json").read_text())["requests"] == 5
    assert not (tmp_path / "sampled.new").exists()
