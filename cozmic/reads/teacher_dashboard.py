"""The teacher's first page: today across classes, what waits to be graded, who needs help, how the classes stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, func, or_, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment, Submission
from cozmic.reads.attention import PupilOfConcern, list_pupils_of_concern
from cozmic.reads.class_standings import ClassStanding, list_class_standings
from cozmic.reads.clock_changes import find_clock_change
from cozmic.rules.attention import MISSING_WITHIN, STUCK_AFTER
from cozmic.rules.wall_clock import start_of_day

AHEAD = timedelta(days=7)
MOST_WAITING, MOST_AHEAD, MOST_PUPILS, MOST_FURTHER = 8, 12, 6, 60


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """An assignment with answers that wait for the teacher."""

    assignment_id: int
    title: str
    classroom_id: int
    classroom_name: str
    answers: int
    pupils: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class DueWork:
    """An assignment due today or soon, with how many have handed in."""

    assignment_id: int
    title: str
    classroom_id: int
    classroom_name: str
    due_at: datetime
    is_today: bool
    handed_in: int
    pupils: int


@dataclass(frozen=True, slots=True)
class TeacherDashboard:
    """All that the page shows; the lists are in the order shown."""

    waiting: tuple[WaitingWork, ...]
    """Oldest hand-in first."""
    due_today: tuple[DueWork, ...]
    due_soon: tuple[DueWork, ...]
    pupils: tuple[PupilOfConcern, ...]
    further_pupils: tuple[PupilOfConcern, ...]
    """Those of less concern, folded away."""
    classes: tuple[ClassStanding, ...]
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""

    @property
    def answers_to_grade(self) -> int:
        """Answers waiting in all classes."""
        return sum(one.waiting for one in self.classes)

    @property
    def has_marks(self) -> bool:
        """Whether anything is graded yet that could say who needs help."""
        return any(one.average_percent is not None for one in self.classes)

    @property
    def first_empty(self) -> ClassStanding | None:
        """A class whose next step is to get its pupils."""
        return next((one for one in self.classes if not one.pupils), None)

    @property
    def first_idle(self) -> ClassStanding | None:
        """A class whose pupils have never been given anything."""
        return next((one for one in self.classes if one.pupils and not one.has_assignments), None)

    @property
    def pupil_count(self) -> int:
        """Places on the rosters of all classes."""
        return sum(one.pupils for one in self.classes)


def get_teacher_dashboard(teacher_id: int, *, now: datetime, zone: ZoneInfo) -> TeacherDashboard:
    """Return the dashboard in five queries, whatever the number of classes and pupils."""
    due = _list_due(teacher_id, now, zone)
    pupils = list_pupils_of_concern(teacher_id, now=now)
    return TeacherDashboard(
        waiting=_list_waiting(teacher_id),
        due_today=tuple(work for work in due if work.is_today),
        due_soon=tuple(work for work in due if not work.is_today),
        pupils=pupils[:MOST_PUPILS],
        further_pupils=pupils[MOST_PUPILS:MOST_FURTHER],
        classes=list_class_standings(teacher_id),
        changes_at=find_clock_change(
            (Classroom.teacher_id == teacher_id) & Classroom.archived_at.is_(None),
            now=now,
            around_due=(-AHEAD, MISSING_WITHIN),
            after_start=STUCK_AFTER,
        ),
    )


def _list_waiting(teacher_id: int) -> tuple[WaitingWork, ...]:
    oldest = func.min(Submission.handed_in_at)
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.title,
            Assignment.classroom_id,
            Classroom.name.label("classroom_name"),
            func.sum(Submission.waiting).label("answers"),
            func.count(Submission.student_id.distinct()).label("pupils"),
            oldest.label("oldest_at"),
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            Classroom.teacher_id == teacher_id,
            Classroom.archived_at.is_(None),
            Submission.waiting > 0,
        )
        .group_by(Assignment.id, Classroom.name)
        .order_by(oldest, Assignment.id)
        .limit(MOST_WAITING)
    )
    return tuple(WaitingWork(**row._asdict()) for row in db.session.execute(statement))


def _list_due(teacher_id: int, now: datetime, zone: ZoneInfo) -> list[DueWork]:
    """List what is due from the start of today to a week on, the next first."""
    tomorrow = start_of_day(now, zone, days=1)
    pupils = select(func.count()).where(
        Enrolment.classroom_id == Assignment.classroom_id, Enrolment.removed_at.is_(None)
    )
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.title,
            Assignment.classroom_id,
            Classroom.name.label("classroom_name"),
            Assignment.due_at,
            _handed_in().label("handed_in"),
            pupils.correlate(Assignment).scalar_subquery().label("pupils"),
        )
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            Classroom.teacher_id == teacher_id,
            Classroom.archived_at.is_(None),
            Assignment.published_at.is_not(None),
            Assignment.due_at >= start_of_day(now, zone),
            Assignment.due_at < now + AHEAD,
            or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
        )
        .order_by(Assignment.due_at, Assignment.id)
        .limit(MOST_AHEAD)
    )
    rows = db.session.execute(statement).all()
    return [DueWork(**row._asdict(), is_today=row.due_at < tomorrow) for row in rows]


def _handed_in() -> ScalarSelect[int]:
    """Count the pupils on the roster who have handed in an assignment."""
    return (
        select(func.count(Submission.student_id.distinct()))
        .join(
            Enrolment,
            (Enrolment.classroom_id == Assignment.classroom_id)
            & (Enrolment.student_id == Submission.student_id),
        )
        .where(
            Submission.assignment_id == Assignment.id,
            Submission.handed_in_at.is_not(None),
            Enrolment.removed_at.is_(None),
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
