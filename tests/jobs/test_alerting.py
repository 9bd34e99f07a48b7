"""The operator is told once, whoever measures, however often it restarts, and while the database is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.jobs.alert_words import Alarm, alert_json, alert_mail, headline
from cozmic.jobs.alerting import Alerting
from cozmic.reads.measurements import list_alerts
from cozmic.rules.alerts import AlertState, News
from cozmic.rules.thresholds import ERROR_RATE, MEMORY, THRESHOLDS, Level
from tests.measurements import keep_minutes, make_span
from tests.outside.hook_server import HookServer, hook_server
from tests.outside.mail_server import mail_server, take_mail

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hook(app: Flask) -> Iterator[HookServer]:
    with (
        hook_server() as server,
        patch.dict(app.config, ALERT_WEBHOOK_URL=server.url, PUBLIC_URL="https://x.example"),
    ):
        yield server


@pytest.fixture
def end(app: Flask) -> datetime:
    return get_now().replace(second=0, microsecond=0)


@contextmanager
def database_away() -> Iterator[None]:
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none", poolclass=NullPool)
    with patch.dict(db.engines, {None: nowhere}):
        yield


def news(hook: HookServer) -> list[tuple[str, str, str]]:
    return [(one["threshold"], one["news"], one["level"]) for one in hook.bodies]


RISEN = [("memory", "risen", "critical")]


def test_a_quiet_deployment_is_told_nothing(hook: HookServer, end: datetime) -> None:
    keep_minutes(end, 20)
    Alerting().judge(end, [])
    assert hook.bodies == []
    assert {one.level for one in list_alerts().values()} == {Level.FINE}


def test_what_is_critical_is_told_once_whoever_asks(hook: HookServer, end: datetime) -> None:
    keep_minutes(end, 3, memory_percent=95.0)
    first = Alerting()
    first.judge(end, [])
    first.judge(end, [])
    Alerting().judge(end, [])  # another server, or this one after a restart
    Alerting().judge(end + MINUTE, [])
    assert news(hook) == RISEN
    assert list_alerts()["memory"] == AlertState(Level.CRITICAL, end, end)


def test_it_is_told_again_when_it_is_over(hook: HookServer, end: datetime) -> None:
    keep_minutes(end, 3, memory_percent=95.0)
    Alerting().judge(end, [])
    later = end + timedelta(minutes=30)
    keep_minutes(later, 25)
    Alerting().judge(later, [])
    assert news(hook) == [*RISEN, ("memory", "over", "fine")]


def test_one_full_host_among_many_is_enough(hook: HookServer, end: datetime) -> None:
    keep_minutes(end, 3, "one:1", memory_percent=20.0)
    keep_minutes(end, 3, "two:1", memory_percent=95.0)
    Alerting().judge(end, [])
    assert news(hook) == RISEN


def test_servers_that_decide_at_the_same_moment_tell_it_once(
    app: Flask, hook: HookServer, end: datetime
) -> None:
    Alerting().judge(
        end - 5 * MINUTE, []
    )  # the rows are there, so that only their lock is left to wait for
    keep_minutes(end, 3, memory_percent=95.0)
    begin = Barrier(6)

    def decide_in_a_thread(_: int) -> None:
        with app.app_context():
            db.session.execute(text("SELECT 1"))  # connected
            begin.wait(10)
            Alerting().judge(end, [])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide_in_a_thread, range(6)))
    assert news(hook) == RISEN


def test_a_server_whose_clock_is_behind_brings_nothing_back(
    hook: HookServer, end: datetime
) -> None:
    keep_minutes(end, 3, memory_percent=95.0)
    Alerting().judge(end, [])
    later = end + timedelta(minutes=30)
    keep_minutes(later, 25)
    Alerting().judge(later, [])
    Alerting().judge(end, [])
    assert news(hook) == [*RISEN, ("memory", "over", "fine")]


def test_a_database_that_is_away_is_told_and_not_told_again_when_it_is_back(
    hook: HookServer, end: datetime
) -> None:
    keep_minutes(end, 20)
    alerting = Alerting()
    alerting.judge(end, [])
    down: dict[str, Any] = {"errors": 50, "server_used": None}
    own = [make_span(end + n * MINUTE, **down) for n in range(4)]
    with database_away():
        for minute in range(1, 5):
            alerting.judge(end + minute * MINUTE, own[:minute])
    assert news(hook) == [("error-rate", "risen", "critical")]
    keep_minutes(end + 5 * MINUTE, 5, **down)
    alerting.judge(end + 5 * MINUTE, own)
    Alerting().judge(end + 6 * MINUTE, own)
    assert news(hook) == [("error-rate", "risen", "critical")]
    assert list_alerts()["error-rate"].level is Level.CRITICAL


def test_a_mail_goes_to_each_address_and_a_webhook_that_fails_keeps_none_from_going(
    app: Flask, end: datetime
) -> None:
    keep_minutes(end, 3, memory_percent=95.0)
    with mail_server(take_mail) as server:
        settings = {
            "MAIL_URL": server.url, "ALERT_MAIL_TO": ("it@x.example", "head@x.example"),
            "ALERT_WEBHOOK_URL": "http://127.0.0.1:1/",
        }  # fmt: skip
        with patch.dict(app.config, settings):
            Alerting().judge(end, [])
        mail = server.wait_for_mail()
        assert len(server.mails) == 2
    assert mail["To"] == "it@x.example"
    assert mail["Subject"] == "[CozmicLearning] Act now: Memory at 95.0 %"
    assert "docs/how-to/runbook.md under memory" in mail.get_content()


def test_a_mail_server_that_is_gone_hurts_nothing(
    app: Flask, end: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    keep_minutes(end, 3, memory_percent=95.0)
    gone = {"MAIL_URL": "smtp://127.0.0.1:1", "ALERT_MAIL_TO": ("it@x.example",)}
    with patch.dict(app.config, gone):
        Alerting().judge(end, [])
    assert "not sent" in caplog.text
    assert "Act now: Memory at 95.0 %" in caplog.text
    assert list_alerts()["memory"].told_at == end


@pytest.mark.parametrize("kind", News)
@pytest.mark.parametrize("threshold", THRESHOLDS, ids=lambda one: one.name)
def test_the_words_are_whole_and_name_nobody(kind: News, threshold: object) -> None:
    for value in (12.5, None):
        level = Level.FINE if kind is News.OVER else Level.WARNING
        alarm = Alarm(threshold, kind, AlertState(level, None, None), value)  # type: ignore[arg-type]
        mail = alert_mail(alarm, to="it@x.example", page="https://x.example/ops/")
        assert "None" not in mail.subject + mail.text
        assert "https://x.example/ops/" in mail.text
        message = alert_json(alarm, page="")
        assert json.loads(json.dumps(message)) == message
        assert set(message) == {
            "text", "news", "threshold", "level", "value", "unit", "warning_over", "critical_over", "since", "runbook",
            "page",
        }  # fmt: skip


def test_a_reminder_says_that_it_still_lasts() -> None:
    state = AlertState(Level.WARNING, None, None)
    assert (
        headline(Alarm(ERROR_RATE, News.STILL, state, 2.0)) == "Look at it: still, Errors at 2.0 %"
    )
    assert headline(Alarm(MEMORY, News.OVER, state, None)) == "Over: Memory"
