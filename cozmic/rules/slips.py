"""One small slip of the keyboard: a letter too many, too few, another one, or two neighbours swapped."""

from __future__ import annotations

import re

LEAST_LETTERS = 5


def letters_in(text: str) -> int:
    """Count the letters."""
    return sum(c.isalpha() for c in text)


def is_one_slip(typed: str, listed: str) -> bool:
    """Whether exactly one word has exactly one slip, and has at least five letters both as listed and as typed.

    Slips concern letters and apostrophes: another digit is another number. Case alone is no slip.
    """
    some, others = re.split(r"([ -])", typed), re.split(r"([ -])", listed)
    if len(some) != len(others):
        return False
    differing = [(a, b) for a, b in zip(some, others, strict=True) if a != b]
    if len(differing) != 1:
        return False
    a, b = differing[0]
    is_long = min(letters_in(a), letters_in(b)) >= LEAST_LETTERS
    return is_long and _differ_by_one(a, b)


def _differ_by_one(a: str, b: str) -> bool:
    """Compare what is left between the common beginning and the common end: linear in the length."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    mine, theirs = a[start : len(a) - end], b[start : len(b) - end]
    if not all(c.isalpha() or c == "'" for c in mine + theirs):
        return False
    if len(mine) == len(theirs) == 2:
        return mine == theirs[::-1]
    return {len(mine), len(theirs)} <= {0, 1} and mine.casefold() != theirs.casefold()
