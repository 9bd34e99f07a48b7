"""Classes: opened, renamed, archived, restored, given a new join code. Never deleted."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from cozmic.caching.touched import Touched
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment
from cozmic.rules.join_codes import ALPHABET, LENGTH
from cozmic.writes.audit import record


def open_classroom(
    touched: Touched, teacher_id: int, *, name: str, grade: int | None, once_key: str, now: datetime
) -> Classroom:
    """Open a class with a join code of its own; raise Conflict where the same form has done so before."""
    classroom = Classroom(
        teacher_id=teacher_id, name=name, grade=grade, join_code=_free_code(), created_at=now
    )
    db.session.add(classroom)
    db.session.flush()
    record(
        "open_classroom", now=now, actor_id=teacher_id, classroom_id=classroom.id, once_key=once_key,
        detail=name,
    )  # fmt: skip
    touched.person(teacher_id)
    touched.posts(classroom.id)
    touched.work(classroom.id)
    return classroom


def rename_classroom(
    touched: Touched, classroom: Classroom, *, name: str, grade: int | None
) -> None:
    """Give a class another name and grade."""
    classroom.name, classroom.grade = name, grade
    touched.posts(classroom.id)


def archive_classroom(touched: Touched, classroom: Classroom, *, now: datetime) -> None:
    """Put a class away: it is read and not changed, and goes from its pupils' classes. Twice is the same as once."""
    if classroom.archived_at is not None:
        return
    classroom.archived_at = now
    _record(classroom, "archive_classroom", now)
    _touch_everybody(touched, classroom)


def restore_classroom(touched: Touched, classroom: Classroom, *, now: datetime) -> None:
    """Take an archived class up again, just as it was."""
    if classroom.archived_at is None:
        return
    classroom.archived_at = None
    _record(classroom, "restore_classroom", now)
    _touch_everybody(touched, classroom)


def rotate_join_code(touched: Touched, classroom: Classroom, *, now: datetime) -> None:
    """Give a class a new join code; the old one opens nothing from now on."""
    classroom.join_code = _free_code()
    _record(classroom, "rotate_join_code", now)
    touched.posts(classroom.id)


def _record(classroom: Classroom, verb: str, now: datetime) -> None:
    record(verb, now=now, actor_id=classroom.teacher_id, classroom_id=classroom.id)


def _touch_everybody(touched: Touched, classroom: Classroom) -> None:
    """A class comes or goes on its pupils' own screens, which stop depending on its revisions once it is archived."""
    on_roster = select(Enrolment.student_id).where(
        Enrolment.classroom_id == classroom.id, Enrolment.removed_at.is_(None)
    )
    touched.person(classroom.teacher_id, *db.session.execute(on_roster).scalars())
    touched.posts(classroom.id)
    touched.work(classroom.id)


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        taken = select(Classroom.id).where(Classroom.join_code == code)
        if db.session.execute(taken).first() is None:
            return code
