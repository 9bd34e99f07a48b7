"""The first page."""

from __future__ import annotations

from cozmic.teacher.blueprint import teacher
from cozmic.web.screens import screen


@teacher.get("/")
def dashboard() -> str:
    """Show it."""
    return screen("teacher/dashboard.html")
