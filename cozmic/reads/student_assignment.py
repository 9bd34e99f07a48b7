"""One assignment for one of its pupils: what is asked, until when, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select

from cozmic.access.ready import ready
from cozmic.access.work import WINDOW, own_assignment, window_of
from cozmic.errors import NotFound
from cozmic.models import Assignment, AssignmentItem, Classroom, Enrolment, Grade, Submission
from cozmic.rules.enums import LateRule, WorkState
from cozmic.rules.work import Standing, Window, may_start, work_state


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An attempt that was handed in."""

    submission_id: int
    attempt: int
    handed_in_at: datetime
    is_late: bool
    state: WorkState
    """HANDED_IN (not graded yet), HELD or GRADED."""
    points: Decimal | None
    """None until graded and released."""
    counts: bool
    """Whether it is the one that the grade is taken from; always False before release."""


@dataclass(frozen=True, slots=True)
class OwnGrade:
    """A released grade."""

    points: Decimal
    is_by_hand: bool
    comment: str


@dataclass(frozen=True, slots=True)
class StudentAssignment:
    """All that the page shows."""

    id: int
    title: str
    instructions: str
    classroom_id: int
    classroom_name: str
    is_archived: bool
    questions: int
    max_points: Decimal
    window: Window
    late_rule: LateRule
    late_penalty_percent: int
    attempts_allowed: int
    attempts_left: int
    state: WorkState
    was_over: bool
    """It was due before the pupil joined the class: it need not be done, and nothing of it is late."""
    is_open: bool
    may_start: bool
    open_attempt_id: int | None
    past: tuple[PastAttempt, ...]
    """The latest first."""
    grade: OwnGrade | None
    """None until released."""

    @property
    def may_continue(self) -> bool:
        """Whether an attempt is under way that still takes answers."""
        return self.open_attempt_id is not None and self.is_open


def get_student_assignment(
    student_id: int, assignment_id: int, *, now: datetime
) -> StudentAssignment:
    """Return the page in two queries; raise NotFound unless it is published to a class this pupil is in."""
    row = _assignment.find_row(student_id=student_id, assignment_id=assignment_id)
    if row is None:
        raise NotFound("assignment")
    attempts = _attempts.list_rows(student_id=student_id, assignment_id=assignment_id)
    return _page(row, attempts, now)


@ready
def _attempts(student_id: Any, assignment_id: Any) -> Any:
    return (
        select(
            Submission.id, Submission.attempt, Submission.handed_in_at, Submission.is_late, Submission.points
        )
        .where(Submission.assignment_id == assignment_id, Submission.student_id == student_id)
        .order_by(Submission.attempt.desc())
    )  # fmt: skip


@ready
def _assignment(student_id: Any, assignment_id: Any) -> Any:
    questions = select(func.count()).where(AssignmentItem.assignment_id == Assignment.id)
    return own_assignment(
        student_id, assignment_id, Assignment.id, Assignment.title, Assignment.instructions,
        *WINDOW,
        Assignment.late_penalty_percent, Assignment.attempts_allowed, Assignment.max_points,
        Classroom.id.label("classroom_id"), Classroom.name.label("classroom_name"), Classroom.archived_at,
        questions.scalar_subquery().label("questions"), Grade.points, Grade.released_at,
        Grade.is_by_hand, Grade.comment, Grade.submission_id, Enrolment.joined_at,
    ).outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))  # fmt: skip


def _page(row: Row[Any], attempts: Sequence[Any], now: datetime) -> StudentAssignment:
    window = window_of(row)
    past = [attempt for attempt in attempts if attempt.handed_in_at is not None]
    open_id = next((attempt.id for attempt in attempts if attempt.handed_in_at is None), None)
    is_released = row.points is not None and row.released_at is not None
    standing = Standing(
        attempts_handed_in=len(past), has_open_attempt=open_id is not None,
        is_graded=row.points is not None, is_released=is_released, joined_at=row.joined_at,
    )  # fmt: skip
    is_archived = row.archived_at is not None
    startable = may_start(window, standing, now, attempts_allowed=row.attempts_allowed)
    grade = OwnGrade(row.points, row.is_by_hand, row.comment) if is_released else None
    return StudentAssignment(
        id=row.id, title=row.title, instructions=row.instructions, classroom_id=row.classroom_id,
        classroom_name=row.classroom_name, is_archived=is_archived, questions=row.questions,
        max_points=row.max_points, window=window, late_rule=row.late_rule,
        late_penalty_percent=row.late_penalty_percent, attempts_allowed=row.attempts_allowed,
        attempts_left=max(row.attempts_allowed - len(attempts), 0), state=work_state(window, standing, now),
        is_open=window.is_open(now) and not is_archived, may_start=startable and not is_archived,
        open_attempt_id=open_id, grade=grade, was_over=window.was_over(row.joined_at),
        past=tuple(_past(attempt, is_released=is_released, counting_id=row.submission_id) for attempt in past),
    )  # fmt: skip


def _past(attempt: Row[Any], *, is_released: bool, counting_id: int | None) -> PastAttempt:
    is_graded = attempt.points is not None
    state = WorkState.HANDED_IN
    if is_graded:
        state = WorkState.GRADED if is_released else WorkState.HELD
    return PastAttempt(
        submission_id=attempt.id, attempt=attempt.attempt, handed_in_at=attempt.handed_in_at,
        is_late=attempt.is_late, state=state, points=attempt.points if state is WorkState.GRADED else None,
        counts=state is WorkState.GRADED and attempt.id == counting_id,
    )  # fmt: skip
