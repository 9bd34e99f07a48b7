"""What a teacher tells a class."""

from __future__ import annotations

from datetime import datetime

from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Announcement, Classroom
from cozmic.writes.audit import record


def announce(
    touched: Touched, classroom: Classroom, body: str, *, once_key: str, now: datetime
) -> None:
    """Post an announcement by the teacher of the class; sending the same form twice posts once."""
    try:
        record(
            "announce", now=now, actor_id=classroom.teacher_id, classroom_id=classroom.id,
            once_key=once_key,
        )  # fmt: skip
    except Conflict:
        return
    db.session.add(
        Announcement(
            classroom_id=classroom.id, author_id=classroom.teacher_id, body=body, posted_at=now
        )
    )
    touched.posts(classroom.id)


def take_back_announcement(touched: Touched, announcement: Announcement) -> None:
    """Take an announcement out of the stream."""
    db.session.delete(announcement)
    touched.posts(announcement.classroom_id)
