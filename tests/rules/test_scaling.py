"""Each step of the scaling path: when it presses, when it does not, and which comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cozmic.config import ROOT
from cozmic.rules.measured import Measured
from cozmic.rules.scaling import Deployment, Facts, find_next_step, gather_facts
from cozmic.rules.scaling_path import PATH, Step

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
LAPTOP = Deployment(is_sqlite=True, has_redis=False)
SCHOOL = Deployment(is_sqlite=False, has_redis=False)
DISTRICT = Deployment(is_sqlite=False, has_redis=True, proxies=1)
CALM: dict[str, Any] = {
    "workers": 2, "threads": 4, "cores": 1.0, "active_people": 20, "p95_s": 0.1, "cpu_percent": 30.0,
    "memory_percent": 40.0, "busy_percent": 10.0, "sql_percent": 20.0, "pool_percent": 10.0, "pool_waits": 0,
    "server_percent": 20.0, "slow_statements": 0, "long_requests": 0, "breakers_open": 0,
}  # fmt: skip


def facts(deployment: Deployment, **figures: Any) -> Facts:
    return replace(Facts(deployment, **CALM), **figures)


def step_of(deployment: Deployment, **figures: Any) -> Step | None:
    advice = find_next_step(facts(deployment, **figures))
    return advice.facts.step if advice else None


@pytest.mark.parametrize("deployment", [LAPTOP, SCHOOL, DISTRICT])
def test_where_nothing_presses_there_is_no_step(deployment: Deployment) -> None:
    assert step_of(deployment) is None
    assert find_next_step(Facts(deployment)) is None  # nothing measured
    assert find_next_step(gather_facts(deployment, [])) is None


@pytest.mark.parametrize(
    ("deployment", "figures", "step"),
    [
        # SQLite: one writer at a time, so whatever presses leads away from it first.
        (LAPTOP, {"active_people": 49}, None),
        (LAPTOP, {"active_people": 50}, Step.POSTGRESQL),
        (LAPTOP, {"p95_s": 2.0}, None),
        (LAPTOP, {"p95_s": 2.01}, Step.POSTGRESQL),
        (LAPTOP, {"cpu_percent": 80.0}, None),
        (LAPTOP, {"cpu_percent": 80.1}, Step.POSTGRESQL),
        (LAPTOP, {"busy_percent": 71.0}, Step.POSTGRESQL),
        (LAPTOP, {"pool_waits": 1}, Step.POSTGRESQL),
        (LAPTOP, {"slow_statements": 10}, Step.POSTGRESQL),
        # Redis: about 500 people, slow pages, busy processors.
        (SCHOOL, {"active_people": 499}, None),
        (SCHOOL, {"active_people": 500}, Step.REDIS),
        (SCHOOL, {"p95_s": 2.5}, Step.REDIS),
        (SCHOOL, {"cpu_percent": 85.0}, Step.REDIS),
        (SCHOOL, {"busy_percent": 75.0}, Step.REDIS),
        (DISTRICT, {"active_people": 999}, None),
        # Redis is set, and gone: that is mended before anything is bought.
        (DISTRICT, {"breakers_open": 2, "cpu_percent": 99.0}, Step.REDIS),
        # More workers: slow, while processors and memory have room.
        (DISTRICT, {"p95_s": 2.5, "workers": 1}, Step.WORKERS),
        (DISTRICT, {"busy_percent": 75.0, "workers": 1}, Step.WORKERS),
        (DISTRICT, {"busy_percent": 70.0, "workers": 1}, None),
        (DISTRICT, {"busy_percent": 75.0, "workers": 1, "memory_percent": 45.0}, Step.WORKERS),
        (DISTRICT, {"busy_percent": 75.0, "workers": 1, "memory_percent": 45.1}, Step.HOST),  # no room for two
        (DISTRICT, {"busy_percent": 75.0, "workers": 2}, Step.HOST),  # two on one processor already
        (DISTRICT, {"busy_percent": 75.0, "workers": 1, "cpu_percent": 81.0}, Step.HOST),
        (DISTRICT, {"busy_percent": 75.0, "workers": 1, "cores": None}, Step.HOST),
        # A bigger host: processors or memory at their end.
        (DISTRICT, {"cpu_percent": 80.0}, None),
        (DISTRICT, {"cpu_percent": 80.1}, Step.HOST),
        (DISTRICT, {"memory_percent": 70.0}, None),
        (DISTRICT, {"memory_percent": 70.1}, Step.HOST),
        # A bigger database: connections, waits, slow statements, or the time of slow pages.
        (DISTRICT, {"server_percent": 800 / 15}, None),
        (DISTRICT, {"server_percent": 54.0}, Step.DATABASE),
        (DISTRICT, {"pool_percent": 54.0}, Step.DATABASE),
        (DISTRICT, {"pool_waits": 1}, Step.DATABASE),
        (DISTRICT, {"slow_statements": 9}, None),
        (DISTRICT, {"slow_statements": 10}, Step.DATABASE),
        (DISTRICT, {"p95_s": 2.5, "sql_percent": 51.0, "workers": 1}, Step.DATABASE),
        (DISTRICT, {"p95_s": 2.5, "sql_percent": 50.0, "workers": 1}, Step.WORKERS),
        # Long work, and very many people.
        (DISTRICT, {"long_requests": 2}, None),
        (DISTRICT, {"long_requests": 3}, Step.JOBS),
        (DISTRICT, {"active_people": 10_000}, Step.REPLICA),
        (DISTRICT, {"active_people": 1000}, Step.CDN),
        (replace(DISTRICT, proxies=2), {"active_people": 9999}, None),
    ],
)  # fmt: skip
def test_a_step_presses_from_its_border_on(
    deployment: Deployment, figures: dict[str, Any], step: Step | None
) -> None:
    assert step_of(deployment, **figures) is step


def test_the_path_is_taken_in_the_guides_order() -> None:
    """Everything presses at once: each step is followed by the next one once it is taken."""
    all_of_it = {"p95_s": 3.0, "cpu_percent": 99.0, "memory_percent": 95.0, "pool_waits": 5, "long_requests": 9,
                 "active_people": 20_000, "workers": 1, "cores": 4.0}  # fmt: skip
    taken = [
        (LAPTOP, {}), (SCHOOL, {}), (DISTRICT, {"cpu_percent": 50.0, "memory_percent": 20.0}), (DISTRICT, {}),
        (DISTRICT, {"cpu_percent": 50.0, "memory_percent": 20.0, "workers": 8}),
        (DISTRICT, {"cpu_percent": 50.0, "memory_percent": 20.0, "p95_s": 0.2, "pool_waits": 0}),
        (DISTRICT, {"cpu_percent": 50.0, "memory_percent": 20.0, "p95_s": 0.2, "pool_waits": 0, "long_requests": 0}),
        (DISTRICT, {"cpu_percent": 50.0, "memory_percent": 20.0, "p95_s": 0.2, "pool_waits": 0, "long_requests": 0,
                    "active_people": 2000}),
    ]  # fmt: skip
    found = [step_of(deployment, **{**all_of_it, **change}) for deployment, change in taken]
    assert found == [one.step for one in PATH] == list(Step)


def test_more_than_all_threads_are_all_threads() -> None:
    advice = find_next_step(facts(SCHOOL, busy_percent=240.0, threads=4))
    assert advice is not None
    assert advice.evidence == ("The 4 threads that serve pages were 100 % taken: pages queued.",)


def test_the_evidence_names_the_figures() -> None:
    advice = find_next_step(facts(SCHOOL, p95_s=2.44, cpu_percent=91.0, active_people=612))
    assert advice is not None
    assert advice.evidence == (
        "612 people were at work within five minutes.",
        "For ten minutes one page in twenty took 2.4 s or longer.",
        "For ten minutes the processors were 91 % busy.",
    )


def stretch(number: int, **figures: Any) -> Measured:
    calm = {
        "requests": 100,
        "times": (0, 0, 100, *(0,) * 10),
        "cpu_percent": 20.0,
        "workers": 4,
        "threads": 8,
    }
    return Measured(NINE + timedelta(minutes=5 * number), span_s=300, **{**calm, **figures})


def test_one_bad_stretch_is_an_accident_and_two_are_a_fact() -> None:
    one = [stretch(n, cpu_percent=99.0 if n == 3 else 20.0) for n in range(10)]
    two = [stretch(n, cpu_percent=99.0 if n in {3, 8} else 20.0) for n in range(10)]
    assert gather_facts(SCHOOL, one).cpu_percent == 20.0
    assert gather_facts(SCHOOL, two).cpu_percent == 99.0
    assert gather_facts(SCHOOL, two).workers == 4


def test_a_slow_page_at_night_is_no_reason_to_buy() -> None:
    """With few requests the 95th percentile is the slowest of them."""
    slow = (*(0,) * 10, 5, 0, 0)
    nights = [stretch(n, requests=5, times=slow) for n in range(5)]
    assert find_next_step(gather_facts(DISTRICT, nights)) is None


def test_the_databases_share_is_looked_up_where_pages_were_slow() -> None:
    slow = {"times": (*(0,) * 9, 10, 90, 0, 0), "busy_s": 300.0, "sql_s": 240.0}
    quick = {"busy_s": 10.0, "sql_s": 1.0}
    stretches = [stretch(n, **(slow if n < 3 else quick)) for n in range(10)]
    found = gather_facts(DISTRICT, stretches)
    assert found.sql_percent == 80.0
    advice = find_next_step(found)
    assert advice is not None
    assert advice.facts.step is Step.DATABASE


def test_what_lasted_over_ten_seconds_is_counted() -> None:
    stretches = [stretch(n, times=(*(0,) * 12, 4)) for n in range(3)]
    assert gather_facts(DISTRICT, stretches).long_requests == 4


def test_each_step_leads_to_a_page_that_exists_and_says_what_to_change() -> None:
    for one in PATH:
        assert (ROOT / "docs" / one.page).is_file(), one.page
        assert all((one.setting, one.price, one.gain)), one.step
