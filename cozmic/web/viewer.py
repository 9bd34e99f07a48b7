"""Who is asking: from the signed cookie through the admitting SELECT."""

from __future__ import annotations

from flask import current_app, g, request, session

from cozmic.access.admission import Room, Viewer, find_viewer
from cozmic.access.revisions import Depends
from cozmic.errors import NotFound, NotSignedIn
from cozmic.rules.enums import Role
from cozmic.web.begun import find_begun

DEPENDS = "_depends"
"""The attribute in which a view says what its screen depends on, for each role (web/cached.py)."""


def admit() -> Viewer | None:
    """Find the viewer of this request, once, and remember it for the rest of the request."""
    if "viewer" not in g:
        g.viewer = _find()
    viewer: Viewer | None = g.viewer
    return viewer


def _find() -> Viewer | None:
    begun = find_begun(request.environ)
    if begun is not None:
        if begun.error is not None:
            raise begun.error
        return begun.viewer
    session_id, user_id = session.get("session_id"), session.get("user_id")
    if not isinstance(session_id, int) or not isinstance(user_id, int):
        return None
    classroom_id = (request.view_args or {}).get("classroom_id")
    return find_viewer(session_id, user_id, classroom_id=classroom_id, depends=_depends_of_this())


def _depends_of_this() -> Depends:
    """What the screen that is asked for depends on; NOTHING where it is asked with a query, which no key holds.

    The role in the cookie is a hint; whoever turns out to have another gets a page that is not cached (web/cached.py).
    """
    is_plain = not request.query_string and request.method in {"GET", "HEAD"}
    if not (is_plain and current_app.config["PAGE_CACHE"]):
        return Depends.NOTHING
    view = current_app.view_functions.get(request.endpoint or "")
    by_role: dict[str, Depends] = getattr(view, DEPENDS, {})
    return by_role.get(session.get("role", ""), Depends.NOTHING)


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
