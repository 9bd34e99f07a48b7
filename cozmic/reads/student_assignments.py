"""All of a pupil's assignments, in every class, grouped by what is to be done about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Enrolment, Grade, Submission
from cozmic.rules.enums import WorkState
from cozmic.rules.work import Standing, Window, work_state

DONE_ON_A_PAGE = 20


class Group(StrEnum):
    """What is to be done about an assignment, in the order shown."""

    IN_PROGRESS = "in_progress"
    TO_DO = "to_do"
    MISSING = "missing"
    COMING = "coming"
    HANDED_IN = "handed_in"
    DONE = "done"
    BEFORE_JOINING = "before_joining"


GROUP_OF = {
    WorkState.NOT_OPEN: Group.COMING,
    WorkState.NOT_STARTED: Group.TO_DO,
    WorkState.IN_PROGRESS: Group.IN_PROGRESS,
    WorkState.HANDED_IN: Group.HANDED_IN,
    WorkState.HELD: Group.HANDED_IN,
    WorkState.GRADED: Group.DONE,
    WorkState.MISSING: Group.MISSING,
    WorkState.EXCUSED: Group.BEFORE_JOINING,
}
LATEST_FIRST = {Group.MISSING, Group.HANDED_IN, Group.DONE, Group.BEFORE_JOINING}


@dataclass(frozen=True, slots=True)
class Work:
    """One assignment as its pupil stands with it."""

    id: int
    title: str
    classroom_name: str
    group: Group
    state: WorkState
    window: Window
    may_still_be_done: bool
    """Work can be started or handed in just now."""
    is_late: bool
    """The latest attempt came in late."""
    moment: datetime | None
    """What the group is ordered by: due, opening, handing in, release; None: no due time."""
    points: Decimal | None
    """None until there is a grade and it is released."""
    max_points: Decimal


@dataclass(frozen=True, slots=True)
class StudentAssignments:
    """The groups, each in its order; of what is done, one page."""

    groups: dict[Group, tuple[Work, ...]]
    done_count: int
    before: int | None
    """The assignment after which this page of done work begins; None: the first page, with all other groups."""
    older: int | None
    """The assignment after which the next page begins; None: there is none."""

    @property
    def is_empty(self) -> bool:
        """Whether the pupil has never been given anything."""
        return not any(self.groups.values())


@dataclass(slots=True)
class _Attempts:
    handed_in: int = 0
    is_open: bool = False
    is_late: bool = False
    last_at: datetime | None = field(default=None)


def list_student_assignments(
    student_id: int, *, now: datetime, before: int | None = None
) -> StudentAssignments:
    """List a pupil's assignments, of archived classes only what was handed in. Two queries, whatever their number."""
    attempts = _attempts(student_id)
    groups: dict[Group, list[Work]] = {group: [] for group in Group}
    for row in db.session.execute(_assigned(student_id)):
        work = _work(row, attempts[row.id], now)
        if row.archived_at is None or work.group in {Group.HANDED_IN, Group.DONE}:
            groups[work.group].append(work)
    ordered = {group: _in_order(group, works) for group, works in groups.items()}
    return _one_page(ordered, before)


def _attempts(student_id: int) -> dict[int, _Attempts]:
    rows = db.session.execute(
        select(Submission.assignment_id, Submission.handed_in_at, Submission.is_late)
        .where(Submission.student_id == student_id)
        .order_by(Submission.attempt)
    )
    found: dict[int, _Attempts] = defaultdict(_Attempts)
    for row in rows:
        attempts = found[row.assignment_id]
        if row.handed_in_at is None:
            attempts.is_open = True
        else:
            attempts.handed_in += 1
            attempts.is_late, attempts.last_at = row.is_late, row.handed_in_at
    return found


def _assigned(student_id: int) -> Any:
    return (
        select(
            Assignment.id, Assignment.title, Assignment.opens_at, Assignment.due_at, Assignment.closes_at,
            Assignment.late_rule, Assignment.attempts_allowed, Assignment.max_points, Grade.points,
            Grade.released_at, Enrolment.joined_at, Classroom.name.label("classroom_name"), Classroom.archived_at,
        )
        .select_from(Enrolment)
        .join(Classroom, Classroom.id == Enrolment.classroom_id)
        .join(Assignment, Assignment.classroom_id == Classroom.id)
        .outerjoin(Grade, (Grade.assignment_id == Assignment.id) & (Grade.student_id == student_id))
        .where(
            Enrolment.student_id == student_id,
            Enrolment.removed_at.is_(None),
            Assignment.published_at.is_not(None),
        )
    )  # fmt: skip


def _work(row: Row[Any], attempts: _Attempts, now: datetime) -> Work:
    window = Window(row.opens_at, row.due_at, row.closes_at, row.late_rule)
    standing = Standing(
        attempts_handed_in=attempts.handed_in, has_open_attempt=attempts.is_open,
        is_graded=row.points is not None, is_released=row.released_at is not None, joined_at=row.joined_at,
    )  # fmt: skip
    state = work_state(window, standing, now)
    is_open = window.is_open(now) and row.archived_at is None
    group = Group.IN_PROGRESS if attempts.is_open and is_open else GROUP_OF[state]
    moments = {
        Group.COMING: row.opens_at,
        Group.HANDED_IN: attempts.last_at,
        Group.DONE: row.released_at,
    }
    return Work(
        id=row.id, title=row.title, classroom_name=row.classroom_name, group=group,
        state=WorkState.IN_PROGRESS if group is Group.IN_PROGRESS else state, window=window,
        may_still_be_done=is_open and (attempts.is_open or attempts.handed_in < row.attempts_allowed),
        is_late=attempts.is_late, moment=moments.get(group, row.due_at), max_points=row.max_points,
        points=row.points if state is WorkState.GRADED else None,
    )  # fmt: skip


def _in_order(group: Group, works: Iterable[Work]) -> tuple[Work, ...]:
    """The next first, without a moment last; what lies behind, the latest first."""
    is_latest_first = group in LATEST_FIRST

    def key(work: Work) -> tuple[bool, float, int]:
        seconds = work.moment.timestamp() if work.moment else 0.0
        sign = -1 if is_latest_first else 1
        return work.moment is None, sign * seconds, sign * work.id

    return tuple(sorted(works, key=key))


def _one_page(groups: dict[Group, tuple[Work, ...]], before: int | None) -> StudentAssignments:
    done = groups[Group.DONE]
    places = {work.id: place for place, work in enumerate(done)}
    if before not in places:
        before = None
    start = places[before] + 1 if before is not None else 0
    page = done[start : start + DONE_ON_A_PAGE]
    has_older = len(done) > start + DONE_ON_A_PAGE
    shown = {Group.DONE: page} if before is not None else {**groups, Group.DONE: page}
    return StudentAssignments(
        groups=shown,
        done_count=len(done),
        before=before,
        older=page[-1].id if has_older else None,
    )
