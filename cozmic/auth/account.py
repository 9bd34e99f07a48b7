"""One's own account: password, e-mail, and where one is signed in."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.people import get_self
from cozmic.auth.blueprint import auth
from cozmic.auth.forms import EmailForm, PasswordForm
from cozmic.errors import Invalid
from cozmic.reads.account import get_account
from cozmic.transaction import transaction
from cozmic.web.devices import remember_device
from cozmic.web.failures import Door, count_wrong_password, knock
from cozmic.web.forms import Form
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import people, sessions

LARGEST_ID = 2**63 - 1


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
        with transaction() as touched:
            user = get_self(viewer.user_id, form.current_password.data or "")
            people.change_password(
                touched, user, form.password.data or "", keep_session_id=viewer.session_id, now=viewer.now
            )  # fmt: skip
            proven = user.password_hash
    except Invalid as error:
        _refuse(form, error, door)
        return _page(password_form=form), 422
    remember_device(viewer.user_id, proven)
    return done("auth.account", "Your password is changed. Every other device is signed out.")


@auth.post("/account/email")
def change_email() -> Response | tuple[str, int]:
    """Set or remove the e-mail address."""
    viewer, form = current_viewer(), EmailForm()
    door = knock(viewer.username)
    if not form.validate():
        return _page(email_form=form), 422
    try:
        with transaction() as touched:
            user = get_self(viewer.user_id, form.current_password.data or "")
            people.set_email(
                touched, user, form.email.data or None, actor_id=viewer.user_id, now=viewer.now
            )
    except Invalid as error:
        _refuse(form, error, door)
        return _page(email_form=form), 422
    return done("auth.account", "Your e-mail address is saved.")


@auth.post(f"/account/sessions/<int(max={LARGEST_ID}):session_id>/end", endpoint="end_session")
def end_one_session(session_id: int) -> Response:
    """Sign out one of one's own devices; a session id is 63 bits, too long for an <id:…>."""
    with transaction():
        sessions.end_session(current_viewer().user_id, session_id)
    return done("auth.account", "That device is signed out.")


def _refuse(form: Form, error: Invalid, door: Door) -> None:
    if error.field == "current_password":
        count_wrong_password(door)
    form.refuse(error.field, error.message)


def _page(*, password_form: PasswordForm | None = None, email_form: EmailForm | None = None) -> str:
    viewer = current_viewer()
    data = get_account(viewer.user_id, viewer.session_id, now=viewer.now)
    return screen(
        "auth/account.html",
        data,
        password_form=password_form or PasswordForm(formdata=None),
        email_form=email_form or EmailForm(formdata=None, email=data.email),
    )
