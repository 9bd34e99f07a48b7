"""The teacher's first page."""

from __future__ import annotations

from cozmic.access.revisions import Depends
from cozmic.reads.teacher_dashboard import get_teacher_dashboard
from cozmic.teacher.blueprint import teacher
from cozmic.web.cached import cached
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@teacher.get("/")
@cached(Depends.TEACHER)
def dashboard() -> str:
    """Show today across classes, what waits, and who needs help."""
    viewer = current_viewer()
    data = get_teacher_dashboard(viewer.user_id, now=viewer.now, zone=viewer.tz)
    return screen("teacher/dashboard.html", data)
