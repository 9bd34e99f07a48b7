"""A class's name, join code, and putting it away."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.classrooms import get_open_classroom, get_taught_classroom
from cozmic.classroom.addresses import join_address
from cozmic.classroom.blueprint import classroom, works_when_archived
from cozmic.transaction import transaction
from cozmic.web.classroom_forms import ClassroomForm
from cozmic.web.guards import teachers_only
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_room, current_viewer
from cozmic.writes.classrooms import (
    archive_classroom,
    rename_classroom,
    restore_classroom,
    rotate_join_code,
)


@classroom.get("/<id:classroom_id>/settings")
@teachers_only
def settings(classroom_id: int) -> str:
    """Show what can be changed about the class itself."""
    room = current_room()
    form = ClassroomForm(formdata=None, name=room.name, grade=str(room.grade or ""))
    return _page(form)


@classroom.post("/<id:classroom_id>/settings")
@teachers_only
def rename(classroom_id: int) -> Response | tuple[str, int]:
    """Change name and grade."""
    form = ClassroomForm()
    if not form.validate():
        return _page(form), 422
    with transaction() as touched:
        row = get_open_classroom(classroom_id, current_viewer().user_id)
        rename_classroom(touched, row, name=form.name.data or "", grade=form.grade_number)
    return done("classroom.settings", "Saved.", classroom_id=classroom_id)


@classroom.post("/<id:classroom_id>/settings/code")
@teachers_only
def rotate_code(classroom_id: int) -> Response:
    """Make a new join code."""
    viewer = current_viewer()
    with transaction() as touched:
        row = get_open_classroom(classroom_id, viewer.user_id)
        rotate_join_code(touched, row, now=viewer.now)
    return done(
        "classroom.settings",
        "The class has a new code. The old one opens nothing any more.",
        classroom_id=classroom_id,
    )


@classroom.post("/<id:classroom_id>/settings/archive")
@teachers_only
@works_when_archived
def archive(classroom_id: int) -> Response:
    """Put the class away."""
    viewer = current_viewer()
    with transaction() as touched:
        archive_classroom(
            touched, get_taught_classroom(classroom_id, viewer.user_id), now=viewer.now
        )
    return done(
        "teacher.classrooms", "The class is archived. Its work is kept, and you can restore it."
    )


@classroom.post("/<id:classroom_id>/settings/restore")
@teachers_only
@works_when_archived
def restore(classroom_id: int) -> Response:
    """Take the class up again."""
    viewer = current_viewer()
    with transaction() as touched:
        restore_classroom(
            touched, get_taught_classroom(classroom_id, viewer.user_id), now=viewer.now
        )
    return done(
        "classroom.settings", "The class is in use again, as it was.", classroom_id=classroom_id
    )


def _page(form: ClassroomForm) -> str:
    return screen("classroom/settings.html", form=form, join_address=join_address())
