"""Data that many screens need and that seldom changes: kept like pages, under the school's revision and a lifetime."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cozmic.caching.bodies import Body, to_ms
from cozmic.caching.release import release_id
from cozmic.caching.single_flight import find_or_compute
from cozmic.caching.stores import get_page_store

SKILLS_KEPT_FOR = timedelta(days=1)
"""Subjects and skills; whatever changes them sets the school's revision as well."""


def remember(
    name: str,
    school_revision: int,
    *,
    kept_for: timedelta,
    now: datetime,
    compute: Callable[[], list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Return what `compute` returns, from the cache where it lies there: plain JSON. One round trip to it."""
    until_ms = to_ms(now + kept_for)

    def draw() -> Body:
        return Body(json.dumps(compute()).encode(), until_ms)

    body, _ = find_or_compute(
        get_page_store(), f"value:{release_id()}:{name}:{school_revision:x}", now_ms=to_ms(now), compute=draw,
        ttl_ms=int(kept_for.total_seconds() * 1000),
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(body.content)
    return found
