"""Closed by default: one guard per blueprint; a view that is open, or narrower, says so with a decorator."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from flask import Flask, current_app, request

from cozmic.access.admission import Viewer
from cozmic.errors import Forbidden, NotFound, NotSignedIn
from cozmic.rules.enums import Role
from cozmic.web.page_limits import finish_count
from cozmic.web.viewer import admit

View = TypeVar("View", bound=Callable[..., object])
OPEN, TEACHERS_ONLY, ROLES = "_is_open", "_teachers_only", "_roles"


def open_to_all(view: View) -> View:
    """Mark a view that needs no sign-in."""
    setattr(view, OPEN, True)
    return view


def teachers_only(view: View) -> View:
    """Mark a classroom view that its pupils may not use."""
    setattr(view, TEACHERS_ONLY, True)
    return view


def guard(*roles: Role) -> Callable[[], None]:
    """Return the before_request function of a blueprint for these roles.

    It raises NotSignedIn, Forbidden for a wrong role, and NotFound for a classroom that is not the viewer's.
    """

    def check() -> None:
        view = current_app.view_functions[request.endpoint or ""]
        if getattr(view, OPEN, False):
            finish_count()
            return
        viewer = admit()
        finish_count()
        if viewer is None:
            raise NotSignedIn
        check_right(
            viewer, roles, is_in_room="classroom_id" in (request.view_args or {}),
            is_for_teachers=getattr(view, TEACHERS_ONLY, False),
        )  # fmt: skip

    setattr(check, ROLES, roles)
    return check


def check_right(
    viewer: Viewer, roles: Collection[Role], *, is_in_room: bool, is_for_teachers: bool
) -> None:
    """Raise Forbidden for a wrong role, and NotFound for a classroom that is not the viewer's."""
    if viewer.role not in roles:
        raise Forbidden
    if not is_in_room:
        return
    if viewer.room is None:
        raise NotFound("class")
    if is_for_teachers and not viewer.room.is_teacher:
        raise Forbidden("Only the teacher of this class can do that.")


def roles_of(app: Flask, endpoint: str) -> tuple[Role, ...]:
    """Return who may use an endpoint by its blueprint's guard; nobody where none stands."""
    hooks = app.before_request_funcs.get(endpoint.partition(".")[0], [])
    found: tuple[Role, ...] = next(
        (getattr(hook, ROLES) for hook in hooks if hasattr(hook, ROLES)), ()
    )
    return found
