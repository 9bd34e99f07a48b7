"""From verdicts to points, penalties and percentages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.rules.enums import LateRule, Outcome
from cozmic.rules.scoring import outcome_for, percent, points_for, total

POINTS = st.decimals(min_value=0, max_value=1000, places=2)


def test_a_rule_gives_all_or_nothing_and_leaves_doubt_to_the_teacher() -> None:
    worth = Decimal("2.50")
    assert points_for(Outcome.CORRECT, worth) == worth
    assert points_for(Outcome.WRONG, worth) == 0
    assert points_for(Outcome.BLANK, worth) == 0
    assert points_for(Outcome.DOUBTFUL, worth) is None
    assert points_for(Outcome.UNGRADED, worth) is None


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ("0", Outcome.WRONG),
        ("0.01", Outcome.PARTLY),
        ("1.99", Outcome.PARTLY),
        ("2", Outcome.CORRECT),
    ],
)
def test_points_by_hand_are_named(points: str, outcome: Outcome) -> None:
    assert outcome_for(Decimal(points), Decimal(2)) is outcome


def test_nothing_is_summed_while_an_answer_waits() -> None:
    assert (
        total([Decimal(1), None], is_late=False, late_rule=LateRule.ACCEPT, penalty_percent=0)
        is None
    )


def test_a_late_penalty_is_taken_off_once_and_rounded_half_up() -> None:
    points = [Decimal("1.25"), Decimal("1.00")]
    late = total(points, is_late=True, late_rule=LateRule.PENALTY, penalty_percent=10)
    assert late == Decimal("2.03")  # 2.025
    assert total(points, is_late=True, late_rule=LateRule.ACCEPT, penalty_percent=10) == Decimal(
        "2.25"
    )
    assert total(points, is_late=False, late_rule=LateRule.PENALTY, penalty_percent=10) == Decimal(
        "2.25"
    )


@given(st.lists(POINTS, max_size=40), st.integers(0, 100))
def test_a_penalty_never_adds_and_never_goes_below_nothing(
    points: list[Decimal], share: int
) -> None:
    whole = total(points, is_late=False, late_rule=LateRule.PENALTY, penalty_percent=share)
    late = total(points, is_late=True, late_rule=LateRule.PENALTY, penalty_percent=share)
    assert whole == sum(points)
    assert late is not None
    assert whole is not None
    assert 0 <= late <= whole


@pytest.mark.parametrize(
    ("points", "worth", "expected"),
    [("1", "3", 33), ("1", "8", 13), ("0", "0", 0), ("5", "5", 100)],
)
def test_percentages_are_whole(points: str, worth: str, expected: int) -> None:
    assert percent(Decimal(points), Decimal(worth)) == expected
