"""The pupils of a teacher's classes who need attention: one query, judged by rules/attention.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Row, Subquery, and_, case, cast, exists, func, or_, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment, Grade, Submission, User
from cozmic.rules.attention import (
    EARLIER_MARKS,
    MISSING_WITHIN,
    RECENT_MARKS,
    STUCK_AFTER,
    Concern,
    Signals,
    find_concern,
)
from cozmic.rules.enums import LateRule
from cozmic.rules.names import full_name, initials_of


@dataclass(frozen=True, slots=True)
class PupilOfConcern:
    """One pupil in one class, and why."""

    classroom_id: int
    classroom_name: str
    student_id: int
    given_name: str
    family_name: str
    concern: Concern

    @property
    def name(self) -> str:
        """The name as shown."""
        return full_name(self.given_name, self.family_name)

    @property
    def initials(self) -> str:
        """Letters for the avatar."""
        return initials_of(self.given_name, self.family_name)


def list_pupils_of_concern(teacher_id: int, *, now: datetime) -> tuple[PupilOfConcern, ...]:
    """List the pupils on the rosters of a teacher's current classes who are stuck or slipping, gravest first."""
    found = [_judge(row) for row in db.session.execute(_signals(teacher_id, now))]
    return tuple(sorted(filter(None, found), key=lambda pupil: -pupil.concern.weight))


def _judge(row: Row[Any]) -> PupilOfConcern | None:
    signals = Signals(row.missing, row.stuck, row.recent, row.recent_count, row.earlier)
    concern = find_concern(signals)
    if concern is None:
        return None
    return PupilOfConcern(
        classroom_id=row.classroom_id,
        classroom_name=row.classroom_name,
        student_id=row.student_id,
        given_name=row.given_name,
        family_name=row.family_name,
        concern=concern,
    )


def _signals(teacher_id: int, now: datetime) -> Any:
    marks, missing, stuck = _marks(teacher_id), _missing(teacher_id, now), _stuck(teacher_id, now)

    def of_pupil(part: Subquery) -> Any:
        return and_(
            part.c.classroom_id == Enrolment.classroom_id, part.c.student_id == Enrolment.student_id
        )

    return (
        select(
            Enrolment.classroom_id,
            Classroom.name.label("classroom_name"),
            Enrolment.student_id,
            User.given_name,
            User.family_name,
            func.coalesce(missing.c.count, 0).label("missing"),
            func.coalesce(stuck.c.count, 0).label("stuck"),
            marks.c.recent,
            func.coalesce(marks.c.recent_count, 0).label("recent_count"),
            marks.c.earlier,
        )
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .join(User, User.id == Enrolment.student_id)
        .outerjoin(marks, of_pupil(marks))
        .outerjoin(missing, of_pupil(missing))
        .outerjoin(stuck, of_pupil(stuck))
        .where(
            Classroom.teacher_id == teacher_id,
            Classroom.archived_at.is_(None),
            Enrolment.removed_at.is_(None),
            or_(
                missing.c.count.is_not(None),
                stuck.c.count.is_not(None),
                marks.c.recent.is_not(None),
            ),
        )
    )


def _of_current_classes(teacher_id: int) -> Any:
    return and_(
        Classroom.teacher_id == teacher_id,
        Classroom.archived_at.is_(None),
        Assignment.published_at.is_not(None),
    )


def _marks(teacher_id: int) -> Subquery:
    """Mean share of points over the latest marks, and over those before them, per class and pupil."""
    latest_first = (func.coalesce(Assignment.due_at, Grade.graded_at).desc(), Assignment.id.desc())
    ranked = (
        select(
            Assignment.classroom_id,
            Grade.student_id,
            (cast(Grade.points, Float) / cast(Assignment.max_points, Float)).label("share"),
            func.row_number()
            .over(partition_by=(Assignment.classroom_id, Grade.student_id), order_by=latest_first)
            .label("place"),
        )
        .join(Assignment, Assignment.id == Grade.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            _of_current_classes(teacher_id), Grade.points.is_not(None), Assignment.max_points > 0
        )
        .subquery()
    )
    is_recent = ranked.c.place <= RECENT_MARKS
    return (
        select(
            ranked.c.classroom_id,
            ranked.c.student_id,
            func.avg(case((is_recent, ranked.c.share))).label("recent"),
            func.sum(case((is_recent, 1), else_=0)).label("recent_count"),
            func.avg(case((~is_recent, ranked.c.share))).label("earlier"),
        )
        .where(ranked.c.place <= RECENT_MARKS + EARLIER_MARKS)
        .group_by(ranked.c.classroom_id, ranked.c.student_id)
        .subquery()
    )


def _missing(teacher_id: int, now: datetime) -> Subquery:
    """Count work past due with neither a hand-in nor a mark, per class and pupil, from when they joined."""
    handed_in = exists().where(
        Submission.assignment_id == Assignment.id,
        Submission.student_id == Enrolment.student_id,
        Submission.handed_in_at.is_not(None),
    )
    marked = exists().where(
        Grade.assignment_id == Assignment.id,
        Grade.student_id == Enrolment.student_id,
        Grade.points.is_not(None),
    )
    return (
        select(Assignment.classroom_id, Enrolment.student_id, func.count().label("count"))
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Assignment.classroom_id)
        .where(
            _of_current_classes(teacher_id),
            Enrolment.removed_at.is_(None),
            Assignment.due_at < now,
            Assignment.due_at > now - MISSING_WITHIN,
            Enrolment.joined_at < Assignment.due_at,
            ~handed_in,
            ~marked,
        )
        .group_by(Assignment.classroom_id, Enrolment.student_id)
        .subquery()
    )


def _stuck(teacher_id: int, now: datetime) -> Subquery:
    """Count attempts begun long ago that are still open and could still be handed in, per class and pupil."""
    last_moment = case(
        (Assignment.late_rule == LateRule.REFUSE, Assignment.due_at), else_=Assignment.closes_at
    )
    return (
        select(Assignment.classroom_id, Submission.student_id, func.count().label("count"))
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(
            _of_current_classes(teacher_id),
            Submission.handed_in_at.is_(None),
            Submission.started_at < now - STUCK_AFTER,
            or_(last_moment.is_(None), last_moment > now),
        )
        .group_by(Assignment.classroom_id, Submission.student_id)
        .subquery()
    )
