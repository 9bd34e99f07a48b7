"""Many pupils at once: a list or a file, looked at line by line before anything is written."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.classrooms import get_open_classroom
from cozmic.access.once import refuse_second_sending
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.forms import RosterForm
from cozmic.classroom.login_cards import login_cards
from cozmic.errors import Invalid
from cozmic.reads.roster_import import RosterPreview, get_roster_preview
from cozmic.rules.roster import Step
from cozmic.transaction import transaction
from cozmic.web.guards import teachers_only
from cozmic.web.page_limits import whole_class
from cozmic.web.passwords import hash_first_passwords
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.roster import SENT_TWICE, add_pupils

PAGE = "classroom/paste_pupils.html"
LOOK_FIRST = (
    "Look at the lines with a question first, then tick this box if no pupil is there twice."
)


@classroom.get("/<id:classroom_id>/people/import")
@teachers_only
def paste_pupils(classroom_id: int) -> str:
    """Ask for the list."""
    return screen(PAGE, form=RosterForm())


@classroom.post("/<id:classroom_id>/people/import")
@teachers_only
def preview_pupils(classroom_id: int) -> tuple[str, int]:
    """Show what every line would do. Nothing is written."""
    form = RosterForm()
    preview = _preview(classroom_id, form)
    return screen(PAGE, preview, form=form), 200 if preview and preview.is_sound else 422


@classroom.post("/<id:classroom_id>/people/import/confirm")
@teachers_only
@whole_class
def create_pupils(classroom_id: int) -> Response | tuple[str, int]:
    """Carry the list out and show the login cards."""
    form = RosterForm()
    preview = _preview(classroom_id, form)
    if preview and preview.is_sound and preview.has_doubts and not form.is_checked.data:
        form.refuse("is_checked", LOOK_FIRST)
    if preview is None or not preview.is_sound or form.errors:
        return screen(PAGE, preview, form=form), 422
    viewer, firsts = current_viewer(), hash_first_passwords(preview.count(Step.ADD))
    with transaction() as touched:
        logins = add_pupils(
            touched, get_open_classroom(classroom_id, viewer.user_id), preview.lines,
            firsts=firsts, once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
    return login_cards(logins)


def _preview(classroom_id: int, form: RosterForm) -> RosterPreview | None:
    """Read the list; None where the form itself is wrong. Faults of the whole list stand at the box afterwards."""
    if not form.validate():
        return None
    refuse_second_sending(form.once_key.data or "", SENT_TWICE)
    try:
        form.take_file()
    except Invalid as error:
        form.refuse(error.field, error.message)
        return None
    preview = get_roster_preview(classroom_id, form.text.data or "", form.chosen_layout)
    for fault in preview.faults:
        form.refuse("text", fault)
    return preview
