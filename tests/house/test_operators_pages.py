"""The pages that operators open in trouble use the words that the platform says."""

from __future__ import annotations

import re

import pytest
import yaml

from cozmic.config import ROOT
from cozmic.rules.thresholds import THRESHOLDS
from cozmic.web.database_words import HINTS, words_for
from tests.world import RULES

PAGES = {
    name: (ROOT / f"docs/how-to/{name}.md").read_text()
    for name in ("runbook", "common-errors", "go-to-8-workers", "monitoring-calendar", "add-redis")
}
OTHER_ALARMS = ("redis-away", "database-away", "disk", "backup-too-old", "sign-in storm")
FIELD = re.compile(r"\.([a-z]\w*)")


def headings(page: str) -> set[str]:
    return set(re.findall(r"^## (.+)$", PAGES[page], re.MULTILINE))


@pytest.mark.parametrize("alarm", [*(one.heading for one in THRESHOLDS), *OTHER_ALARMS])
def test_every_alarm_has_its_heading(alarm: str) -> None:
    assert alarm in headings("runbook")
    part = PAGES["runbook"].partition(f"\n## {alarm}\n")[2].partition("\n## ")[0]
    assert "**It means**" in part
    assert "**First look**" in part
    assert "**Call for help**" in part


@pytest.mark.parametrize(
    "said", ["database is locked", "Connection refused", "database or disk is full"]
)
def test_the_lines_that_are_explained_are_the_lines_of_the_log(said: str) -> None:
    line = words_for(Exception(said)).log
    page = " ".join(PAGES["common-errors"].split())
    shown = (
        line.partition(". ")[0] if said == "Connection refused" else line.partition(" A school")[0]
    )
    assert shown.removeprefix("database unavailable: ").rstrip(".") in page


def test_each_relative_of_connection_refused_is_one_that_the_log_explains() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGES["common-errors"], re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`([^`]+)`", row)}
    assert named <= set(HINTS)
    assert len(named) >= 7


def test_recipes_name_endpoints_and_fields_that_there_are() -> None:
    reference = (ROOT / "docs/reference/metrics.md").read_text()
    endpoints = {rule.endpoint for rule in RULES}
    for name, text in PAGES.items():
        for recipe in re.findall(r"jq -\w+ '(.*?)'", text, re.DOTALL):
            for endpoint in re.findall(r'\.endpoint == "([^"]+)"', recipe):
                assert endpoint in endpoints, f"{name} names {endpoint}"
            fields = set(FIELD.findall(re.sub(r'"[^"]*"', "", recipe)))
            ours = {"n", "p95_ms", "of_it_sql_ms", "worst_ms", "slowest_ms"}
            unknown = {
                one
                for one in fields - ours
                if f"`{one}`" not in reference and f'"{one}"' not in reference
            }
            assert unknown == set(), f"{name}: {recipe}"


def test_the_sum_of_connections_is_that_of_the_settings() -> None:
    page = PAGES["go-to-8-workers"]
    for workers, size, overflow, kept, most, twice in re.findall(
        r"^\| (\d+) \| (\d+) \+ (\d+)[^|]*\| (\d+) \| \**(\d+)\** \| (\d+) \|", page, re.MULTILINE
    ):
        assert int(most) == int(workers) * (int(size) + int(overflow))
        assert int(twice) == 2 * int(most)
        assert int(kept) == 4 * int(workers), "two threads and two lanes keep one each"


def test_the_page_for_render_has_the_commands_of_the_blueprint() -> None:
    services = yaml.safe_load((ROOT / "render.yaml").read_text())["services"]
    web = next(one for one in services if one["type"] == "web")
    page = (ROOT / "docs/how-to/deploy-on-render.md").read_text()
    for key in ("buildCommand", "preDeployCommand", "startCommand", "healthCheckPath", "plan"):
        assert f"`{web[key]}`" in page
