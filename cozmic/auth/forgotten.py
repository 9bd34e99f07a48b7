"""A forgotten password: a link by mail, and the page behind it. Whether an address is known shows nowhere."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.clock import get_now
from cozmic.access.links import find_user_by_reset_token, get_user_by_reset_token, make_reset_token
from cozmic.access.people import find_person_by_email
from cozmic.auth.blueprint import auth
from cozmic.auth.forms import ForgotForm, ResetForm
from cozmic.errors import Invalid
from cozmic.outside.mail import get_mailer
from cozmic.reads.account import get_school_name
from cozmic.rules.passwords import shortest_for
from cozmic.transaction import transaction
from cozmic.web.failures import count_reset_mail
from cozmic.web.guards import open_to_all
from cozmic.web.links import whole_url
from cozmic.web.mails import reset_mail
from cozmic.web.passwords import hash_chosen_password
from cozmic.web.screens import done, screen
from cozmic.writes.people import change_password


@auth.get("/forgot-password")
@open_to_all
def forgot() -> str:
    """Ask whose password is forgotten."""
    return screen("auth/forgot.html", form=ForgotForm())


@auth.post("/forgot-password")
@open_to_all
def send_reset() -> Response | tuple[str, int]:
    """Send the link where the address belongs to somebody; answer the same, and as quickly, where it does not."""
    form = ForgotForm()
    if not form.validate():
        return screen("auth/forgot.html", form=form), 422
    email = form.email.data or ""
    count_reset_mail(email)
    _send_link(email)
    return done("auth.reset_sent")


def _send_link(email: str) -> None:
    school, now = get_school_name(), get_now()
    user = find_person_by_email(email)
    if user is None:
        return
    url = whole_url("auth.reset", token=make_reset_token(user, now=now))
    mail = reset_mail(
        to=email, given_name=user.given_name, username=user.username, school=school, url=url
    )
    # Not waited for: how long a mail server takes would tell which addresses are known.
    get_mailer().send(mail)


@auth.get("/forgot-password/sent")
@open_to_all
def reset_sent() -> str:
    """Say that a link is on its way, if there is anybody to send it to."""
    return screen("auth/reset_sent.html")


@auth.get("/reset-password/<token>")
@open_to_all
def reset(token: str) -> str | tuple[str, int]:
    """Show the form for a new password."""
    user = find_user_by_reset_token(token, now=get_now())
    if user is None:
        return screen("auth/stale_reset.html"), 410
    return screen(
        "auth/reset.html",
        form=ResetForm(),
        username=user.username,
        shortest=shortest_for(user.role),
    )


@auth.post("/reset-password/<token>")
@open_to_all
def reset_password(token: str) -> Response | tuple[str, int]:
    """Take the new password; the link is used with it, and everybody who was signed in is out."""
    form, now = ResetForm(), get_now()
    user = find_user_by_reset_token(token, now=now)
    if user is None:
        return screen("auth/stale_reset.html"), 410
    frame = {"username": user.username, "shortest": shortest_for(user.role)}
    if not form.validate():
        return screen("auth/reset.html", form=form, **frame), 422
    try:
        chosen = hash_chosen_password(
            form.password.data or "", role=user.role, username=user.username
        )
        with transaction() as touched:
            user = get_user_by_reset_token(token, now=now)
            change_password(touched, user, chosen, keep_session_id=None, now=now)
    except Invalid as error:
        form.refuse(error.field, error.message)
        return screen("auth/reset.html", form=form, **frame), 422
    return done("auth.login", "Your password is changed. Sign in with the new one.")
