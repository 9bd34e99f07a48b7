"""Every class, and handing one over to another teacher."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from cozmic.access.people import find_active_teacher, get_classroom_to_hand_over
from cozmic.errors import Invalid
from cozmic.ops.blueprint import ops
from cozmic.ops.forms import ClassroomSearch, HandOverForm
from cozmic.reads.ops_classrooms import get_any_classroom, list_all_classrooms
from cozmic.transaction import transaction
from cozmic.web.paging import neighbours, read_cursor
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import school

NO_SUCH_TEACHER = "No teacher who may sign in has this user name."

# The guard takes a `classroom_id` for a class of the viewer's own, so it has another name here.


@ops.get("/classrooms")
def classrooms() -> str:
    """Show a page of classes."""
    form = ClassroomSearch(request.args)
    data = list_all_classrooms(form.read(), read_cursor())
    pages = neighbours("ops.classrooms", data, form.as_query())
    return screen("ops/classrooms.html", data, form=form, pages=pages)


@ops.get("/classrooms/<id:class_id>")
def classroom(class_id: int) -> str:
    """Show one class."""
    return _page(class_id, HandOverForm(formdata=None))


@ops.post("/classrooms/<id:class_id>/teacher")
def hand_over_classroom(class_id: int) -> Response | tuple[str, int]:
    """Give a class to another teacher."""
    viewer, form = current_viewer(), HandOverForm()
    try:
        with transaction() as touched:
            row, teacher = (
                get_classroom_to_hand_over(class_id),
                find_active_teacher(form.teacher_id, username=form.username.data or ""),
            )
            school.hand_over_classroom(
                touched, row, teacher, actor_id=viewer.user_id, now=viewer.now
            )
    except Invalid as error:
        named = form.username.data and not form.teacher_id
        form.refuse(
            "username" if named else error.field, NO_SUCH_TEACHER if named else error.message
        )
        return _page(class_id, form), 422
    return done("ops.classroom", "The class is handed over, with all its work.", class_id=class_id)


def _page(class_id: int, form: HandOverForm) -> str:
    data = get_any_classroom(class_id)
    form.teacher.choices = [
        SelectChoice("", "Choose …"),
        *(SelectChoice(str(one.id), f"{one.name} ({one.username})") for one in data.teachers),
    ]
    return screen("ops/classroom.html", data, form=form)
