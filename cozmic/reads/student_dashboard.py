"""The pupil's first page: what is due next, what goes on, the latest grades, skills, announcements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from cozmic.access.ready import ready
from cozmic.models import Announcement, Assignment, Classroom, Enrolment, Grade, User
from cozmic.reads.own_work import OwnWork, list_unfinished_work
from cozmic.reads.progress import SkillProgress, list_weakest_skills
from cozmic.rules.enums import WorkState
from cozmic.rules.names import full_name
from cozmic.rules.next_change import moments_of, next_change
from cozmic.rules.schedule import by_moment
from cozmic.rules.scoring import percent

MOST_UNFINISHED, LATEST_GRADES, LATEST_NOTES, SKILLS = 40, 5, 4, 6


@dataclass(frozen=True, slots=True)
class LatestGrade:
    """A released grade."""

    assignment_id: int
    submission_id: int | None
    title: str
    classroom_name: str
    points: Decimal
    max_points: Decimal
    percent: int
    comment: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """An announcement in one of the pupil's classes."""

    classroom_id: int
    classroom_name: str
    author: str
    body: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class MyClass:
    """A class the pupil is in."""

    id: int
    name: str
    teacher: str


@dataclass(frozen=True, slots=True)
class StudentDashboard:
    """All that the page shows; the lists are in the order shown."""

    in_progress: tuple[OwnWork, ...]
    to_do: tuple[OwnWork, ...]
    """Open now, the next due first, those without a due date last."""
    coming: tuple[OwnWork, ...]
    missing: tuple[OwnWork, ...]
    """Past due and not handed in, the latest first."""
    grades: tuple[LatestGrade, ...]
    skills: tuple[SkillProgress, ...]
    """The weakest first."""
    notes: tuple[Note, ...]
    classes: tuple[MyClass, ...]
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""

    @property
    def next_up(self) -> OwnWork | None:
        """The one thing to do next: go on with what is begun, else what is due first."""
        return next(iter(self.in_progress + self.to_do), None)


def get_student_dashboard(student_id: int, *, now: datetime) -> StudentDashboard:
    """Return the dashboard in five queries, whatever the number of classes."""
    works = list_unfinished_work(student_id, now=now, limit=MOST_UNFINISHED)
    works.sort(key=lambda work: by_moment(work.window.due_at))
    by_state = {state: tuple(work for work in works if work.state is state) for state in WorkState}
    return StudentDashboard(
        in_progress=by_state[WorkState.IN_PROGRESS],
        to_do=by_state[WorkState.NOT_STARTED],
        coming=by_state[WorkState.NOT_OPEN],
        missing=tuple(reversed(by_state[WorkState.MISSING])),
        grades=_list_latest_grades(student_id),
        skills=list_weakest_skills(student_id, limit=SKILLS),
        notes=_list_notes(student_id),
        classes=_list_classes(student_id),
        changes_at=next_change(now, moments_of(work.window for work in works)),
    )


def _list_latest_grades(student_id: int) -> tuple[LatestGrade, ...]:
    return tuple(
        LatestGrade(**row._asdict(), percent=percent(row.points, row.max_points))
        for row in _latest_grades.list_rows(student_id=student_id)
    )


def _list_notes(student_id: int) -> tuple[Note, ...]:
    return tuple(
        Note(
            classroom_id=row.classroom_id, classroom_name=row.name,
            author=full_name(row.given_name, row.family_name), body=row.body, posted_at=row.posted_at,
        )
        for row in _latest_notes.list_rows(student_id=student_id)
    )  # fmt: skip


def _list_classes(student_id: int) -> tuple[MyClass, ...]:
    return tuple(
        MyClass(id=row.id, name=row.name, teacher=full_name(row.given_name, row.family_name))
        for row in _classes.list_rows(student_id=student_id)
    )


@ready
def _latest_grades(student_id: Any) -> Select[*tuple[Any, ...]]:
    is_in_class = (Enrolment.classroom_id == Classroom.id) & (
        Enrolment.student_id == Grade.student_id
    )
    return (
        select(
            Grade.assignment_id, Grade.submission_id, Grade.points, Grade.comment, Grade.released_at,
            Assignment.title, Assignment.max_points, Classroom.name.label("classroom_name"),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, is_in_class)
        .where(
            Grade.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Grade.released_at.is_not(None),
            Grade.points.is_not(None),
            Assignment.published_at.is_not(None),
        )
        .order_by(Grade.released_at.desc(), Grade.id.desc())
        .limit(LATEST_GRADES)
    )  # fmt: skip


@ready
def _latest_notes(student_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Announcement.classroom_id, Classroom.name, User.given_name, User.family_name,
            Announcement.body, Announcement.posted_at,
        )
        .join(Classroom, Classroom.id == Announcement.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .join(User, User.id == Announcement.author_id)
        .where(*_in_current_class(student_id))
        .order_by(Announcement.posted_at.desc(), Announcement.id.desc())
        .limit(LATEST_NOTES)
    )  # fmt: skip


@ready
def _classes(student_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Classroom.id, Classroom.name, User.given_name, User.family_name)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .join(User, User.id == Classroom.teacher_id)
        .where(*_in_current_class(student_id))
        .order_by(Classroom.name, Classroom.id)
    )


def _in_current_class(student_id: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.student_id == student_id,
        Enrolment.removed_at.is_(None),
        Classroom.archived_at.is_(None),
    )
