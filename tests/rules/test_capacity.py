"""What gives way first, and at how many people."""

from __future__ import annotations

import pytest

from cozmic.rules.capacity import (
    Cost,
    Deployment,
    estimate,
    find_most_users,
    list_limits,
    plan_workers,
)

COST = Cost(app_ms=3.0, database_ms=0.6, redis_ms=0.1, waiting_ms=0.5)
THERE = Deployment(cores=2, workers=4, threads=2, pool=15)


@pytest.mark.parametrize(
    ("cost", "there", "first"),
    [
        (COST, THERE, "processors"),
        (COST, Deployment(cores=8, workers=2, threads=2, pool=15), "workers"),
        (Cost(3.0, 0.6, 0.1, waiting_ms=60.0), THERE, "threads"),
    ],
)
def test_what_gives_way_first_depends_on_what_is_scarce(
    cost: Cost, there: Deployment, first: str
) -> None:
    limits = list_limits(cost, there)
    assert limits[0].name == first
    assert [one.throughput for one in limits] == sorted(one.throughput for one in limits)


def test_few_people_meet_nobody_and_many_meet_the_line() -> None:
    few = estimate(COST, THERE, users=20, think_s=3)
    assert few.flow.response == pytest.approx(COST.held_ms / 1000, rel=0.05)
    many = estimate(COST, THERE, users=4000, think_s=3)
    assert many.flow.throughput == pytest.approx(2000 / 3.7, rel=1e-3)
    assert many.flow.response > 4
    assert many.busy == pytest.approx(1, rel=1e-3)
    assert few.p95_s < many.p95_s


def test_the_most_people_are_those_before_it_takes_two_seconds() -> None:
    most = find_most_users(COST, THERE, think_s=3)
    assert estimate(COST, THERE, users=most, think_s=3).p95_s <= 2
    assert estimate(COST, THERE, users=round(most * 1.02), think_s=3).p95_s > 2
    assert 1621 < most < 2703, "between N* without waiting and N* with two seconds of it"
    twice = Deployment(cores=4, workers=8, threads=2, pool=15)
    assert find_most_users(COST, twice, think_s=3) == pytest.approx(2 * most, rel=0.05)


def test_half_a_processor_is_one_that_takes_twice_as_long() -> None:
    half = Deployment(cores=0.5, workers=2, threads=2, pool=15)
    assert estimate(COST, half, users=9000, think_s=3).flow.throughput == pytest.approx(
        500 / 3.7, rel=1e-3
    )


def test_sums_of_connections_and_memory_are_those_of_the_doctor() -> None:
    assert (THERE.least_connections, THERE.most_connections, THERE.memory_mb) == (24, 60, 520)


def test_workers_are_planned_for_the_crowd() -> None:
    assert plan_workers(COST, users=100, think_s=3, cores=2) == 4
    assert plan_workers(COST, users=6000, think_s=3, cores=2) == 8
    assert plan_workers(COST, users=10, think_s=3, cores=0.5) == 2
