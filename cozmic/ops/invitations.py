"""Inviting teachers and further admins."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.links import make_invitation_token
from cozmic.access.people import get_invitation
from cozmic.errors import Invalid
from cozmic.ops.blueprint import ops
from cozmic.ops.forms import InviteForm
from cozmic.outside.mail import get_mailer
from cozmic.reads.ops_invitations import list_invitations
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.web.links import whole_url
from cozmic.web.mails import invitation_mail
from cozmic.web.paging import neighbours, read_cursor
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import invitations as writes


@ops.get("/invitations")
def invitations() -> str:
    """Show who is invited, and the form to invite somebody."""
    return _page(InviteForm(formdata=None))


@ops.post("/invitations")
def invite() -> str | tuple[str, int]:
    """Invite somebody: by mail, and by a link that is shown once."""
    viewer, form = current_viewer(), InviteForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            invitation = writes.invite(
                Role(form.role.data), given_name=form.given_name.data or "",
                family_name=form.family_name.data or "", email=form.email.data or "",
                actor_id=viewer.user_id, now=viewer.now, once_key=form.once_key.data,
            )  # fmt: skip
            token = make_invitation_token(invitation)
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _page(form), 422
    return _invited(form, whole_url("auth.invitation", token=token))


def _invited(form: InviteForm, url: str) -> str:
    viewer, given_name, email = current_viewer(), form.given_name.data or "", form.email.data or ""
    mail = invitation_mail(
        to=email, given_name=given_name, role=Role(form.role.data), invited_by=viewer.name,
        school=viewer.school_name, url=url, days=writes.OPEN_DAYS,
    )  # fmt: skip
    is_sent = get_mailer().send(mail).is_sent()
    return screen(
        "ops/invited.html", url=url, is_sent=is_sent, name=given_name, email=email, days=writes.OPEN_DAYS
    )  # fmt: skip


@ops.post("/invitations/<id:invitation_id>/withdraw")
def withdraw_invitation(invitation_id: int) -> Response:
    """End an invitation."""
    viewer = current_viewer()
    with transaction():
        writes.withdraw_invitation(
            get_invitation(invitation_id), actor_id=viewer.user_id, now=viewer.now
        )
    return done("ops.invitations", "The invitation is withdrawn. Its link opens nothing any more.")


def _page(form: InviteForm) -> str:
    is_accepted = request.args.get("show") == "accepted"
    data = list_invitations(is_accepted=is_accepted, now=current_viewer().now, cursor=read_cursor())
    query = {"show": "accepted"} if is_accepted else {}
    return screen(
        "ops/invitations.html", data, form=form, is_accepted=is_accepted,
        pages=neighbours("ops.invitations", data, query),
    )  # fmt: skip
