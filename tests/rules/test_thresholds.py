"""The guide's table: every threshold through its levels, exact at the borders."""

from __future__ import annotations

import math

import pytest

from cozmic.config import ROOT
from cozmic.rules.thresholds import (
    CPU,
    ERROR_RATE,
    MEMORY,
    POOL_CONNECTIONS,
    RESPONSE_TIME,
    SERVER_CONNECTIONS,
    THRESHOLDS,
    Level,
    Threshold,
    error_rate,
    judged_time,
    pool_share,
    share,
    worst,
)

FINE, WARNING, CRITICAL, UNKNOWN = Level.FINE, Level.WARNING, Level.CRITICAL, Level.UNKNOWN
TABLE = {
    ERROR_RATE: (1, 5), RESPONSE_TIME: (2, 5), MEMORY: (70, 90), CPU: (80, 95),
    POOL_CONNECTIONS: (800 / 15, 1400 / 15), SERVER_CONNECTIONS: (800 / 15, 1400 / 15),
}  # fmt: skip
"""As the guide has it, written down a second time on purpose."""


def test_the_table_is_the_guides() -> None:
    assert {one: (one.warning, one.critical) for one in THRESHOLDS} == TABLE


@pytest.mark.parametrize("threshold", TABLE, ids=lambda one: one.name)
def test_a_figure_goes_through_all_levels_exactly_at_the_borders(threshold: Threshold) -> None:
    warning, critical = TABLE[threshold]
    levels = [
        (None, UNKNOWN), (math.nan, UNKNOWN), (0, FINE), (warning, FINE), (math.nextafter(warning, 1000), WARNING),
        (critical, WARNING), (math.nextafter(critical, 1000), CRITICAL), (math.inf, CRITICAL),
    ]  # fmt: skip
    assert [(value, threshold.judge(value)) for value, _ in levels] == levels


@pytest.mark.parametrize(
    ("requests", "errors", "level"),
    [
        (0, 0, UNKNOWN), (5, 0, FINE), (5, 1, UNKNOWN), (5, 2, UNKNOWN), (5, 3, CRITICAL), (99, 2, UNKNOWN),
        (100, 1, FINE), (700, 7, FINE), (700, 8, WARNING), (700, 35, WARNING), (700, 36, CRITICAL), (9, 9, CRITICAL),
    ],
)  # fmt: skip
def test_one_error_at_night_is_no_error_rate(requests: int, errors: int, level: Level) -> None:
    assert ERROR_RATE.judge(error_rate(requests=requests, errors=errors)) is level


def test_the_slowest_of_a_few_is_no_percentile() -> None:
    assert judged_time(9.0, requests=19) is None
    assert judged_time(9.0, requests=20) == 9.0
    assert judged_time(None, requests=500) is None


@pytest.mark.parametrize("scale", [1, 2, 3, 7, 20])
def test_eight_of_fifteen_is_fine_and_nine_is_not_whatever_the_size(scale: int) -> None:
    for threshold in (POOL_CONNECTIONS, SERVER_CONNECTIONS):
        levels = [threshold.judge(share(used * scale, 15 * scale)) for used in (8, 9, 14, 15)]
        assert levels == [FINE, WARNING, WARNING, CRITICAL]


@pytest.mark.parametrize(
    ("in_use", "kept", "most", "level"),
    [
        (0, 0, 15, FINE), (8, 0, 15, FINE), (9, 0, 15, WARNING), (14, 0, 15, WARNING), (15, 0, 15, CRITICAL),
        (3, 3, 15, FINE),  # idle: two threads and the lane
        (9, 9, 15, FINE),  # idle: eight threads and the lane
        (6, 3, 15, FINE),  # each of them in a request
        (12, 9, 15, FINE), (13, 9, 15, WARNING), (15, 9, 15, CRITICAL),
        (15, 15, 15, UNKNOWN),  # nothing left that could be full
        (2, 3, 15, FINE),  # counted while a thread gives its own back
        (0, 0, 0, UNKNOWN),
    ],
)  # fmt: skip
def test_what_an_idle_server_keeps_is_not_in_use(
    in_use: int, kept: int, most: int, level: Level
) -> None:
    assert POOL_CONNECTIONS.judge(pool_share(in_use=in_use, kept=kept, most=most)) is level


def test_the_worst_level_is_the_gravest_that_is_known() -> None:
    assert worst([]) is UNKNOWN
    assert worst([UNKNOWN, FINE]) is FINE
    assert worst([FINE, CRITICAL, WARNING, UNKNOWN]) is CRITICAL


def test_each_has_words_and_a_heading_in_the_runbook() -> None:
    assert all(one.title and one.meaning.endswith(".") for one in THRESHOLDS)
    headings = {one.heading for one in THRESHOLDS}
    runbook = (ROOT / "docs/how-to/runbook.md").read_text()
    assert all(f"\n## {heading}\n" in runbook for heading in headings)
    assert headings == {"error-rate", "response-time", "memory", "cpu", "database-connections"}
