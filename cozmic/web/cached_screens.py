"""Which address is which cached screen, and who may see it: for what answers before Flask's router is asked."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask

from cozmic.access.admission import Viewer
from cozmic.access.revisions import Depends
from cozmic.errors import Forbidden, NotFound
from cozmic.rules.enums import Role
from cozmic.web.guards import TEACHERS_ONLY, check_right, roles_of
from cozmic.web.viewer import DEPENDS

ROOM_RULE = "/classrooms/<id:classroom_id>"
ROOM = re.compile(r"/classrooms/([1-9][0-9]{0,17})(/[a-z-]*)")


@dataclass(frozen=True, slots=True)
class Screen:
    """A cached screen, and who may see it."""

    endpoint: str
    depends: dict[str, Depends]
    roles: tuple[Role, ...]
    is_in_room: bool
    is_for_teachers: bool

    def admits(self, viewer: Viewer) -> bool:
        """Whether the guard of its blueprint would let them in."""
        with suppress(Forbidden, NotFound):
            check_right(
                viewer, self.roles, is_in_room=self.is_in_room, is_for_teachers=self.is_for_teachers
            )
            return True
        return False


class CachedScreens:
    """The cached screens of an application whose views are all registered."""

    def __init__(self, app: Flask) -> None:
        self._screens, self._in_rooms = (
            _screens_of(app, below=""),
            _screens_of(app, below=ROOM_RULE),
        )

    def find(self, path: str) -> tuple[Screen | None, int | None]:
        """Return the screen at a path, and the id of the classroom that the path names."""
        room = ROOM.fullmatch(path)
        if room is None:
            return self._screens.get(path), None
        return self._in_rooms.get(room[2]), int(room[1])


def _screens_of(app: Flask, *, below: str) -> dict[str, Screen]:
    """Return the cached screens by what their addresses hold after a beginning."""
    found = {}
    for rule in app.url_map.iter_rules():
        view, rest = app.view_functions[rule.endpoint], rule.rule.removeprefix(below)
        if hasattr(view, DEPENDS) and rule.rule.startswith(below) and "<" not in rest:
            found[rest] = Screen(
                rule.endpoint, getattr(view, DEPENDS), roles_of(app, rule.endpoint),
                is_in_room=bool(below), is_for_teachers=getattr(view, TEACHERS_ONLY, False),
            )  # fmt: skip
    return found
