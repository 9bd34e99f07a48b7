"""The first page."""

from __future__ import annotations

from cozmic.ops.blueprint import ops
from cozmic.web.screens import screen


@ops.get("/")
def people() -> str:
    """Show it."""
    return screen("ops/people.html")
