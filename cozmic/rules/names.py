"""People's names as pages show them. Family names may be empty: some people have one name."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable


def full_name(given_name: str | None, family_name: str | None) -> str:
    """Return the given name, then the family name; "" where a joined row holds nobody."""
    return f"{given_name or ''} {family_name or ''}".strip()


def initials_of(given_name: str, family_name: str) -> str:
    """Return one or two letters for an avatar."""
    return (given_name[:1] + family_name[:1]).upper()


def sort_key(name: str) -> str:
    """Return what a name is sorted by: its letters without case and accents, since databases do not agree on them."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def name_order(given_name: str, family_name: str, person_id: int) -> tuple[str, str, int]:
    """Return what a list of people is sorted by: the family name, or the one name of those who have one."""
    return sort_key(family_name or given_name), sort_key(given_name), person_id


def find_namesakes(names: Iterable[str]) -> frozenset[str]:
    """Return the names that more than one person has, so that a page can tell two Emmas apart."""
    return frozenset(name for name, bearers in Counter(names).items() if bearers > 1)
