"""One's own account: password, e-mail, and where one is signed in."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.admission import Viewer
from cozmic.access.failures import Account
from cozmic.access.new_passwords import NewPassword
from cozmic.access.people import get_proven_person
from cozmic.auth.blueprint import auth
from cozmic.auth.forms import EmailForm, PasswordForm
from cozmic.errors import Invalid
from cozmic.reads.account import get_account
from cozmic.transaction import transaction
from cozmic.web.devices import remember_device
from cozmic.web.failures import Door, count_wrong_password, knock
from cozmic.web.passwords import find_owner, hash_chosen_password
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import people, sessions

LARGEST_ID = 2**63 - 1
NOT_YOURS = "This is not your password. Type the one you sign in with."


@auth.get("/account/")
def account() -> str:
    """Show it."""
    return _page()


@auth.post("/account/password")
def change_password() -> Response | tuple[str, int]:
    """Take another password, and sign out every other device."""
    viewer, form = current_viewer(), PasswordForm()
    door = knock(viewer.username)
    if not form.validate():
        return _page(password_form=form), 422
    try:
        proven = _prove(door, form.current_password.data or "")
        chosen = _hash_chosen(form, viewer)
        with transaction() as touched:
            user = get_proven_person(viewer.user_id, proven.password_hash)
            people.change_password(
                touched, user, chosen, keep_session_id=viewer.session_id, now=viewer.now
            )
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _page(password_form=form), 422
    remember_device(viewer.user_id, chosen.password_hash)
    return done("auth.account", "Your password is changed. Every other device is signed out.")


@auth.post("/account/email")
def change_email() -> Response | tuple[str, int]:
    """Set or remove the e-mail address."""
    viewer, form = current_viewer(), EmailForm()
    door = knock(viewer.username)
    if not form.validate():
        return _page(email_form=form), 422
    try:
        proven = _prove(door, form.current_password.data or "")
        with transaction() as touched:
            user = get_proven_person(viewer.user_id, proven.password_hash)
            people.set_email(
                touched, user, form.email.data or None, actor_id=viewer.user_id, now=viewer.now
            )
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _page(email_form=form), 422
    return done("auth.account", "Your e-mail address is saved.")


@auth.post(f"/account/sessions/<int(max={LARGEST_ID}):session_id>/end", endpoint="end_session")
def end_one_session(session_id: int) -> Response:
    """Sign out one of one's own devices; a session id is 63 bits, too long for an <id:…>."""
    with transaction():
        sessions.end_session(current_viewer().user_id, session_id)
    return done("auth.account", "That device is signed out.")


def _hash_chosen(form: PasswordForm, viewer: Viewer) -> NewPassword:
    return hash_chosen_password(
        form.password.data or "", role=viewer.role, username=viewer.username
    )


def _prove(door: Door, password: str) -> Account:
    """Return the account of whoever knows its password; count a wrong one, and raise Invalid.

    Whoever finds a screen left open shall not take the account over.
    """
    account = find_owner(door.attempt.account, password)
    if account is None:
        count_wrong_password(door)
        raise Invalid("current_password", NOT_YOURS)
    return account


def _page(*, password_form: PasswordForm | None = None, email_form: EmailForm | None = None) -> str:
    viewer = current_viewer()
    data = get_account(viewer.user_id, viewer.session_id, now=viewer.now)
    return screen(
        "auth/account.html",
        data,
        password_form=password_form or PasswordForm(formdata=None),
        email_form=email_form or EmailForm(formdata=None, email=data.email),
    )
