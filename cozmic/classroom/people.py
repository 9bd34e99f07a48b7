"""The roster, as its teacher sees it: one pupil added, one looked at, removed, brought back, given a password."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.classrooms import get_open_classroom, get_place
from cozmic.access.once import refuse_second_sending
from cozmic.access.revisions import Depends
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.forms import NewPupilForm, PupilNameForm
from cozmic.classroom.login_cards import login_cards
from cozmic.errors import Invalid
from cozmic.formats.person_names import find_name_faults
from cozmic.formats.roster import RosterLine
from cozmic.reads.pupil import get_pupil_page
from cozmic.reads.roster import list_roster
from cozmic.reads.roster_import import RosterPreview, get_preview_of_lines
from cozmic.transaction import transaction
from cozmic.web.cached import cached
from cozmic.web.guards import teachers_only
from cozmic.web.once import OnceForm
from cozmic.web.passwords import hash_first_passwords
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import roster
from cozmic.writes.people import rename_person


@classroom.get("/<id:classroom_id>/people")
@teachers_only
@cached(Depends.ROOM, is_timeless=True)
def people(classroom_id: int) -> str:
    """Show who is in the class."""
    return screen("classroom/people.html", list_roster(classroom_id))


@classroom.get("/<id:classroom_id>/people/new")
@teachers_only
def add_pupil(classroom_id: int) -> str:
    """Ask for one pupil's name."""
    return screen("classroom/add_pupil.html", form=NewPupilForm())


@classroom.post("/<id:classroom_id>/people/new")
@teachers_only
def create_pupil(classroom_id: int) -> Response | tuple[str, int]:
    """Make one pupil and show the login card."""
    form = NewPupilForm()
    preview = _preview(classroom_id, form) if form.validate() else None
    if preview is None or form.errors:
        return screen("classroom/add_pupil.html", preview, form=form), 422
    viewer, firsts = current_viewer(), hash_first_passwords(1)
    with transaction() as touched:
        logins = roster.add_pupils(
            touched, get_open_classroom(classroom_id, viewer.user_id), preview.lines,
            firsts=firsts, once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
    return login_cards(logins)


def _preview(classroom_id: int, form: NewPupilForm) -> RosterPreview:
    """Look at one name as at a list of one; what is wrong stands at the field afterwards."""
    refuse_second_sending(form.once_key.data or "", roster.SENT_TWICE)
    given, family = form.given_name.data or "", form.family_name.data or ""
    faults = find_name_faults(given, family)
    preview = get_preview_of_lines(classroom_id, [RosterLine(1, given, family, "", tuple(faults))])
    for fault in faults:
        form.refuse("given_name", fault)
    if preview.has_doubts and not form.is_checked.data:
        for doubt in preview.lines[0].doubts:
            form.refuse("is_checked", doubt)
    return preview


@classroom.get("/<id:classroom_id>/people/<id:student_id>")
@teachers_only
def pupil(classroom_id: int, student_id: int) -> str:
    """Show one pupil's work."""
    return _pupil_page(classroom_id, student_id)


@classroom.post("/<id:classroom_id>/people/<id:student_id>/name")
@teachers_only
def rename_pupil(classroom_id: int, student_id: int) -> Response | tuple[str, int]:
    """Correct a pupil's name."""
    viewer, form = current_viewer(), PupilNameForm()
    if form.validate():
        for fault in find_name_faults(form.given_name.data or "", form.family_name.data or ""):
            form.refuse("given_name", fault)
    if form.errors:
        return _pupil_page(classroom_id, student_id, form), 422
    with transaction() as touched:
        _, student = get_place(classroom_id, viewer.user_id, student_id)
        rename_person(
            touched, student, given_name=form.given_name.data or "",
            family_name=form.family_name.data or "", actor_id=viewer.user_id, now=viewer.now,
        )  # fmt: skip
    return done(
        "classroom.pupil", "The name is saved.", classroom_id=classroom_id, student_id=student_id
    )


def _pupil_page(classroom_id: int, student_id: int, name_form: PupilNameForm | None = None) -> str:
    page = get_pupil_page(classroom_id, student_id, now=current_viewer().now)
    names = {"given_name": page.pupil.given_name, "family_name": page.pupil.family_name}
    return screen(
        "classroom/pupil.html", page,
        form=OnceForm(formdata=None),
        name_form=name_form or PupilNameForm(formdata=None, **names),
    )  # fmt: skip


@classroom.post("/<id:classroom_id>/people/<id:student_id>/password")
@teachers_only
def reset_pupil_password(classroom_id: int, student_id: int) -> Response:
    """Give a pupil a new password and show the login card."""
    form, viewer = OnceForm(), current_viewer()
    if not form.validate():
        raise Invalid("once_key", "This form was not sent whole. Go back and send it again.")
    [first] = hash_first_passwords(1)
    with transaction() as touched:
        place, student = get_place(classroom_id, viewer.user_id, student_id)
        login = roster.reset_pupil_password(
            touched, place, student, first,
            actor_id=viewer.user_id, once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
    return login_cards([login])


@classroom.post("/<id:classroom_id>/people/<id:student_id>/remove")
@teachers_only
def remove_pupil(classroom_id: int, student_id: int) -> Response:
    """Take a pupil off the roster."""
    viewer = current_viewer()
    with transaction() as touched:
        place, student = get_place(classroom_id, viewer.user_id, student_id)
        roster.remove_pupil(touched, place, actor_id=viewer.user_id, now=viewer.now)
        message = f"{student.name} is removed. The work is kept, and you can bring them back below."
    return done("classroom.people", message, classroom_id=classroom_id)


@classroom.post("/<id:classroom_id>/people/<id:student_id>/bring-back")
@teachers_only
def bring_back_pupil(classroom_id: int, student_id: int) -> Response:
    """Put a removed pupil back on the roster."""
    viewer = current_viewer()
    with transaction() as touched:
        place, student = get_place(classroom_id, viewer.user_id, student_id)
        roster.bring_back_pupil(touched, place, actor_id=viewer.user_id, now=viewer.now)
        message = f"{student.name} is back, with all the work."
    return done("classroom.people", message, classroom_id=classroom_id)
