"""The pupil's first page: what is due next, what goes on, the latest grades, skills, announcements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, or_, select

from cozmic.extensions import db
from cozmic.models import Announcement, Assignment, Classroom, Enrolment, Grade, Submission, User
from cozmic.reads.progress import SkillProgress, list_weakest_skills
from cozmic.rules.enums import WorkState
from cozmic.rules.scoring import percent
from cozmic.rules.work import Standing, Window, work_state

MOST_TO_DO, LATEST_GRADES, LATEST_NOTES, SKILLS = 40, 5, 4, 6


@dataclass(frozen=True, slots=True)
class ToDo:
    """An assignment that has not been handed in."""

    assignment_id: int
    title: str
    classroom_name: str
    state: WorkState
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    open_attempt_id: int | None


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

    in_progress: tuple[ToDo, ...]
    to_do: tuple[ToDo, ...]
    """Open now, the next due first, those without a due date last."""
    coming: tuple[ToDo, ...]
    missing: tuple[ToDo, ...]
    """Past due and not handed in, the latest first."""
    grades: tuple[LatestGrade, ...]
    skills: tuple[SkillProgress, ...]
    """The weakest first."""
    notes: tuple[Note, ...]
    classes: tuple[MyClass, ...]

    @property
    def next_up(self) -> ToDo | None:
        """The one thing to do next: go on with what is begun, else what is due first."""
        return next(iter(self.in_progress + self.to_do), None)


def find_student_dashboard(student_id: int, *, now: datetime) -> StudentDashboard:
    """Return the dashboard in five queries, whatever the number of classes."""
    todos = _list_to_do(student_id, now)
    by_state = {state: tuple(todo for todo in todos if todo.state is state) for state in WorkState}
    return StudentDashboard(
        in_progress=by_state[WorkState.IN_PROGRESS],
        to_do=by_state[WorkState.NOT_STARTED],
        coming=by_state[WorkState.NOT_OPEN],
        missing=tuple(reversed(by_state[WorkState.MISSING])),
        grades=_list_latest_grades(student_id),
        skills=list_weakest_skills(student_id, limit=SKILLS),
        notes=_list_notes(student_id),
        classes=_list_classes(student_id),
    )


def _list_to_do(student_id: int, now: datetime) -> list[ToDo]:
    """List what is published and not handed in, by due time; long-closed work is left out by the limit."""
    open_attempt = func.max(case((Submission.handed_in_at.is_(None), Submission.id)))
    statement = (
        select(
            Assignment.id,
            Assignment.title,
            Assignment.opens_at,
            Assignment.due_at,
            Assignment.closes_at,
            Assignment.late_rule,
            Enrolment.joined_at,
            Classroom.name.label("classroom_name"),
            open_attempt.label("open_attempt_id"),
        )
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .outerjoin(
            Submission,
            (Submission.assignment_id == Assignment.id) & (Submission.student_id == student_id),
        )
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))
        .where(
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Classroom.archived_at.is_(None),
            Assignment.published_at.is_not(None),
            or_(Grade.id.is_(None), Grade.points.is_(None)),
        )
        .group_by(Assignment.id, Classroom.name, Enrolment.joined_at)
        .having(func.count(Submission.handed_in_at) == 0)
        .order_by(func.coalesce(Assignment.due_at, Assignment.created_at).desc(), Assignment.id)
        .limit(MOST_TO_DO)
    )
    rows = db.session.execute(statement).all()
    return sorted((_to_do(row, now) for row in rows), key=_by_due)


def _by_due(todo: ToDo) -> tuple[bool, datetime | None, int]:
    return (todo.due_at is None, todo.due_at, todo.assignment_id)


def _to_do(row: Row[Any], now: datetime) -> ToDo:
    window = Window(row.opens_at, row.due_at, row.closes_at, row.late_rule)
    standing = Standing(has_open_attempt=row.open_attempt_id is not None, joined_at=row.joined_at)
    return ToDo(
        assignment_id=row.id,
        title=row.title,
        classroom_name=row.classroom_name,
        state=work_state(window, standing, now),
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=window.last_moment,
        open_attempt_id=row.open_attempt_id,
    )


def _list_latest_grades(student_id: int) -> tuple[LatestGrade, ...]:
    statement = (
        select(
            Grade.assignment_id,
            Grade.submission_id,
            Grade.points,
            Grade.comment,
            Grade.released_at,
            Assignment.title,
            Assignment.max_points,
            Classroom.name.label("classroom_name"),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            Grade.student_id == student_id,
            Grade.released_at.is_not(None),
            Grade.points.is_not(None),
            Assignment.published_at.is_not(None),
        )
        .order_by(Grade.released_at.desc(), Grade.id.desc())
        .limit(LATEST_GRADES)
    )
    return tuple(
        LatestGrade(**row._asdict(), percent=percent(row.points, row.max_points))
        for row in db.session.execute(statement)
    )


def _list_notes(student_id: int) -> tuple[Note, ...]:
    statement = (
        select(
            Announcement.classroom_id,
            Classroom.name,
            User.given_name,
            User.family_name,
            Announcement.body,
            Announcement.posted_at,
        )
        .join(Classroom, Classroom.id == Announcement.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .join(User, User.id == Announcement.author_id)
        .where(
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Classroom.archived_at.is_(None),
        )
        .order_by(Announcement.posted_at.desc(), Announcement.id.desc())
        .limit(LATEST_NOTES)
    )
    return tuple(
        Note(
            classroom_id=row.classroom_id,
            classroom_name=row.name,
            author=f"{row.given_name} {row.family_name}".strip(),
            body=row.body,
            posted_at=row.posted_at,
        )
        for row in db.session.execute(statement)
    )


def _list_classes(student_id: int) -> tuple[MyClass, ...]:
    statement = (
        select(Classroom.id, Classroom.name, User.given_name, User.family_name)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .join(User, User.id == Classroom.teacher_id)
        .where(
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Classroom.archived_at.is_(None),
        )
        .order_by(Classroom.name, Classroom.id)
    )
    return tuple(
        MyClass(id=row.id, name=row.name, teacher=f"{row.given_name} {row.family_name}".strip())
        for row in db.session.execute(statement)
    )
