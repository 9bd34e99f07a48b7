"""The teacher's desk: what waits across classes, and one answer after the other."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.work import get_response_to_mark
from cozmic.errors import Invalid
from cozmic.reads.grading_queue import QueueFilter, find_next_waiting
from cozmic.reads.marking import MarkingPage, get_marking_page
from cozmic.reads.to_grade import get_to_grade
from cozmic.teacher.blueprint import teacher
from cozmic.teacher.grading_forms import MarkForm, filled_form, read_filter
from cozmic.transaction import transaction
from cozmic.web.ids import read_id
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import marking as writes

ALL_DONE = "Saved. That was the last one."


@teacher.get("/to-grade")
def to_grade() -> str:
    """Show what waits, oldest first, with its counts; all of it, of one assignment, or of one question."""
    after = read_id(request.args.get("after", ""))
    data = get_to_grade(current_viewer().user_id, read_filter(), after=after)
    return screen("teacher/to_grade.html", data)


@teacher.get("/grading/<id:response_id>")
def grade_response(response_id: int) -> str:
    """Show one answer, with what it is worth and what it got."""
    page = _page(response_id)
    return _screen(page, filled_form(page))


@teacher.post("/grading/<id:response_id>")
def give_points(response_id: int) -> Response | tuple[str, int]:
    """Mark one answer and go on to the next that waits in the same filter."""
    form = MarkForm()
    if not form.validate():
        return _again(form, response_id, 422)
    try:
        place = _give(form, response_id)
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _again(form, response_id, 422)
    except writes.MarkedMeanwhile:
        return _again(form, response_id, 409, is_clash=True)
    if form.goes_on.data:
        return _next(current_viewer().user_id, read_filter(), response_id)
    return done("classroom.submission", "Saved.", **place)


def _give(form: MarkForm, response_id: int) -> dict[str, int]:
    """Mark the answer, and return where its attempt is read."""
    viewer = current_viewer()
    with transaction() as touched:
        marked = get_response_to_mark(viewer.user_id, response_id, for_update=True)
        attempt = marked.attempt
        place = {
            "classroom_id": attempt.assignment.classroom_id, "submission_id": attempt.submission.id
        }  # fmt: skip
        writes.give_points(
            touched, marked, form.read(marked.item.points), comment=form.comment.data or "",
            known=form.known.data or "", by_id=viewer.user_id, now=viewer.now,
        )  # fmt: skip
    return place


def _page(response_id: int) -> MarkingPage:
    return get_marking_page(current_viewer().user_id, response_id, read_filter())


def _again(
    form: MarkForm, response_id: int, status: int, *, is_clash: bool = False
) -> tuple[str, int]:
    """Show the page with what was typed; after a clash its form knows what is there now."""
    page = _page(response_id)
    if is_clash:
        form.known.data = page.version
    return _screen(page, form, is_clash=is_clash), status


def _screen(page: MarkingPage, form: MarkForm, *, is_clash: bool = False) -> str:
    return screen("teacher/grading.html", page, form=form, chosen=read_filter(), is_clash=is_clash)


def _next(teacher_id: int, chosen: QueueFilter, response_id: int) -> Response:
    where = {"assignment": chosen.assignment_id, "question": chosen.item_id}
    next_id = find_next_waiting(teacher_id, chosen, after=response_id)
    if next_id is None:
        return done("teacher.to_grade", ALL_DONE, **where)
    return done("teacher.grade_response", "", response_id=next_id, **where)
