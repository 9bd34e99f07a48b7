"""The school's own settings, and whose classes are whose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from cozmic.caching.touched import Touched
from cozmic.errors import Invalid
from cozmic.extensions import db
from cozmic.models import Classroom, School, User
from cozmic.writes.audit import record


def change_school(
    touched: Touched, *, name: str, zone: str, language: str, actor_id: int, now: datetime
) -> None:
    """Set the school's name, time zone and language; what was due stays due at the same moment."""
    school = db.session.execute(select(School).with_for_update(key_share=True)).scalar_one()
    before = (school.name, school.zone, school.language)
    if before == (name, zone, language):
        return
    school.name, school.zone, school.language = name, zone, language
    detail = f"from {', '.join(before)} to {name}, {zone}, {language}"
    record("change_school", now=now, actor_id=actor_id, detail=detail)
    touched.school()


def hand_over_classroom(
    touched: Touched, classroom: Classroom, teacher: User | None, *, actor_id: int, now: datetime
) -> None:
    """Give a class to another teacher, with its roster and its work; raise Invalid for anybody who is none."""
    if teacher is None:
        raise Invalid("teacher", "Choose a teacher from the list, one who may sign in.")
    if teacher.id == classroom.teacher_id:
        return
    before = db.session.get_one(User, classroom.teacher_id)
    classroom.teacher_id = teacher.id
    record(
        "hand_over_classroom", now=now, actor_id=actor_id, subject_id=teacher.id,
        classroom_id=classroom.id, detail=f"from {before.name} to {teacher.name}",
    )  # fmt: skip
    touched.person(before.id, teacher.id)
    touched.posts(classroom.id)
    touched.work(classroom.id)
