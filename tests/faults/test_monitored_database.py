"""Monitors of a server whose database hangs: an answer in time, however many ask, and ready again afterwards."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.faults.test_database_hangs import School, hanging
from tests.faults.test_database_hangs import school as school  # noqa: PLC0414  a fixture

pytestmark = [pytest.mark.database, pytest.mark.slow]
LONGEST_S = 3.0


def ask(app: Flask) -> tuple[int, float]:
    began = time.monotonic()
    return app.test_client().head("/readyz").status_code, time.monotonic() - began


def test_each_question_is_answered_in_time_and_it_is_ready_again(school: School) -> None:
    assert ask(school.app)[0] == 200, "there is an open connection now"
    with hanging(school.server_pid), ThreadPoolExecutor(8) as monitors:
        answers = [ask(school.app), *monitors.map(ask, [school.app] * 8)]
        alive = school.app.test_client().get("/healthz").status_code
    assert {status for status, _ in answers} == {503}
    assert max(took for _, took in answers) < LONGEST_S
    assert alive == 200
    deadline = time.monotonic() + 10
    while ask(school.app)[0] != 200:
        assert time.monotonic() < deadline, "the questions that hung are given up by their deadline"
        time.sleep(0.1)
