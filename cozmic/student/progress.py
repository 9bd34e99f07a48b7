"""How a pupil is doing, skill by skill."""

from __future__ import annotations

from cozmic.access.revisions import Depends
from cozmic.reads.progress import list_progress
from cozmic.student.blueprint import student
from cozmic.web.cached import cached
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@student.get("/progress")
@cached(Depends.PUPIL, is_timeless=True)
def progress() -> str:
    """Show the points won of those possible, by skill."""
    return screen("student/progress.html", list_progress(current_viewer().user_id))
