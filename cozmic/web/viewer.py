"""Who is asking: from the signed cookie through the admitting SELECT."""

from __future__ import annotations

from flask import g, request, session

from cozmic.access.admission import Room, Viewer, find_viewer
from cozmic.errors import NotFound, NotSignedIn
from cozmic.rules.enums import Role


def admit() -> Viewer | None:
    """Find the viewer of this request, once, and remember it for the rest of the request."""
    if "viewer" not in g:
        g.viewer = _find()
    viewer: Viewer | None = g.viewer
    return viewer


def _find() -> Viewer | None:
    session_id, user_id = session.get("session_id"), session.get("user_id")
    if not isinstance(session_id, int) or not isinstance(user_id, int):
        return None
    classroom_id = (request.view_args or {}).get("classroom_id")
    return find_viewer(session_id, user_id, classroom_id=classroom_id)


def current_viewer() -> Viewer:
    """Return the viewer that the blueprint's guard admitted; raise NotSignedIn where no guard ran."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        raise NotSignedIn
    return viewer


def current_room() -> Room:
    """Return the classroom in this URL as the viewer stands to it; raise NotFound for strangers."""
    room = current_viewer().room
    if room is None:
        raise NotFound("class")
    return room


def remember_sign_in(*, session_id: int, user_id: int, role: Role) -> None:
    """Write the signed cookie of a new sign-in, dropping whatever the old one held."""
    session.clear()
    session.update(session_id=session_id, user_id=user_id, role=role.value)
