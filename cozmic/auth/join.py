"""Joining a class with its code, with an account or without one yet."""

from __future__ import annotations

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.classrooms import find_classroom_by_code
from cozmic.access.failures import Account
from cozmic.access.people import get_person
from cozmic.auth.blueprint import auth
from cozmic.auth.join_forms import JoinForm, NewcomerForm
from cozmic.auth.sign_in import start_session
from cozmic.errors import Conflict, Invalid
from cozmic.models import Classroom
from cozmic.rules.enums import Role
from cozmic.rules.passwords import SHORTEST_FOR_PUPILS
from cozmic.transaction import transaction
from cozmic.web.failures import count_wrong_code, refuse_spent_codes
from cozmic.web.guards import open_to_all
from cozmic.web.passwords import find_owner, hash_chosen_password
from cozmic.web.role_words import a_role
from cozmic.web.screens import done, screen
from cozmic.web.viewer import admit, current_viewer
from cozmic.writes.roster import get_joinable, join_as_new_pupil, join_with_code

MADE_ALREADY = "This form has made an account already. Sign in with it."
NOT_A_PUPIL = (
    "Class codes are for pupils, and you are signed in as {role}. Sign out first to try one."
)


@auth.get("/join")
@open_to_all
def join() -> str:
    """Ask for the code, and strangers for their name and a password; a link may bring the code along."""
    code = request.args.get("code", "")
    viewer = admit()
    form = JoinForm if viewer else NewcomerForm
    return _page(form(formdata=None, code=code))


@auth.post("/join")
@open_to_all
def join_class() -> Response | tuple[str, int]:
    """Join the class, or say at the field why not."""
    viewer = admit()
    form = JoinForm() if viewer else NewcomerForm()
    if not form.validate():
        return _page(form), 422
    now = refuse_spent_codes(viewer.user_id if viewer else None)
    try:
        return _join_as_newcomer(form, now=now) if isinstance(form, NewcomerForm) else _join(form)
    except Invalid as error:
        if error.field == "code":
            count_wrong_code(viewer.user_id if viewer else None, now=now)
        form.refuse(error.field, error.message)
        return _page(form), 422


@auth.get("/joined")
def joined() -> str:
    """Show newcomers the user name that was made for them."""
    return screen("auth/joined.html")


def _join(form: JoinForm) -> Response:
    viewer = current_viewer()
    if viewer.role is not Role.STUDENT:
        raise Invalid("", NOT_A_PUPIL.format(role=a_role(viewer.role)))
    with transaction() as touched:
        # The class is locked before the pupil, as for new login cards: else each might wait for the other.
        found = _get_class(form)
        row = join_with_code(touched, found, get_person(viewer.user_id), now=viewer.now)
        name, classroom_id = row.name, row.id
    return done("classroom.stream", f"You are in {name}.", classroom_id=classroom_id)


def _join_as_newcomer(form: NewcomerForm, *, now: datetime) -> Response:
    get_joinable(find_classroom_by_code(form.tidied))  # a wrong code is not worth a hash
    first = hash_chosen_password(form.password.data or "", role=Role.STUDENT)
    with transaction() as touched:
        user = join_as_new_pupil(
            touched, _get_class(form), form.given_name.data or "", form.family_name.data or "",
            first=first, once_key=form.once_key.data or "", now=now,
        )  # fmt: skip
        account = Account(user.id, user.role, user.password_hash, user.suspended_at)
    is_new = account.password_hash == first.password_hash
    if not is_new and find_owner(account, first.plain) is None:
        raise Conflict(MADE_ALREADY)
    start_session(account, now=now)
    return done("auth.joined")


def _get_class(form: JoinForm) -> Classroom | None:
    return find_classroom_by_code(form.tidied, for_update=True)


def _page(form: JoinForm) -> str:
    return screen("auth/join.html", form=form, shortest=SHORTEST_FOR_PUPILS)
