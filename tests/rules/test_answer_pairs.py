"""The checkers agree with the answer pairs that were written before them."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

import pytest

from cozmic.rules.enums import Outcome, QuestionKind
from cozmic.rules.kinds import grade
from tests.rules.answer_pairs import ALL, CHOICE, ESSAY, HOSTILE, NUMERIC, TEXT, Pair

# Numbered, since some answers are too long, or hold characters that no terminal takes.
NUMBERED = [pytest.param(pair, id=f"{pair.kind}-{index}") for index, pair in enumerate(ALL)]


def verdict_of(pair: Pair) -> Outcome:
    """Return what the checker says, for the question as the database would give it."""
    return grade(QuestionKind(pair.kind), pair.body, pair.answer).outcome


@pytest.mark.parametrize("pair", NUMBERED)
def test_the_checker_gives_the_teachers_verdict(pair: Pair) -> None:
    found = verdict_of(pair)
    typed = ascii(pair.answer)[:80] if isinstance(pair.answer, str) else type(pair.answer).__name__
    assert found == pair.verdict, f"{typed} is {pair.verdict}: {pair.why}"


@pytest.mark.parametrize(
    ("group", "least"),
    [(NUMERIC, 80), (TEXT, 40), (CHOICE, 15), (ESSAY, 5), (HOSTILE, 20), (ALL, 160)],
    ids=["numeric", "text", "choice", "essay", "hostile", "all"],
)
def test_there_are_enough_pairs_of_each_group(group: tuple[Pair, ...], least: int) -> None:
    assert len(group) >= least


@pytest.mark.parametrize(
    ("kind", "group"),
    [("numeric", NUMERIC), ("text", TEXT), ("choice", CHOICE), ("essay", ESSAY)],
    ids=["numeric", "text", "choice", "essay"],
)
def test_a_group_holds_its_own_kind(kind: str, group: tuple[Pair, ...]) -> None:
    assert {pair.kind for pair in group} == {kind}


def test_every_kind_and_every_given_verdict_is_known() -> None:
    assert {pair.kind for pair in ALL} == set(QuestionKind)
    assert {pair.verdict for pair in ALL} == set(Outcome) - {Outcome.PARTLY}


def test_no_answer_is_judged_twice_for_one_question() -> None:
    judged = Counter(
        (pair.kind, str(pair.body), pair.answer) for pair in ALL if isinstance(pair.answer, str)
    )
    assert [key for key, count in judged.items() if count > 1] == []


def test_hostile_answers_are_meant_to_be_refused() -> None:
    assert {pair.verdict for pair in HOSTILE} == {"wrong", "blank"}


def test_every_pair_has_its_reason() -> None:
    assert all(pair.why for pair in ALL)


def test_hostile_answers_take_no_time() -> None:
    began = perf_counter()
    for pair in HOSTILE:
        verdict_of(pair)
    # Some ninety answers: one that is evaluated, or compared letter by letter, takes far longer.
    assert perf_counter() - began < 2
