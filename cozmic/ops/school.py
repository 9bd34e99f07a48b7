"""The school's own settings."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.ops.blueprint import ops
from cozmic.ops.forms import SchoolForm
from cozmic.transaction import transaction
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.school import change_school


@ops.get("/school")
def school() -> str:
    """Show them."""
    viewer = current_viewer()
    form = SchoolForm(
        formdata=None, name=viewer.school_name, zone=viewer.zone, language=viewer.language
    )
    form.offer_zones(viewer.zone)
    return screen("ops/school.html", form=form)


@ops.post("/school")
def save_school() -> Response | tuple[str, int]:
    """Change them, and with them every page."""
    viewer, form = current_viewer(), SchoolForm()
    form.offer_zones(viewer.zone)
    if not form.validate():
        return screen("ops/school.html", form=form), 422
    with transaction() as touched:
        change_school(
            touched, name=form.name.data or "", zone=form.zone.data, language=form.language.data,
            actor_id=viewer.user_id, now=viewer.now,
        )  # fmt: skip
    return done("ops.school", "The settings are saved.")
