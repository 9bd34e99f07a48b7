"""Attempts as their teacher reads them, and those that pupils left open."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.work import get_attempt_to_mark, list_open_attempt_ids
from cozmic.classroom.blueprint import classroom
from cozmic.reads.submission import get_submission_page
from cozmic.rules.counted import counted
from cozmic.transaction import transaction
from cozmic.web.guards import teachers_only
from cozmic.web.page_limits import whole_class
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.handing_in import collect_attempt

MOST_COLLECTED = 100
"""At one press, so that it stays within a request's time; a further press goes on."""


@classroom.get("/<id:classroom_id>/submissions/<id:submission_id>")
@teachers_only
def submission(classroom_id: int, submission_id: int) -> str:
    """Show a whole attempt: every question, the answer, and what became of it."""
    return screen("classroom/submission.html", get_submission_page(classroom_id, submission_id))


@classroom.post("/<id:classroom_id>/assignments/<id:assignment_id>/collect")
@teachers_only
@whole_class
def collect_open_work(classroom_id: int, assignment_id: int) -> Response:
    """Close what pupils left open when the assignment closed, as if they had handed it in.

    A transaction an attempt: each is locked for a moment only, and what is collected stays collected.
    """
    viewer, collected = current_viewer(), 0
    open_ids = list_open_attempt_ids(viewer.user_id, classroom_id, assignment_id)
    for submission_id in open_ids[:MOST_COLLECTED]:
        with transaction() as touched:
            attempt = get_attempt_to_mark(viewer.user_id, submission_id, for_update=True)
            collected += collect_attempt(touched, attempt, by_id=viewer.user_id, now=viewer.now)
    left = len(open_ids[MOST_COLLECTED:])
    return done(
        "classroom.assignment",
        _message(collected, left),
        classroom_id=classroom_id,
        assignment_id=assignment_id,
    )


def _message(collected: int, left: int) -> str:
    if not collected:
        return "There was no open work to collect."
    more = f" {left} more {'is' if left == 1 else 'are'} open: collect again." if left else ""
    return f"Collected: {counted(collected, 'open attempt')}.{more}"
