"""Signing in and out."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from cozmic.access.failures import Account
from cozmic.access.people import get_proven_person
from cozmic.auth.blueprint import auth
from cozmic.auth.forms import SignInForm
from cozmic.extensions import limiter
from cozmic.models import User
from cozmic.observe.metrics import count_sign_in
from cozmic.rules.devices import describe_device
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.web.devices import remember_device
from cozmic.web.failures import count_wrong_password, knock
from cozmic.web.guards import open_to_all
from cozmic.web.passwords import find_owner
from cozmic.web.screens import done, screen
from cozmic.web.viewer import admit, current_viewer, remember_sign_in
from cozmic.writes.sessions import end_session, end_sessions, open_session

HOMES = {
    Role.STUDENT: "student.dashboard",
    Role.TEACHER: "teacher.dashboard",
    Role.ADMIN: "ops.home",
    Role.GUARDIAN: "auth.account",
}
REFUSED = "That user name and password do not belong together. Check both; a teacher or admin can give a new password."
SUSPENDED = "This account is suspended. Ask your teacher or the school's admin."


@auth.get("/")
@open_to_all
def home() -> Response:
    """Send people to their own first page."""
    viewer = admit()
    return redirect(url_for(HOMES[viewer.role] if viewer else "auth.login"), code=303)


@auth.get("/login")
@open_to_all
def login() -> str | Response:
    """Show the sign-in form; the signed-in go straight on."""
    if admit():
        return redirect(_target(), code=303)
    return screen("auth/login.html", form=SignInForm())


@auth.post("/login")
@open_to_all
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in, or say what was wrong without saying which of the two."""
    form = SignInForm()
    if not form.validate():
        return screen("auth/login.html", form=form), 422
    door = knock(form.username.data or "")
    account = find_owner(door.attempt.account, form.password.data or "")
    if account is None:
        count_wrong_password(door)
    if account is None or account.suspended_at is not None:
        form.refuse("", REFUSED if account is None else SUSPENDED)
        return screen("auth/login.html", form=form), 422
    start_session(account, now=door.attempt.now)
    return redirect(_target(), code=303)


def start_session(user: User | Account, *, now: datetime) -> None:
    """Open a session row for this device, in place of the one it had, and write the cookies that name both.

    Raise Conflict where the password has been changed since it was checked: that signs out everybody who came with it.
    """
    user_id, role, proven = user.id, user.role, user.password_hash
    before = session.get("user_id"), session.get("session_id")
    with transaction():
        person = get_proven_person(user_id, proven)
        if isinstance(before[0], int) and isinstance(before[1], int):
            end_session(before[0], before[1])
        row = open_session(
            person,
            now=now,
            hours=current_app.config["SESSION_HOURS"],
            device=describe_device(request.user_agent.string),
        )
        session_id = row.id
    remember_sign_in(session_id=session_id, user_id=user_id, role=role)
    remember_device(user_id, proven)
    count_sign_in()


@auth.post("/sign-out")
@limiter.exempt  # whoever has spent their pages must be able to leave
def sign_out() -> Response:
    """Sign out on this device."""
    viewer = current_viewer()
    with transaction():
        end_session(viewer.user_id, viewer.session_id)
    return _signed_out("You are signed out.")


@auth.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """Sign out on every device, this one too."""
    with transaction():
        end_sessions(current_viewer().user_id)
    return _signed_out("You are signed out on every device.")


def _signed_out(message: str) -> Response:
    """Forget the session, and let the browser forget pages that it keeps: its back button would show them."""
    session.clear()
    response = done("auth.login", message)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _target() -> str:
    """Where to go after signing in: a local page that was asked for, else home."""
    target = request.args.get("next", "")
    is_local = (
        target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    )
    return target if is_local else url_for("auth.home")
