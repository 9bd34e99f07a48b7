"""Which revisions a screen depends on, as columns of the admitting SELECT. DESIGN: the cache law, point 1."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import String, bindparam, cast, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from cozmic.models import (
    Classroom,
    ClassroomRevision,
    Enrolment,
    PersonRevision,
    User,
)


class joined(FunctionElement[str]):  # noqa: N801  it reads as an SQL function
    """Texts of many rows as one, with commas. SQLAlchemy's own binds the comma, which no prepared statement takes."""

    type = String()
    inherit_cache = True


@compiles(joined, "postgresql")
def _postgresql_joined(element: Any, compiler: Any, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, ',')"


@compiles(joined, "sqlite")
def _sqlite_joined(element: Any, compiler: Any, **kw: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kw)}, ',')"


class Depends(StrEnum):
    """What a cached screen shows, and so which writes change it. The school's revision is always among them."""

    NOTHING = "nothing"
    """The screen is not cached."""
    PUPIL = "pupil"
    """A pupil's own screens: their own revision, and the posts of each class they are in."""
    TEACHER = "teacher"
    """A teacher's own screens: their own revision, and posts and work of each class they teach."""
    ROOM = "room"
    """A screen of one class: the viewer's own revision, and posts and work of the class."""
    ROOM_POSTS = "room_posts"
    """A screen of one class that shows nobody's work but the viewer's own."""


def revision_columns(depends: Depends) -> list[Any]:
    """Return the columns to add to a SELECT from users that finds one person; it has the school's already."""
    if depends is Depends.NOTHING:
        return []
    own = select(PersonRevision.value).where(PersonRevision.user_id == User.id)
    columns = [own.scalar_subquery().label("own")]
    if depends is Depends.PUPIL:
        return [*columns, _pupils_posts().label("classes")]
    if depends is Depends.TEACHER:
        return [*columns, _teachers_classes().label("classes")]
    columns.append(_of_room(is_work=False).label("posts"))
    if depends is Depends.ROOM:
        columns.append(_of_room(is_work=True).label("work"))
    return columns


def read_revisions(
    depends: Depends, row: Any, *, user_id: int, classroom_id: int
) -> dict[str, int | None] | None:
    """Return the revisions in such a row by name, each name with its id; None where none were asked for."""
    if depends is Depends.NOTHING:
        return None
    found: dict[str, int | None] = {"school": row.school_revision, f"person {user_id}": row.own}
    if depends in {Depends.PUPIL, Depends.TEACHER}:
        found.update(_read_classes(row.classes or ""))
    else:
        found[f"posts {classroom_id}"] = row.posts
    if depends is Depends.ROOM:
        found[f"work {classroom_id}"] = row.work
    return found


def _of_room(*, is_work: bool) -> Any:
    return (
        select(ClassroomRevision.value)
        .where(
            ClassroomRevision.classroom_id == bindparam("classroom_id"),
            ClassroomRevision.is_work.is_(is_work),
        )
        .scalar_subquery()
    )


def _pupils_posts() -> Any:
    return (
        select(_all_named())
        .join(Enrolment, Enrolment.classroom_id == ClassroomRevision.classroom_id)
        .where(
            Enrolment.student_id == User.id,
            Enrolment.removed_at.is_(None),
            ClassroomRevision.is_work.is_(False),
        )
        .correlate(User)
        .scalar_subquery()
    )


def _teachers_classes() -> Any:
    return (
        select(_all_named())
        .join(Classroom, Classroom.id == ClassroomRevision.classroom_id)
        .where(Classroom.teacher_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


def _all_named() -> Any:
    """Any number of revisions as one text, each with its class and kind: '7 0 5577006791947779410,8 0 ...'."""
    blank: Any = literal_column("' '", String)
    parts = [
        cast(column, String)
        for column in (
            ClassroomRevision.classroom_id,
            ClassroomRevision.is_work,
            ClassroomRevision.value,
        )
    ]
    return joined(parts[0] + blank + parts[1] + blank + parts[2])


def _read_classes(text: str) -> Iterator[tuple[str, int]]:
    for one in filter(None, text.split(",")):
        classroom_id, is_work, value = one.split(" ")
        kind = "work" if is_work in {"1", "true"} else "posts"
        yield f"{kind} {classroom_id}", int(value)
