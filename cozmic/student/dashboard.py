"""The first page."""

from __future__ import annotations

from cozmic.student.blueprint import student
from cozmic.web.screens import screen


@student.get("/")
def dashboard() -> str:
    """Show it."""
    return screen("student/dashboard.html")
