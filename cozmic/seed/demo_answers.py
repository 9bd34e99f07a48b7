"""Answers as pupils give them, right and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from cozmic.rules.enums import QuestionKind


def make_answer(
    kind: QuestionKind, body: Mapping[str, Any], dice: Random, *, is_right: bool
) -> str:
    """Return an answer to a question; wrong ones are near misses, as pupils' are."""
    if kind is QuestionKind.CHOICE:
        return _choice(body, dice, is_right=is_right)
    if kind is QuestionKind.NUMERIC:
        return str(body["answer"]) if is_right else _wrong_number(str(body["answer"]), dice)
    return _text(body, dice, is_right=is_right)


def _choice(body: Mapping[str, Any], dice: Random, *, is_right: bool) -> str:
    if is_right:
        return str(body["correct"])
    wrong = [str(choice["id"]) for choice in body["choices"] if choice["id"] != body["correct"]]
    return dice.choice(wrong)


def _wrong_number(answer: str, dice: Random) -> str:
    value = Fraction(answer)
    wrong = value + dice.choice([-1, 1, 2, 10])
    return str(wrong)


def _text(body: Mapping[str, Any], dice: Random, *, is_right: bool) -> str:
    forms: list[str] = body["accepted"]
    accepted = dice.choice(forms)
    if is_right:
        return accepted
    if len(accepted) > 6 and dice.random() < 0.5:
        place = dice.randrange(1, len(accepted) - 1)
        return accepted[:place] + accepted[place + 1 :]  # a slip: waits for the teacher
    return dice.choice(["I don't know", "maybe", "something else", "the other one"])
