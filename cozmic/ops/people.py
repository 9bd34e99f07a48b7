"""Everybody, and one person with what an admin may do for them."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.people import get_person, get_person_to_suspend, get_role_of
from cozmic.errors import Invalid
from cozmic.ops.blueprint import ops
from cozmic.ops.forms import EmailForm, NameForm, PeopleSearch
from cozmic.ops.words import event_words
from cozmic.reads.ops_people import MOST_COUNTED, list_people
from cozmic.reads.ops_person import get_person_page
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.web.once import OnceForm
from cozmic.web.paging import neighbours, read_cursor
from cozmic.web.passwords import hash_first_passwords
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import people as writes


@ops.get("/people")
def people() -> str:
    """Show a page of everybody."""
    form = PeopleSearch(request.args)
    data = list_people(form.read(), read_cursor())
    return screen(
        "ops/people.html", data, form=form, roles=Role, most_counted=MOST_COUNTED,
        pages=neighbours("ops.people", data.page, form.as_query()),
    )  # fmt: skip


@ops.get("/people/<id:user_id>")
def person(user_id: int) -> str:
    """Show one person."""
    return _page(user_id)


@ops.post("/people/<id:user_id>/suspend")
def suspend(user_id: int) -> Response:
    """Keep somebody out."""
    viewer = current_viewer()
    with transaction() as touched:
        writes.suspend(
            touched, get_person_to_suspend(user_id), actor_id=viewer.user_id, now=viewer.now
        )
    return done("ops.person", "Suspended, and signed out everywhere.", user_id=user_id)


@ops.post("/people/<id:user_id>/reinstate")
def reinstate(user_id: int) -> Response:
    """Let somebody in again."""
    viewer = current_viewer()
    with transaction() as touched:
        writes.reinstate(touched, get_person(user_id), actor_id=viewer.user_id, now=viewer.now)
    return done("ops.person", "Reinstated. The old password works again.", user_id=user_id)


@ops.post("/people/<id:user_id>/password")
def reset_password(user_id: int) -> str | tuple[str, int]:
    """Give somebody a new password and show it once."""
    viewer, form = current_viewer(), OnceForm()
    if not form.validate():
        return _page(user_id, once_form=form), 422
    [first] = hash_first_passwords(1, words=2 if get_role_of(user_id) is Role.STUDENT else 3)
    with transaction() as touched:
        user = get_person(user_id)
        writes.reset_password(
            touched, user, first, actor_id=viewer.user_id, now=viewer.now, once_key=form.once_key.data
        )  # fmt: skip
        frame = {"user_id": user_id, "name": user.name, "username": user.username}
    return screen("ops/new_password.html", password=first.plain, **frame)


@ops.post("/people/<id:user_id>/name")
def change_name(user_id: int) -> Response | tuple[str, int]:
    """Correct somebody's name."""
    viewer, form = current_viewer(), NameForm()
    if not form.validate():
        return _page(user_id, name_form=form), 422
    with transaction() as touched:
        writes.rename_person(
            touched, get_person(user_id), given_name=form.given_name.data or "",
            family_name=form.family_name.data or "", actor_id=viewer.user_id, now=viewer.now,
        )  # fmt: skip
    return done("ops.person", "The name is saved.", user_id=user_id)


@ops.post("/people/<id:user_id>/email")
def change_email(user_id: int) -> Response | tuple[str, int]:
    """Set or remove somebody's e-mail address."""
    viewer, form = current_viewer(), EmailForm()
    if not form.validate():
        return _page(user_id, email_form=form), 422
    try:
        with transaction() as touched:
            writes.set_email(
                touched, get_person(user_id), form.email.data or None, actor_id=viewer.user_id, now=viewer.now
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _page(user_id, email_form=form), 422
    return done("ops.person", "The e-mail address is saved.", user_id=user_id)


def _page(
    user_id: int, *, name_form: NameForm | None = None, email_form: EmailForm | None = None,
    once_form: OnceForm | None = None,
) -> str:  # fmt: skip
    viewer = current_viewer()
    data = get_person_page(user_id, now=viewer.now)
    names = {"given_name": data.given_name, "family_name": data.family_name}
    return screen(
        "ops/person.html", data,
        name_form=name_form or NameForm(formdata=None, **names),
        email_form=email_form or EmailForm(formdata=None, email=data.email),
        once_form=once_form or OnceForm(formdata=None),
        is_self=user_id == viewer.user_id, event_words=event_words,
    )  # fmt: skip
