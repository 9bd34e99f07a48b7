"""Around every request: one line and one count, whatever becomes of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from cozmic.config import ROOT
from cozmic.observe.tally import current_tally, note_error
from cozmic.observe.watch import Watch
from tests.observe.serving import Stage, counted, on_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path) as one:
        yield one


def greet(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


class Stream:
    """A body in three parts, which notes that it was closed."""

    closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from (b"one", b"two", b"three")

    def close(self) -> None:
        self.closed += 1


def stream(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return Stream()


def take(body: Any) -> bytes:
    """Do as a server does."""
    try:
        return b"".join(body)
    finally:
        body.close()


def test_a_request_is_one_line(stage: Stage) -> None:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        tally = current_tally()
        tally.sql_n, tally.sql_ms, tally.redis_n, tally.cache = 1, 0.4321, 2, "hit"
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "5")])
        return [b"hello"]

    assert take(stage.ask(app)) == b"hello"
    (line,) = stage.lines()
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("at"))
    assert re.fullmatch(r"[0-9a-f]{16}", line.pop("id"))
    assert 0 <= line.pop("ms") < 1000
    assert line == {
        "endpoint": "some.page", "method": "GET", "status": 200, "wait_ms": 0.0, "sql_n": 1, "sql_ms": 0.43,
        "redis_n": 2, "cache": "hit", "bytes": 5,
    }  # fmt: skip


def test_the_line_that_the_documentation_shows_is_like_a_real_one(stage: Stage) -> None:
    take(stage.ask(greet))
    (line,) = stage.lines()
    page = (ROOT / "docs/reference/metrics.md").read_text()
    shown = json.loads(page.split("```json\n")[1].split("\n```")[0])
    assert list(line) == list(shown)
    assert {name: type(value) for name, value in {**shown, "cache": ""}.items()} == {
        name: type(value) for name, value in line.items()
    }


def test_each_response_carries_the_id_of_its_line_and_never_one_from_outside(stage: Stage) -> None:
    ids = []
    for _ in range(2):
        take(stage.ask(greet, HTTP_X_REQUEST_ID="0123456789abcdef"))
        ids.append(dict(stage.headers)["X-Request-ID"])
    assert [line["id"] for line in stage.lines()] == ids
    assert len({*ids, "0123456789abcdef"}) == 3


def test_each_request_counts_anew(stage: Stage) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        current_tally().sql_n += 3
        return greet(environ, start_response)

    for _ in range(2):
        take(stage.ask(app))
    assert [line["sql_n"] for line in stage.lines()] == [3, 3]


def test_a_streamed_response_is_told_when_it_is_closed_and_once(stage: Stage) -> None:
    body = stage.ask(stream)
    assert b"".join(body) == b"onetwothree"
    assert stage.lines() == []
    body.close()
    body.close()
    (line,) = stage.lines()
    assert line["status"] == 200
    assert "hung_up" not in line


def test_a_visitor_who_hangs_up_is_told_and_the_body_is_closed_once(stage: Stage) -> None:
    before = counted("cozmic_hang_ups_total")
    body = stage.ask(stream)
    parts = iter(body)
    assert next(parts) == b"one"
    body.close()
    del parts
    (line,) = stage.lines()
    assert line["hung_up"] is True
    assert body.body.closed == 1
    assert counted("cozmic_hang_ups_total") == before + 1


def test_an_exception_that_leaves_the_application_is_told_and_raised(stage: Stage) -> None:
    def app(_environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        raise LookupError("Ben's essay")

    with pytest.raises(LookupError):
        stage.ask(app)
    (line,) = stage.lines()
    assert (line["status"], line["error"]) == (500, "LookupError")
    assert "essay" not in stage.log.read_text()


def test_an_exception_amid_the_body_is_told_and_raised(stage: Stage) -> None:
    def parts() -> Iterator[bytes]:
        yield b"one"
        raise ZeroDivisionError

    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return parts()

    with pytest.raises(ZeroDivisionError):
        take(stage.ask(app))
    (line,) = stage.lines()
    assert (line["status"], line["error"]) == (500, "ZeroDivisionError")
    assert "hung_up" not in line


def test_an_error_that_became_a_page_is_named_in_its_line(stage: Stage) -> None:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        note_error(KeyError("Ben"))
        start_response("500 INTERNAL SERVER ERROR", [])
        return [b"sorry"]

    take(stage.ask(app))
    assert [line["error"] for line in stage.lines()] == ["KeyError"]
    take(stage.ask(greet))
    assert "error" not in stage.lines()[-1], "the next request has its own"


def test_requests_are_counted_by_endpoint_method_and_class_of_status(stage: Stage) -> None:
    def refuse(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        tally = current_tally()
        tally.sql_n, tally.sql_ms, tally.redis_n, tally.cache = 2, 500, 1, "waited"
        start_response("429 TOO MANY REQUESTS", [])
        return []

    for method in ("GET", "GET", "POST", "BREW-12345"):
        take(stage.ask(refuse, endpoint="limited.page", REQUEST_METHOD=method))
    of = {"endpoint": "limited.page"}
    assert counted("cozmic_requests_total", **of, status="4xx", method="GET") == 2
    assert counted("cozmic_requests_total", **of, method="other") == 1, "anybody can invent methods"
    assert counted("cozmic_requests_total", **of) == 4
    assert counted("cozmic_request_seconds_count", **of) == 4
    assert counted("cozmic_request_seconds_bucket", **of, le="10.0") == 4
    assert counted("cozmic_sql_statements_total", **of) == 8
    assert counted("cozmic_sql_seconds_total", **of) == 2
    assert counted("cozmic_redis_commands_total", **of) == 4
    assert counted("cozmic_cache_answers_total", **of, outcome="waited") == 4
    assert counted("cozmic_refusals_total", **of) == 4


def test_in_development_the_browser_is_told_where_the_time_went(stage: Stage) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        tally = current_tally()
        tally.sql_n, tally.sql_ms, tally.redis_n, tally.cache = 3, 1.5, 2, "miss"
        return greet(environ, start_response)

    take(stage.ask(app, tells_browser=True))
    timing = dict(stage.headers)["Server-Timing"]
    assert 'db;dur=1.50;desc="3"' in timing
    assert 'redis;desc="2"' in timing
    assert 'cache;desc="miss"' in timing
    take(stage.ask(app))
    assert "Server-Timing" not in dict(stage.headers)


def test_a_worker_knows_when_its_last_request_has_ended(stage: Stage) -> None:
    told: list[bool] = []
    gauges = Mock(sample=lambda *, is_idle: told.append(is_idle))
    watch = Watch(stream, gauges=gauges, log=None, tells_browser=False)
    bodies = [watch({"REQUEST_METHOD": "GET"}, Mock()) for _ in range(2)]
    for body in bodies:
        take(body)
    assert told == [False, True]


def test_a_log_that_cannot_be_written_costs_nobody_a_page(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stage = Stage(tmp_path / "none", writer)
    assert take(stage.ask(greet)) == b"hello"
    os.close(writer)


def test_metrics_that_fail_cost_nobody_a_page_and_complain_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the folder is gone")

    monkeypatch.setattr("cozmic.observe.watch.count_request", fail)
    assert take(stage.ask(greet)) == b"hello"
    assert caplog.text.count("requests are not counted") == 1
    assert len(stage.lines()) == 1
