"""Accepting an invitation: the way in for teachers and further admins."""

from __future__ import annotations

from datetime import datetime

from werkzeug.wrappers import Response

from cozmic.access.clock import get_now
from cozmic.access.links import find_open_invitation, get_open_invitation
from cozmic.access.people import list_taken_usernames
from cozmic.auth.blueprint import auth
from cozmic.auth.forms import AcceptForm
from cozmic.auth.sign_in import start_session
from cozmic.errors import Invalid
from cozmic.models import User
from cozmic.reads.account import get_school_name
from cozmic.rules.enums import Role
from cozmic.rules.passwords import SHORTEST_FOR_STAFF
from cozmic.rules.usernames import make_username
from cozmic.transaction import transaction
from cozmic.web.guards import open_to_all
from cozmic.web.passwords import hash_chosen_password
from cozmic.web.screens import done, screen
from cozmic.writes import invitations


@auth.get("/invitations/<token>")
@open_to_all
def invitation(token: str) -> str | tuple[str, int]:
    """Show who is invited, as what, and ask for a user name and password."""
    found = find_open_invitation(token, now=get_now())
    if found is None:
        return screen("auth/stale_invitation.html"), 410
    names = found.given_name, found.family_name
    form = AcceptForm(username=make_username(*names, list_taken_usernames([names])))
    return _page(form, given_name=found.given_name, role=found.role.value)


@auth.post("/invitations/<token>")
@open_to_all
def accept_invitation(token: str) -> Response | tuple[str, int]:
    """Make the account and sign in."""
    form, now = AcceptForm(), get_now()
    found = find_open_invitation(token, now=now)
    if found is None:
        return screen("auth/stale_invitation.html"), 410
    frame = {"given_name": found.given_name, "role": found.role.value}
    if not form.validate():
        return _page(form, **frame), 422
    try:
        user = _accept(token, form, role=found.role, now=now)
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _page(form, **frame), 422
    start_session(user, now=now)
    return done("auth.home", "Welcome. Your account is ready.")


def _accept(token: str, form: AcceptForm, *, role: Role, now: datetime) -> User:
    username = form.username.data or ""
    chosen = hash_chosen_password(form.password.data or "", role=role, username=username)
    with transaction() as touched:
        invitation = get_open_invitation(token, now=now)
        return invitations.accept_invitation(
            touched, invitation, username=username, password=chosen, now=now
        )


def _page(form: AcceptForm, **frame: str) -> str:
    return screen(
        "auth/invitation.html",
        form=form, school=get_school_name(), shortest=SHORTEST_FOR_STAFF, **frame,
    )  # fmt: skip
