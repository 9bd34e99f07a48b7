"""The questions on an assignment: picked, ordered, given points, taken off."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.assignments import get_item, get_untouched_assignment
from cozmic.caching.touched import Touched
from cozmic.classroom.assignments import ONE, Answer
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.item_forms import (
    AddForm,
    TypedWorths,
    pick_form,
    read_worths,
)
from cozmic.errors import Conflict, Invalid
from cozmic.models import Assignment
from cozmic.reads.assignment_overview import get_assignment_overview
from cozmic.reads.pick_questions import PlaceInList, get_pick_page
from cozmic.transaction import transaction
from cozmic.web.guards import teachers_only
from cozmic.web.ids import read_id
from cozmic.web.question_filters import offered_skills
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.web.widgets import FORMS
from cozmic.writes import assignment_items as items

LIST_QUERY = ("text", "source", "subject", "grade", "kind", "skill", "after", "before")
DONE = "done"
FIXED = "its questions and points stay as they are"


@classroom.get(f"{ONE}/questions")
@teachers_only
def pick_questions(classroom_id: int, assignment_id: int) -> str:
    """Show questions to pick, as filtered."""
    return _pick_page(classroom_id, assignment_id, AddForm(formdata=None))


@classroom.post(f"{ONE}/questions")
@teachers_only
def add_items(classroom_id: int, assignment_id: int) -> Answer:
    """Put the ticked questions on the assignment, and stay at the same place in the list, or go where `go` says."""
    form, viewer, ticked = AddForm(), current_viewer(), request.form.getlist("questions")
    if not ticked and "go" in request.form:
        return _go_on(classroom_id, assignment_id, "")
    chosen = form.read(ticked)
    if chosen is None:
        return _pick_page(classroom_id, assignment_id, form), 422
    question_ids, points = chosen
    try:
        with transaction() as touched:
            found = _get_open(classroom_id, assignment_id)
            added = items.add_questions(
                touched, found, question_ids, points=points, by_id=viewer.user_id
            )
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _pick_page(classroom_id, assignment_id, form), 422
    return _go_on(classroom_id, assignment_id, _say_added(added))


def _go_on(classroom_id: int, assignment_id: int, message: str) -> Response:
    """Go to the assignment, or to the filters and the place that `go` names, or else to those in the address."""
    go = request.form.get("go")
    if go == DONE:
        return _back_to_list(classroom_id, assignment_id, message, "questions")
    query = request.args if go is None else dict(parse_qsl(go))
    where = {name: query[name] for name in LIST_QUERY if query.get(name)}
    return done(
        "classroom.pick_questions", message,
        classroom_id=classroom_id, assignment_id=assignment_id, **where,
    )  # fmt: skip


def _say_added(added: int) -> str:
    if not added:
        return "These questions are on the assignment already."
    return "1 question is added." if added == 1 else f"{added} questions are added."


@classroom.post(f"{ONE}/questions/points")
@teachers_only
def set_item_points(classroom_id: int, assignment_id: int) -> Answer:
    """Give the questions the points that stand beside them."""
    worths = read_worths(request.form.items())
    if worths.errors:
        return _overview(classroom_id, assignment_id, worths), 422
    with transaction() as touched:
        _keep_points(touched, _get_open(classroom_id, assignment_id), worths)
    return _back_to_list(classroom_id, assignment_id, "The points are saved.", "questions")


@classroom.post(f"{ONE}/questions/<id:item_id>/move")
@teachers_only
def move_item(classroom_id: int, assignment_id: int, item_id: int) -> Answer:
    """Move a question one place up or down, and keep points typed meanwhile."""
    worths = read_worths(request.form.items())
    if worths.errors:
        return _overview(classroom_id, assignment_id, worths), 422
    with transaction() as touched:
        found = _get_open(classroom_id, assignment_id)
        item = get_item(found, item_id)
        _keep_points(touched, found, worths)
        items.move_item(touched, found, item, _direction())
    return _back_to_list(classroom_id, assignment_id, "", f"item-{item_id}")


def _direction() -> items.Direction:
    try:
        return items.Direction(request.form.get("direction", ""))
    except ValueError as error:
        raise Invalid(
            "direction", "A question moves up or down. Use the arrows beside it."
        ) from error


@classroom.post(f"{ONE}/questions/<id:item_id>/remove")
@teachers_only
def remove_item(classroom_id: int, assignment_id: int, item_id: int) -> Answer:
    """Take a question off, and keep points typed meanwhile."""
    worths = read_worths(request.form.items())
    if worths.errors.keys() - {item_id}:
        return _overview(classroom_id, assignment_id, worths), 422
    with transaction() as touched:
        found = _get_open(classroom_id, assignment_id)
        item = get_item(found, item_id)
        _keep_points(touched, found, worths)
        items.remove_item(touched, found, item)
    return _back_to_list(classroom_id, assignment_id, "The question is taken off.", "questions")


def _get_open(classroom_id: int, assignment_id: int) -> Assignment:
    return get_untouched_assignment(
        current_viewer().user_id, classroom_id, assignment_id, what=FIXED
    )


def _keep_points(touched: Touched, found: Assignment, worths: TypedWorths) -> None:
    if worths.points:
        items.set_worths(touched, found, worths.points)


def _overview(classroom_id: int, assignment_id: int, worths: TypedWorths) -> str:
    data = get_assignment_overview(classroom_id, assignment_id, now=current_viewer().now)
    if data.facts.has_work:
        raise Conflict(f"Pupils have started “{data.facts.title}” by now, so {FIXED}.")
    return screen("classroom/assignments/overview.html", data, worths=worths, kinds=FORMS)


def _pick_page(classroom_id: int, assignment_id: int, form: AddForm) -> str:
    viewer = current_viewer()
    filters = pick_form(request.args, offered_skills())
    wanted = filters.read()
    page = get_pick_page(
        classroom_id, assignment_id, viewer.user_id, wanted,
        source=filters.read_source(), place=_place(), now=viewer.now,
    )  # fmt: skip
    ticked = set(map(read_id, request.form.getlist("questions")))
    return screen(
        "classroom/assignments/pick.html", page,
        form=form, filters=filters, ticked=ticked, kinds=FORMS,
    )  # fmt: skip


def _place() -> PlaceInList:
    return PlaceInList(after=_rank("after"), before=_rank("before"))


def _rank(name: str) -> int | None:
    """Return a rank from the address; what is none is passed over, since nobody types it."""
    text = request.args.get(name, "")
    digits = text.removeprefix("-")
    is_rank = digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(text) if is_rank else None


def _back_to_list(classroom_id: int, assignment_id: int, message: str, anchor: str) -> Response:
    return done(
        "classroom.assignment", message, classroom_id=classroom_id, assignment_id=assignment_id,
        _anchor=anchor,
    )  # fmt: skip
