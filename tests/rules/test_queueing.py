"""Queueing against values that can be looked up or worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from cozmic.rules.queueing import Line, erlang_c, solve_mva


@pytest.mark.parametrize(
    ("servers", "load", "waits"),
    [
        (1, 0.3, 0.3),  # one server: whoever comes waits while it is busy
        (2, 1.0, 1 / 3),
        (3, 2.0, 4 / 9),
        (10, 8.0, 0.40918),  # tables of Erlang's C
        (100, 80.0, 0.01965),
        (2, 2.0, 1.0),
    ],
)
def test_erlangs_c_is_that_of_the_tables(servers: int, load: float, waits: float) -> None:
    assert erlang_c(servers, load) == pytest.approx(waits, rel=1e-3)


def test_mean_value_analysis_of_a_textbook_system() -> None:
    """A processor and two disks behind terminals: demands of Lazowska et al., Quantitative System Performance (1984),
    chapter 6, recalculated by hand: R(1) = 4.055; R(2) = 4.4013; R(3) = 4.7998.
    """
    demands = (0.605, 2.1, 1.35)
    expected = {1: (0.05248, 4.055), 2: (0.10309, 4.4013), 3: (0.15152, 4.7998)}
    for users, (throughput, response) in expected.items():
        flow = solve_mva(demands, users, think=15)
        assert flow.throughput == pytest.approx(throughput, rel=1e-4)
        assert flow.response == pytest.approx(response, rel=1e-4)
    crowd = solve_mva(demands, 1000, think=15)
    assert crowd.throughput == pytest.approx(1 / 2.1, rel=1e-6), "the slowest one's"


@pytest.mark.parametrize(
    ("service", "users", "think"), [(0.1, 1, 1.0), (0.1, 25, 1.0), (2.0, 7, 0.5)]
)
def test_one_server_with_a_line_is_the_same_by_both_ways(
    service: float, users: int, think: float
) -> None:
    by_shares, by_means = Line(1, service, users, think).flow(), solve_mva([service], users, think)
    assert by_shares.throughput == pytest.approx(by_means.throughput)
    assert by_shares.response == pytest.approx(by_means.response)


def test_two_repairmen_and_four_machines_by_hand() -> None:
    """M/M/2//4 with S/Z = 1/2: 1, 2, 3/2, 3/4, 3/16 in proportion."""
    raw = [Fraction(1), Fraction(2), Fraction(3, 2), Fraction(3, 4), Fraction(3, 16)]
    shares = Line(2, service=1.0, users=4, think=2.0).shares()
    assert shares == pytest.approx([float(one / sum(raw)) for one in raw])
    busy = float((raw[1] + 2 * (raw[2] + raw[3] + raw[4])) / sum(raw))
    assert Line(2, 1.0, 4, 2.0).flow().throughput == pytest.approx(busy)


def test_with_as_many_servers_as_people_nobody_waits() -> None:
    line = Line(8, service=0.5, users=8, think=3.0)
    assert line.flow().response == pytest.approx(0.5)
    assert line.response_under(0.95) == pytest.approx(0.5)


def test_a_crowd_is_served_as_fast_as_the_servers_can() -> None:
    line = Line(2, service=0.004, users=5000, think=3.0)
    flow = line.flow()
    assert flow.throughput == pytest.approx(500, rel=1e-6)
    assert flow.response == pytest.approx(5000 / 500 - 3, rel=1e-4)


def test_far_from_the_crowd_it_is_the_open_queue() -> None:
    """Very many people who ask very rarely: M/M/c, whose waiting is C / (c mu - lambda)."""
    servers, service, users, load = 4, 1.0, 20_000, 3.0
    line = Line(servers, service, users, think=users / load)
    waiting = erlang_c(servers, load) * service / (servers - load)
    assert line.flow().response == pytest.approx(service + waiting, rel=5e-3)


def test_the_95th_percentile_of_one_server_is_near_what_the_formula_says() -> None:
    """M/M/1: responses are exponential, P(R > t) = exp(-(mu - lambda) t)."""
    service, load, users = 0.01, 0.7, 3000
    line = Line(1, service, users, think=users * service / load)
    exact = -math.log(0.05) * service / (1 - load)
    assert line.response_under(0.95) == pytest.approx(exact, rel=0.03)
