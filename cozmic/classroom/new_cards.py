"""New login cards for several pupils at once, as when the printed ones are lost."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.classrooms import get_open_classroom, list_pupils
from cozmic.access.once import refuse_second_sending
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.login_cards import login_cards
from cozmic.reads.roster import list_roster
from cozmic.transaction import transaction
from cozmic.web.guards import teachers_only
from cozmic.web.ids import read_id
from cozmic.web.once import OnceForm
from cozmic.web.page_limits import whole_class
from cozmic.web.passwords import hash_first_passwords
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.roster import SENT_TWICE, make_new_cards

PAGE = "classroom/new_cards.html"
NOBODY = "Tick at least one pupil, or take everybody."


@classroom.get("/<id:classroom_id>/people/login-cards")
@teachers_only
def choose_for_cards(classroom_id: int) -> str:
    """Ask who needs a new password."""
    return screen(PAGE, list_roster(classroom_id), form=OnceForm(formdata=None), ticked=set())


@classroom.post("/<id:classroom_id>/people/login-cards")
@teachers_only
@whole_class
def create_cards(classroom_id: int) -> Response | tuple[str, int]:
    """Give the ticked pupils, or everybody, new passwords and show the login cards."""
    form, roster, viewer = OnceForm(), list_roster(classroom_id), current_viewer()
    ticked = set(map(read_id, request.form.getlist("pupils")))
    ids = [one.id for one in roster.pupils if one.id in ticked or "everybody" in request.form]
    if not ids:
        form.refuse("", NOBODY)
    if not form.validate() or not ids:
        return screen(PAGE, roster, form=form, ticked=ticked), 422
    refuse_second_sending(form.once_key.data or "", SENT_TWICE)
    firsts = hash_first_passwords(len(ids))
    with transaction() as touched:
        found = get_open_classroom(classroom_id, viewer.user_id)
        logins = make_new_cards(
            touched, found, list_pupils(found, ids),
            firsts=firsts, once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
    return login_cards(logins)
