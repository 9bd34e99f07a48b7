"""A pupil's assignments: all of them, one of them, and starting it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.revisions import Depends
from cozmic.access.work import get_assignment_to_start
from cozmic.reads.student_assignment import get_student_assignment
from cozmic.reads.student_assignments import list_student_assignments
from cozmic.student.blueprint import student
from cozmic.transaction import transaction
from cozmic.web.cached import cached
from cozmic.web.ids import read_id
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.attempts import start_attempt


@student.get("/assignments/")
@cached(Depends.PUPIL)
def assignments() -> str:
    """Show everything that the pupil's classes have been given, by what is to be done about it."""
    viewer = current_viewer()
    before = read_id(request.args.get("before", ""))
    data = list_student_assignments(viewer.user_id, now=viewer.now, before=before)
    return screen("student/assignments.html", data)


@student.get("/assignments/<id:assignment_id>")
def assignment(assignment_id: int) -> str:
    """Show what is asked, until when, and how it stands."""
    viewer = current_viewer()
    data = get_student_assignment(viewer.user_id, assignment_id, now=viewer.now)
    return screen("student/assignment.html", data)


@student.post("/assignments/<id:assignment_id>/start")
def start(assignment_id: int) -> Response:
    """Open an attempt, or go on with the one that is open."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_assignment_to_start(viewer.user_id, assignment_id)
        submission_id = start_attempt(touched, found, viewer.user_id, now=viewer.now).id
    return done("student.take", submission_id=submission_id)
