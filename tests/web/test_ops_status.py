"""The admins' page Status: figures with their levels, charts, the next step, and what stands there without any."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Alert
from cozmic.ops.charts import draw_chart, round_up, show
from cozmic.rules.thresholds import CPU, RESPONSE_TIME, Level
from cozmic.transaction import transaction
from tests.client import Client
from tests.factories import Cast
from tests.measurements import SLOW, keep_minutes
from tests.queries import counted_queries

TILE = re.compile(
    r'class="stat figure.*?stat-label">([^<]+)<.*?badge-(\w+)".*?</svg>([^<]+)<.*?stat-value">([^<]+)<',
    re.DOTALL,
)


def tiles(page: str) -> dict[str, tuple[str, str, str]]:
    """Each figure with its colour, its word and its value."""
    return {name: (tone, word, value) for name, tone, word, value in TILE.findall(page)}


def test_nothing_measured_yet_says_so(app: Flask, cast: Cast, root: Client) -> None:
    assert "Measuring is switched off: set MEASURE=1" in root.get("/ops/").text
    with patch.dict(app.config, MEASURE=True):
        page = root.get("/ops/?range=7d").text
    assert "Nothing was measured yet" in page
    assert "within two minutes of the start of the server" in page
    assert '<svg class="timeline-box"' not in page


def test_a_quiet_school_is_well(app: Flask, cast: Cast, root: Client) -> None:
    keep_minutes(get_now(), 60)
    page = root.get("/ops/").text
    assert "All is well." in page
    assert tiles(page) == {
        "Errors": ("good", "Fine", "0 %"), "Response time": ("good", "Fine", "35 ms"),
        "Processor": ("good", "Fine", "20 %"), "Memory": ("good", "Fine", "40 %"),
        "Database connections": ("good", "Fine", "5 %"), "Database server": ("good", "Fine", "12 %"),
    }  # fmt: skip
    assert "Next step: none" in page
    assert page.count('class="timeline-box"') == 8
    assert "31 people at work" in page
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Pages asked for 500 Of them ready made, from the cache 88 %" in text
    assert "Workers, and pages they serve at once 2, 4" in text


def test_what_is_wrong_is_told_by_word_sign_and_colour(
    app: Flask, cast: Cast, root: Client
) -> None:
    keep_minutes(get_now(), 60, errors=6, memory_percent=75.0, times=SLOW, server_used=None)
    page = root.get("/ops/").text
    found = tiles(page)
    assert found["Errors"] == ("bad", "Act now", "6 %")
    assert found["Memory"] == ("warn", "Look at it", "75 %")
    assert found["Response time"][:2] == ("warn", "Look at it")
    assert found["Database server"] == ("plain", "Not known", "–")
    assert "People are likely to notice" in page


def test_the_next_step_stands_there_with_its_reasons(app: Flask, cast: Cast, root: Client) -> None:
    keep_minutes(get_now(), 60, times=SLOW, cpu_percent=91.0)
    page = root.get("/ops/").text
    is_sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    assert f"Next step: {'Move to PostgreSQL' if is_sqlite else 'Add Redis'}" in page
    assert "For ten minutes the processors were 91 % busy." in page
    assert ("DATABASE_URL" if is_sqlite else "REDIS_URL") in page
    assert "$" in page


def test_a_step_that_is_taken_is_not_advised_again(app: Flask, cast: Cast, root: Client) -> None:
    keep_minutes(get_now(), 60, cpu_percent=91.0, memory_percent=20.0)
    taken = {
        "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg2://",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    with patch.dict(app.config, taken):
        assert "Next step: Take a bigger host" in root.get("/ops/").text


def test_figures_that_stopped_coming_are_called_old(app: Flask, cast: Cast, root: Client) -> None:
    keep_minutes(get_now() - timedelta(minutes=20), 30)
    page = root.get("/ops/").text
    assert "These figures are old." in page
    assert "Nothing is known of the last minutes." in page
    assert "All is well" not in page


def test_an_alarm_that_was_raised_says_since_when(app: Flask, cast: Cast, root: Client) -> None:
    now = get_now()
    keep_minutes(now, 10, memory_percent=95.0)
    with transaction():
        db.session.add(Alert(name="memory", level=Level.CRITICAL, since_at=now, told_at=now))
    page = root.get("/ops/").text
    assert page.count("Alarm raised") == 1
    assert "docs/how-to/runbook.md under memory" in page


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("", "1 hour"), ("?range=1h", "1 hour"), ("?range=6h", "6 hours"), ("?range=48h", "48 hours"),
        ("?range=7d", "7 days"), ("?range=", "1 hour"), ("?range=9y", "1 hour"), ("?range=%00", "1 hour"),
        ("?range=1h&range=7d", "1 hour"), ("?range=" + "7" * 5000, "1 hour"),
    ],
)  # fmt: skip
def test_the_range_is_chosen_and_nonsense_is_an_hour(
    app: Flask, cast: Cast, root: Client, query: str, label: str
) -> None:
    keep_minutes(get_now(), 60)
    page = root.get(f"/ops/{query}").text
    assert re.findall(r'aria-current="page">([^<]+)</a>', page)[-1] == label


@pytest.mark.parametrize("query", ["?range=1h", "?range=7d"])
def test_it_takes_as_many_queries_for_a_week_of_three_servers_as_for_nothing(
    app: Flask, cast: Cast, root: Client, query: str
) -> None:
    with counted_queries() as none:
        root.get(f"/ops/{query}")
    for server in ("one:1", "two:1", "three:1"):
        keep_minutes(get_now(), 300, server)
    with counted_queries() as many:
        root.get(f"/ops/{query}")
    assert len(none) == len(many) == 4


def test_the_pictures_are_told_in_words_too(app: Flask, cast: Cast, root: Client) -> None:
    keep_minutes(get_now(), 30, cpu_percent=85.0)
    page = root.get("/ops/").text
    for name in re.findall(r'aria-labelledby="(\S+-title) (\S+-words)"', page):
        assert all(f'id="{one}"' in page for one in name)
    assert "Processor: lowest 85 %, highest 85 %, last 85 %." in page
    assert page.count('<tr><th scope="row">') >= 29


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(0.0, "s", "0 s"), (0.0184, "s", "18 ms"), (1.25, "s", "1.2 s"), (12.0, "s", "12 s"), (85.04, "%", "85 %"),
     (0.6, "%", "0.6 %"), (53.333, "%", "53 %"), (1500.0, "", "1500")],
)  # fmt: skip
def test_a_figure_is_shown_with_its_unit(value: float, unit: str, words: str) -> None:
    assert show(value, unit) == words


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.07, 0.1), (1, 1), (1.1, 2), (2.4, 2.5), (3, 5), (51, 100), (100, 100), (4300, 5000)]
)  # fmt: skip
def test_a_scale_ends_at_a_round_figure(value: float, top: float) -> None:
    assert round_up(value) == pytest.approx(top)


def test_a_gap_breaks_the_line_and_a_lone_figure_is_a_dot() -> None:
    values = [0.0, 50.0, None, 100.0, None, None, 25.0, 75.0]
    chart = draw_chart(
        "cpu", "Processor", [("Busy", "main", values)], unit="%", threshold=CPU, top=100
    )
    assert chart is not None
    (line,) = chart.lines
    assert line.paths == ("0,100 14.29,50", "85.71,75 100,25")
    assert line.dots == ((42.86, 0.0),)
    assert [(mark.y, mark.text) for mark in chart.borders] == [
        (20.0, "look over 80 %"),
        (5.0, "act over 95 %"),
    ]


def test_a_low_line_still_shows_where_the_warning_is() -> None:
    chart = draw_chart("t", "T", [("T", "main", [0.02, 0.03])], unit="s", threshold=RESPONSE_TIME)
    assert chart is not None
    assert [mark.text for mark in chart.borders] == ["look over 2 s"]
    assert draw_chart("t", "T", [("T", "main", [None])], unit="s") is None
