"""The roster, as its teacher sees it."""

from __future__ import annotations

from cozmic.classroom.blueprint import classroom
from cozmic.web.guards import teachers_only
from cozmic.web.screens import screen


@classroom.get("/<id:classroom_id>/people")
@teachers_only
def people(classroom_id: int) -> str:
    """Show who is in the class."""
    return screen("classroom/people.html")
