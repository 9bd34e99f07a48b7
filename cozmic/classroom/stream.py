"""What is announced in a class."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.classrooms import get_announcement, get_open_classroom
from cozmic.access.revisions import Depends
from cozmic.classroom.addresses import join_address
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.forms import AnnouncementForm
from cozmic.reads.stream import get_stream
from cozmic.transaction import transaction
from cozmic.web.cached import cached
from cozmic.web.guards import teachers_only
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes.announcements import announce as post_announcement
from cozmic.writes.announcements import take_back_announcement as take_back


@classroom.get("/<id:classroom_id>/")
@cached(Depends.NOTHING, pupils=Depends.ROOM_POSTS)
def stream(classroom_id: int) -> str:
    """Show the announcements and what is due soon."""
    return _stream(classroom_id, AnnouncementForm(formdata=None))


@classroom.post("/<id:classroom_id>/announcements")
@teachers_only
def announce(classroom_id: int) -> Response | tuple[str, int]:
    """Post an announcement."""
    form = AnnouncementForm()
    if not form.validate():
        return _stream(classroom_id, form), 422
    viewer = current_viewer()
    with transaction() as touched:
        row = get_open_classroom(classroom_id, viewer.user_id)
        post_announcement(
            touched, row, form.body.data or "", once_key=form.once_key.data or "", now=viewer.now
        )
    return done("classroom.stream", "Your class can read it now.", classroom_id=classroom_id)


@classroom.post("/<id:classroom_id>/announcements/<id:announcement_id>/take-back")
@teachers_only
def take_back_announcement(classroom_id: int, announcement_id: int) -> Response:
    """Take an announcement back."""
    with transaction() as touched:
        take_back(
            touched, get_announcement(classroom_id, current_viewer().user_id, announcement_id)
        )
    return done("classroom.stream", "The announcement is taken back.", classroom_id=classroom_id)


def _stream(classroom_id: int, form: AnnouncementForm) -> str:
    data = get_stream(classroom_id, before=request.args.get("before", ""), now=current_viewer().now)
    return screen("classroom/stream.html", data, form=form, join_address=join_address())
