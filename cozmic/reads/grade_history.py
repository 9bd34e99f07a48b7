"""One pupil's grade for one assignment: the attempts behind it, and every change of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from cozmic.access.work import WINDOW, window_of
from cozmic.errors import NotFound
from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    Classroom,
    Enrolment,
    Grade,
    GradeChange,
    Submission,
    User,
)
from cozmic.rules.enums import LateRule, Release, WorkState
from cozmic.rules.marks import grade_version
from cozmic.rules.names import full_name, initials_of
from cozmic.rules.scoring import percent
from cozmic.rules.work import Standing, work_state


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt."""

    submission_id: int
    attempt: int
    started_at: datetime
    saved_at: datetime
    handed_in_at: datetime | None
    """None: open."""
    is_late: bool
    points: Decimal | None
    """After any late penalty; None: not graded yet."""
    waiting: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the grade."""

    changed_at: datetime
    by: str
    """"" for a rule."""
    from_points: Decimal | None
    to_points: Decimal | None
    reason: str

    @property
    def is_change(self) -> bool:
        """Whether the points changed (a line may also say that the grade was released, or set as it was)."""
        return self.from_points != self.to_points


@dataclass(frozen=True, slots=True)
class GradePage:
    """All that the page shows."""

    classroom_id: int
    assignment_id: int
    title: str
    max_points: Decimal
    due_at: datetime | None
    release: Release
    late_rule: LateRule
    late_penalty_percent: int
    student_id: int
    name: str
    initials: str
    is_removed: bool
    state: WorkState
    points: Decimal | None
    is_by_hand: bool
    comment: str
    graded_at: datetime | None
    released_at: datetime | None
    counted_id: int | None
    """The attempt that counts."""
    attempts: tuple[AttemptLine, ...]
    """In the order in which they were made."""
    changes: tuple[ChangeLine, ...]
    """Newest first."""

    @property
    def version(self) -> str:
        """Which state of the grade this page shows."""
        return grade_version(
            self.graded_at, self.points, is_by_hand=self.is_by_hand, comment=self.comment
        )

    @property
    def percent(self) -> int | None:
        """The grade as a share of what could be won."""
        return None if self.points is None else percent(self.points, self.max_points)

    @property
    def waiting(self) -> int:
        """Answers that wait for the teacher."""
        return sum(attempt.waiting for attempt in self.attempts)


def get_grade_page(
    classroom_id: int, assignment_id: int, student_id: int, *, now: datetime
) -> GradePage:
    """Return a pupil's grade in a class whose teacher the caller has admitted. Three queries; raises NotFound.

    The pupil may have left the class since; the assignment has been published.
    """
    row = _find_row(classroom_id, assignment_id, student_id)
    if row is None:
        raise NotFound("grade")
    attempts = _list_attempts(assignment_id, student_id)
    handed_in = sum(attempt.handed_in_at is not None for attempt in attempts)
    standing = Standing(
        attempts_handed_in=handed_in,
        has_open_attempt=handed_in < len(attempts),
        is_graded=row.points is not None,
        is_released=row.released_at is not None,
        joined_at=row.joined_at,
    )
    window = window_of(row)
    return GradePage(
        classroom_id=classroom_id, assignment_id=assignment_id, title=row.title, max_points=row.max_points,
        due_at=row.due_at, release=row.release, late_rule=row.late_rule,
        late_penalty_percent=row.late_penalty_percent, student_id=student_id,
        name=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        is_removed=row.removed_at is not None, state=work_state(window, standing, now), points=row.points,
        is_by_hand=bool(row.is_by_hand), comment=row.comment or "", graded_at=row.graded_at,
        released_at=row.released_at, counted_id=row.submission_id, attempts=attempts,
        changes=_list_changes(row.grade_id),
    )  # fmt: skip


def _find_row(
    classroom_id: int, assignment_id: int, student_id: int
) -> Row[*tuple[Any, ...]] | None:
    statement = (
        select(
            Assignment.title, Assignment.max_points, *WINDOW, Assignment.late_penalty_percent, Assignment.release,
            User.given_name, User.family_name, Enrolment.joined_at, Enrolment.removed_at, Grade.id.label("grade_id"),
            Grade.points, Grade.is_by_hand, Grade.comment, Grade.graded_at, Grade.released_at,
            Grade.submission_id,
        )
        .select_from(Assignment)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(Enrolment, Enrolment.classroom_id == Classroom.id)
        .join(User, User.id == Enrolment.student_id)
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == User.id))
        .where(
            Assignment.id == assignment_id,
            Assignment.published_at.is_not(None),
            Classroom.id == classroom_id,
            User.id == student_id,
        )
    )  # fmt: skip
    return db.session.execute(statement).one_or_none()


def _list_attempts(assignment_id: int, student_id: int) -> tuple[AttemptLine, ...]:
    statement = (
        select(
            Submission.id.label("submission_id"), Submission.attempt, Submission.started_at,
            Submission.saved_at, Submission.handed_in_at, Submission.is_late, Submission.points,
            Submission.waiting,
        )
        .where(Submission.assignment_id == assignment_id, Submission.student_id == student_id)
        .order_by(Submission.attempt)
    )  # fmt: skip
    return tuple(AttemptLine(**row._asdict()) for row in db.session.execute(statement))


def _list_changes(grade_id: int | None) -> tuple[ChangeLine, ...]:
    if grade_id is None:
        return ()
    statement = (
        select(
            GradeChange.changed_at, User.given_name, User.family_name, GradeChange.from_points,
            GradeChange.to_points, GradeChange.reason,
        )
        .outerjoin(User, User.id == GradeChange.changed_by_id)
        .where(GradeChange.grade_id == grade_id)
        .order_by(GradeChange.changed_at.desc(), GradeChange.id.desc())
    )  # fmt: skip
    return tuple(
        ChangeLine(
            changed_at=row.changed_at,
            by=full_name(row.given_name, row.family_name),
            from_points=row.from_points,
            to_points=row.to_points,
            reason=row.reason,
        )
        for row in db.session.execute(statement)
    )
