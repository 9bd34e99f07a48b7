"""Ids as addresses and forms bring them."""

from __future__ import annotations

import re

# Positive, and small enough for the database, as in the addresses of pages (web/urls.py).
ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def read_id(text: str) -> int | None:
    """Return the id that a text is; None where it cannot be one."""
    return int(text) if ID.fullmatch(text) else None
