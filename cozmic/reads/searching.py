"""Looking for words in columns, the same wherever a list can be searched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

MOST_WORDS = 10
"""Words beyond are not looked for: each costs a pass over every column."""


def list_word_conditions(columns: tuple[Any, ...], text: str) -> list[ColumnElement[bool]]:
    """List the conditions that each of the words typed stands in one of the columns."""
    return [_has_word(columns, word) for word in text.split()[:MOST_WORDS]]


def _has_word(columns: tuple[Any, ...], word: str) -> ColumnElement[bool]:
    """SQLite, and PostgreSQL under the C locale, know no capitals beyond A to Z: so É is looked for both ways."""
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.title()}
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in forms))
