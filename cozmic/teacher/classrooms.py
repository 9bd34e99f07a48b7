"""A teacher's classes: the list, and a new one."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.people import get_person
from cozmic.access.revisions import Depends
from cozmic.reads.classrooms import list_classrooms
from cozmic.teacher.blueprint import teacher
from cozmic.transaction import transaction
from cozmic.web.cached import cached
from cozmic.web.classroom_forms import NewClassroomForm
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.classrooms import open_classroom


@teacher.get("/classrooms")
@cached(Depends.TEACHER, is_timeless=True)
def classrooms() -> str:
    """List the classes, those in use first."""
    return screen("teacher/classrooms.html", list_classrooms(current_viewer().user_id))


@teacher.get("/classrooms/new")
def new_classroom() -> str:
    """Ask for a name and a grade."""
    return screen("teacher/new_classroom.html", form=NewClassroomForm())


@teacher.post("/classrooms/new")
def create_classroom() -> Response | tuple[str, int]:
    """Open the class and go to its roster."""
    form = NewClassroomForm()
    if not form.validate():
        return screen("teacher/new_classroom.html", form=form), 422
    viewer = current_viewer()
    with transaction() as touched:
        get_person(viewer.user_id)  # so that a form sent twice at once waits for itself
        row = open_classroom(
            touched, viewer.user_id, name=form.name.data or "", grade=form.grade_number,
            once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
        classroom_id = row.id
    return done(
        "classroom.people", "The class is open. Now add its pupils.", classroom_id=classroom_id
    )
