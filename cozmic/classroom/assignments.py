"""Assignments of a class: the list, and for the teacher drafting, changing, publishing, copying, looking on."""

from __future__ import annotations

from flask import flash
from werkzeug.wrappers import Response

from cozmic.access.assignments import (
    get_assignment_to_change,
    get_assignment_to_copy,
    get_untouched_assignment,
)
from cozmic.access.classrooms import get_open_classroom
from cozmic.access.revisions import Depends
from cozmic.classroom.assignment_forms import (
    AssignmentForm,
    NewAssignmentForm,
    copy_form,
    filled_form,
)
from cozmic.classroom.blueprint import classroom, works_when_archived
from cozmic.reads.assignment_facts import AssignmentFacts, get_assignment_facts
from cozmic.reads.assignment_overview import get_assignment_overview
from cozmic.reads.assignment_preview import get_assignment_preview
from cozmic.reads.assignments import list_taught_assignments
from cozmic.reads.classrooms import list_classrooms
from cozmic.reads.own_assignments import list_own_assignments
from cozmic.rules.schedule import Dates, list_warnings
from cozmic.transaction import transaction
from cozmic.web.cached import cached
from cozmic.web.guards import teachers_only
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_room, current_viewer
from cozmic.web.widgets import FORMS
from cozmic.writes import assignments as writes

ONE = "/<id:classroom_id>/assignments/<id:assignment_id>"
Answer = str | Response | tuple[str, int]


@classroom.get("/<id:classroom_id>/assignments")
@cached(Depends.ROOM, pupils=Depends.ROOM_POSTS)
def assignments(classroom_id: int) -> str:
    """Show the teacher all of them with counts, and a pupil what is published with his or her own state."""
    viewer = current_viewer()
    if current_room().is_teacher:
        data = list_taught_assignments(classroom_id, now=viewer.now)
        return screen("classroom/assignments/taught.html", data)
    own = list_own_assignments(classroom_id, viewer.user_id, now=viewer.now)
    return screen("classroom/assignments/own.html", own)


@classroom.get("/<id:classroom_id>/assignments/new")
@teachers_only
def new_assignment(classroom_id: int) -> str:
    """Show the form for a new one."""
    return screen("classroom/assignments/new.html", form=NewAssignmentForm())


@classroom.post("/<id:classroom_id>/assignments/new")
@teachers_only
def create_assignment(classroom_id: int) -> Answer:
    """Make a draft, and go on to its questions."""
    viewer, form = current_viewer(), NewAssignmentForm()
    plan = form.read(viewer.tz, Dates())
    if plan is None:
        return screen("classroom/assignments/new.html", form=form), 422
    with transaction() as touched:
        room = get_open_classroom(classroom_id, viewer.user_id)
        once_key = form.once_key.data or ""
        draft = writes.draft_assignment(touched, room, plan, once_key=once_key, now=viewer.now)
        assignment_id = draft.id
    return done(
        "classroom.pick_questions",
        "The draft is made. Now pick its questions.",
        classroom_id=classroom_id,
        assignment_id=assignment_id,
    )


@classroom.get(ONE)
@teachers_only
def assignment(classroom_id: int, assignment_id: int) -> str:
    """Show where the pupils stand with it, and its questions."""
    data = get_assignment_overview(classroom_id, assignment_id, now=current_viewer().now)
    return screen("classroom/assignments/overview.html", data, worths=None, kinds=FORMS)


@classroom.get(f"{ONE}/preview")
@teachers_only
def preview_assignment(classroom_id: int, assignment_id: int) -> str:
    """Show it as a pupil sees it; nothing typed there goes anywhere."""
    data = get_assignment_preview(classroom_id, assignment_id, now=current_viewer().now)
    return screen("classroom/assignments/preview.html", data)


@classroom.get(f"{ONE}/edit")
@teachers_only
def edit_assignment(classroom_id: int, assignment_id: int) -> str:
    """Show the form with what the teacher said before."""
    facts = _facts(classroom_id, assignment_id)
    form = filled_form(facts, current_viewer().tz)
    return screen("classroom/assignments/edit.html", facts, form=form)


@classroom.post(f"{ONE}/edit")
@teachers_only
def save_assignment(classroom_id: int, assignment_id: int) -> Answer:
    """Change it, also while pupils work on it."""
    viewer, form = current_viewer(), AssignmentForm()
    facts = _facts(classroom_id, assignment_id)
    plan = form.read(viewer.tz, facts.dates)
    if plan is None:
        return screen("classroom/assignments/edit.html", facts, form=form), 422
    with transaction() as touched:
        found = get_assignment_to_change(viewer.user_id, classroom_id, assignment_id)
        writes.change_assignment(touched, found, plan, by_id=viewer.user_id, now=viewer.now)
        is_published, has_moved = found.published_at is not None, plan.dates != facts.dates
    if is_published and has_moved:
        _warn(plan.dates)
    return _back(classroom_id, assignment_id, "Saved.")


@classroom.post(f"{ONE}/publish")
@teachers_only
def publish(classroom_id: int, assignment_id: int) -> Answer:
    """Show it to the class."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_assignment_to_change(viewer.user_id, classroom_id, assignment_id)
        writes.publish_assignment(touched, found, by_id=viewer.user_id, now=viewer.now)
        dates = writes.dates_of(found)
    _warn(dates)
    return _back(classroom_id, assignment_id, "Published. Your pupils can see it now.")


@classroom.post(f"{ONE}/unpublish")
@teachers_only
def unpublish(classroom_id: int, assignment_id: int) -> Answer:
    """Make it a draft again, while nobody has started."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_untouched_assignment(
            viewer.user_id, classroom_id, assignment_id, what="it cannot be unpublished"
        )
        writes.unpublish_assignment(touched, found, by_id=viewer.user_id, now=viewer.now)
    return _back(classroom_id, assignment_id, "It is a draft again. Your pupils no longer see it.")


@classroom.post(f"{ONE}/delete")
@teachers_only
def delete_draft(classroom_id: int, assignment_id: int) -> Answer:
    """Delete a draft for good."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_untouched_assignment(
            viewer.user_id, classroom_id, assignment_id, what="it cannot be deleted"
        )
        title = found.title
        writes.delete_draft(touched, found, by_id=viewer.user_id, now=viewer.now)
    return done("classroom.assignments", f"“{title}” is deleted.", classroom_id=classroom_id)


@classroom.get(f"{ONE}/copy")
@teachers_only
def copy_to(classroom_id: int, assignment_id: int) -> str:
    """Ask which class a copy is for."""
    classes = list_classrooms(current_viewer().user_id).in_use
    form = copy_form(((one.id, one.name) for one in classes), classroom_id)
    return screen("classroom/assignments/copy.html", _facts(classroom_id, assignment_id), form=form)


@classroom.post(f"{ONE}/copy")
@teachers_only
@works_when_archived
def make_copy(classroom_id: int, assignment_id: int) -> Answer:
    """Make a draft like it, in this or another class of the teacher's."""
    viewer = current_viewer()
    classes = list_classrooms(viewer.user_id).in_use
    form = copy_form(((one.id, one.name) for one in classes), classroom_id)
    if not form.validate():
        facts = _facts(classroom_id, assignment_id)
        return screen("classroom/assignments/copy.html", facts, form=form), 422
    target_id = int(form.classroom.data)
    with transaction() as touched:
        source = get_assignment_to_copy(viewer.user_id, classroom_id, assignment_id)
        room = get_open_classroom(target_id, viewer.user_id)
        once_key = form.once_key.data or ""
        copy = writes.copy_assignment(touched, source, room, once_key=once_key, now=viewer.now)
        copy_id = copy.id
    return _back(target_id, copy_id, "Copied. Look at its dates, then publish it.")


def _facts(classroom_id: int, assignment_id: int) -> AssignmentFacts:
    return get_assignment_facts(classroom_id, assignment_id, now=current_viewer().now)


def _back(classroom_id: int, assignment_id: int, message: str) -> Response:
    return done(
        "classroom.assignment", message, classroom_id=classroom_id, assignment_id=assignment_id
    )


def _warn(dates: Dates) -> None:
    for warning in list_warnings(dates, current_viewer().now):
        flash(warning, "warning")
