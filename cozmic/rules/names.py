"""People's names as pages show them. Family names may be empty: some people have one name."""

from __future__ import annotations


def full_name(given_name: str | None, family_name: str | None) -> str:
    """Return the given name, then the family name; "" where a joined row holds nobody."""
    return f"{given_name or ''} {family_name or ''}".strip()


def initials_of(given_name: str, family_name: str) -> str:
    """Return one or two letters for an avatar."""
    return (given_name[:1] + family_name[:1]).upper()
