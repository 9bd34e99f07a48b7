"""The first page."""

from __future__ import annotations

from cozmic.classroom.blueprint import classroom
from cozmic.web.screens import screen


@classroom.get("/<id:classroom_id>/")
def stream(classroom_id: int) -> str:
    """Show it."""
    return screen("classroom/stream.html")
