"""When the operator is told: rising, still, over, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cozmic.rules.alerts import LOOKED_AT, AlertState, News, decide
from cozmic.rules.thresholds import Level

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
WORDS = {"f": Level.FINE, "w": Level.WARNING, "c": Level.CRITICAL, "u": Level.UNKNOWN}


def levels(words: str) -> list[Level]:
    return [WORDS[word] for word in words]


def run(words: str, state: AlertState | None = None) -> list[tuple[int, News, Level]]:
    """What is told at which minute, where the levels of minutes follow each other."""
    told, state = [], state or AlertState()
    for number in range(1, len(words) + 1):
        seen = levels(words[max(0, number - LOOKED_AT) : number])
        decision = decide(state, seen, now=NINE + timedelta(minutes=number))
        state = decision.state
        if decision.news:
            told.append((number, decision.news, state.level))
    return told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("f" * 30, []),
        ("u" * 30, []),
        ("w" * 9 + "f" * 20, []),
        ("w" * 10, [(10, News.RISEN, Level.WARNING)]),
        ("wwwwuwwwwwwww", []),  # a minute without a figure breaks the row
        ("c", []),
        ("fcfcfcfc", []),
        ("cc", [(2, News.RISEN, Level.CRITICAL)]),
        ("w" * 8 + "cw" + "f", [(10, News.RISEN, Level.WARNING)]),  # a bad minute counts towards the warning
        ("w" * 12 + "cc", [(10, News.RISEN, Level.WARNING), (14, News.RISEN, Level.CRITICAL)]),
        ("cc" + "f" * 14, [(2, News.RISEN, Level.CRITICAL)]),
        ("cc" + "f" * 15, [(2, News.RISEN, Level.CRITICAL), (17, News.OVER, Level.FINE)]),
        ("cc" + "u" * 15, [(2, News.RISEN, Level.CRITICAL), (17, News.OVER, Level.FINE)]),
        # Swinging around the border, and falling to a warning: one story.
        ("cc" + "ffffcc" * 5, [(2, News.RISEN, Level.CRITICAL)]),
        ("cc" + "w" * 40 + "cc", [(2, News.RISEN, Level.CRITICAL)]),
        ("cc" + "f" * 15 + "cc", [
            (2, News.RISEN, Level.CRITICAL), (17, News.OVER, Level.FINE), (19, News.RISEN, Level.CRITICAL),
        ]),
        # Four hours later, while it lasts.
        ("c" * 500, [
            (2, News.RISEN, Level.CRITICAL), (242, News.STILL, Level.CRITICAL), (482, News.STILL, Level.CRITICAL),
        ]),
        # Every minute of a working day at the border.
        ("w" * 300 + "f" * 20, [
            (10, News.RISEN, Level.WARNING), (250, News.STILL, Level.WARNING), (315, News.OVER, Level.FINE),
        ]),
    ],
)  # fmt: skip
def test_an_operator_is_told_once_seldom_again_and_when_it_is_over(
    words: str, told: list[tuple[int, News, Level]]
) -> None:
    assert run(words) == told


def test_a_restart_repeats_nothing() -> None:
    """The state is all there is: with the one that was kept, the same levels are no news."""
    first = decide(AlertState(), levels("cc"), now=NINE)
    assert first.news is News.RISEN
    again = decide(first.state, levels("cc"), now=NINE + timedelta(minutes=1))
    assert again.news is None
    assert again.state == first.state


def test_it_says_since_when() -> None:
    first = decide(AlertState(), levels("w" * 10), now=NINE)
    worse = decide(first.state, levels("w" * 8 + "cc"), now=NINE + timedelta(minutes=5))
    assert worse.state.since_at == NINE
    assert worse.state.told_at == NINE + timedelta(minutes=5)


def test_a_reminder_waits_until_it_is_bad_again() -> None:
    state = AlertState(Level.CRITICAL, NINE, NINE)
    later = NINE + timedelta(hours=5)
    assert decide(state, levels("ccuu"), now=later).news is None
    assert decide(state, levels("ccuc"), now=later).news is News.STILL
