"""How a pupil is doing, skill by skill."""

from __future__ import annotations

from cozmic.reads.progress import list_progress
from cozmic.student.blueprint import student
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@student.get("/progress")
def progress() -> str:
    """Show the points won of those possible, by skill."""
    return screen("student/progress.html", list_progress(current_viewer().user_id))
