"""The blueprint, and who may use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, current_app, request

from cozmic.errors import Conflict
from cozmic.rules.enums import Role
from cozmic.rules.join_codes import spaced_code
from cozmic.web.guards import guard
from cozmic.web.viewer import current_viewer

View = TypeVar("View", bound=Callable[..., object])
WORKS_WHEN_ARCHIVED = "_works_when_archived"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

classroom = Blueprint("classroom", __name__, url_prefix="/classrooms", template_folder="templates")
classroom.before_request(guard(Role.TEACHER, Role.STUDENT))
classroom.add_app_template_filter(spaced_code)


def works_when_archived(view: View) -> View:
    """Mark a view that may change an archived class."""
    setattr(view, WORKS_WHEN_ARCHIVED, True)
    return view


@classroom.before_request
def refuse_changes_in_archive() -> None:
    """Raise Conflict for any change in an archived class, so that no view can forget to."""
    room = current_viewer().room
    if request.method in READING or room is None or not room.is_archived:
        return
    if not getattr(current_app.view_functions[request.endpoint or ""], WORKS_WHEN_ARCHIVED, False):
        raise Conflict(
            "This class is archived, so nothing in it changes. Its teacher can restore it under Settings."
        )
