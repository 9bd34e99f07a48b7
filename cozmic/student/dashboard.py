"""The pupil's first page."""

from __future__ import annotations

from cozmic.access.revisions import Depends
from cozmic.reads.student_dashboard import get_student_dashboard
from cozmic.student.blueprint import student
from cozmic.web.cached import cached
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@student.get("/")
@cached(Depends.PUPIL)
def dashboard() -> str:
    """Show what is due next, what goes on, and how it went."""
    viewer = current_viewer()
    return screen("student/dashboard.html", get_student_dashboard(viewer.user_id, now=viewer.now))
