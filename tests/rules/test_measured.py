"""How what servers measured is added up, and the quantiles of counted times."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from cozmic.rules.figures import by_minute, judge_all, judge_minutes, window_before
from cozmic.rules.measured import BOUNDS_S, Measured, add_servers, add_times, find_quantile
from cozmic.rules.thresholds import Level

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
NONE = (0,) * 13


def count(*seconds: float) -> tuple[int, ...]:
    """Times counted as the histogram counts them."""
    counts = [0] * (len(BOUNDS_S) + 1)
    for one in seconds:
        counts[next((i for i, bound in enumerate(BOUNDS_S) if one <= bound), len(BOUNDS_S))] += 1
    return tuple(counts)


def minute(number: int, **figures: object) -> Measured:
    return Measured(began_at=NINE + timedelta(minutes=number), **figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("times", "part", "value"),
    [
        (NONE, 0.95, None),
        ((), 0.5, None),
        ((1, 2, 3), 0.5, None),  # another release's bounds
        (count(0.001), 0.5, 0.001),  # half of the first interval, which begins at 0
        (count(0.001), 1.0, 0.002),
        (count(*[1.5] * 100), 0.95, 1.95),  # 1 + (2 - 1) * 95 / 100
        (count(*[0.05] * 95, *[3.0] * 5), 0.95, 0.05),  # exactly the last of the quick ones
        (count(*[0.05] * 94, *[3.0] * 6), 0.95, 2.5),  # 2 + (5 - 2) * (95 - 94) / 6
        (count(60.0), 0.95, 10.0),  # no more than the last bound is known
    ],
)
def test_a_quantile_is_read_off_the_interval_that_it_falls_into(
    times: tuple[int, ...], part: float, value: float | None
) -> None:
    assert find_quantile(times, part) == (None if value is None else pytest.approx(value))


def test_the_estimate_stays_within_the_interval_of_the_true_value() -> None:
    random = Random(7)  # noqa: S311
    for _ in range(50):
        times = sorted(random.lognormvariate(-2.5, 1.2) for _ in range(400))
        true = times[379]
        low = max((bound for bound in (0, *BOUNDS_S) if bound < true), default=0)
        high = min((bound for bound in BOUNDS_S if bound >= true), default=10)
        found = find_quantile(count(*times), 0.95)
        assert found is not None
        assert low <= found <= high


def test_over_two_seconds_is_over_two_seconds() -> None:
    """The thresholds are bounds, so the estimate can not lie across them."""
    assert find_quantile(count(*[0.1] * 94, *[2.01] * 6), 0.95) > 2  # type: ignore[operator]
    assert find_quantile(count(*[0.1] * 94, *[1.99] * 6), 0.95) < 2  # type: ignore[operator]


def test_servers_of_one_minute_are_added_and_the_worst_host_counts() -> None:
    one = minute(
        0,
        requests=10,
        times=count(0.1),
        cpu_percent=20.0,
        memory_percent=90.0,
        threads=4,
        active_people=3,
    )
    other = minute(
        0, requests=5, times=count(0.1, 0.1), cpu_percent=80.0, threads=4, active_people=4
    )
    both = add_servers([one, other])
    assert both == minute(
        0, requests=15, times=count(0.1, 0.1, 0.1), cpu_percent=80.0, memory_percent=90.0, threads=8, active_people=7
    )  # fmt: skip


def test_minutes_that_follow_each_other_are_added_with_the_mean_of_the_processor() -> None:
    spans = [minute(n, requests=2, errors=1, cpu_percent=value, threads=4, memory_percent=value, busy_s=12.0)
             for n, value in enumerate((10.0, 50.0, 90.0))]  # fmt: skip
    whole = add_times(spans)
    assert whole == Measured(
        NINE, span_s=180, requests=6, errors=3, cpu_percent=50.0, threads=4, memory_percent=90.0, busy_s=36.0
    )  # fmt: skip
    assert whole is not None
    assert whole.busy_percent == 5.0
    assert add_times([]) is None


def test_every_figure_has_its_way_of_adding() -> None:
    """A figure left out would be lost when minutes become five."""
    full = {field.name: (1,) * 13 if field.name == "times" else 1 for field in fields(Measured)}
    one = Measured(**{**full, "began_at": NINE})  # type: ignore[arg-type]
    for added in (add_servers([one, one]), add_times([one, one])):
        assert added is not None
        assert all(getattr(added, field.name) for field in fields(Measured))


def test_a_figure_is_judged_over_five_minutes() -> None:
    rows = [
        minute(n, requests=50, errors=1 if n < 2 else 0, times=count(*[0.1] * 50)) for n in range(8)
    ]
    window = window_before(by_minute(rows), NINE + timedelta(minutes=5))
    assert window is not None
    assert (window.requests, window.errors) == (250, 2)
    assert window_before(by_minute(rows), NINE) is None
    assert {one.level for one in judge_all(None)} == {Level.UNKNOWN}


def test_a_minute_that_nobody_measured_is_unknown_among_its_levels() -> None:
    rows = [minute(n, cpu_percent=99.0) for n in (0, 1, 3)]
    levels = judge_minutes(by_minute(rows), end=NINE + timedelta(minutes=4), count=5)["cpu"]
    assert levels == (
        Level.UNKNOWN, Level.CRITICAL, Level.CRITICAL, Level.UNKNOWN, Level.CRITICAL,
    )  # fmt: skip
