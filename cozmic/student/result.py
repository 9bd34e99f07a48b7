"""What became of an attempt."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from cozmic.reads.result import get_result
from cozmic.student.blueprint import student
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@student.get("/attempts/<id:submission_id>/result")
def result(submission_id: int) -> str | Response:
    """Show what was handed in, and as much of what became of it as is released; an open attempt goes on."""
    viewer = current_viewer()
    data = get_result(
        viewer.user_id, submission_id, school_revision=viewer.school_revision, now=viewer.now
    )
    if data.handed_in_at is None:
        return redirect(url_for("student.take", submission_id=submission_id), code=303)
    return screen("student/result.html", data)
