"""Assignments: drafted, changed, published, taken back, copied, and deleted while they are drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, exists, select

from cozmic.access.assignments import list_items, list_newest_versions
from cozmic.access.work import window_of
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Classroom
from cozmic.rules.enums import LateRule, Release
from cozmic.rules.schedule import Dates, dates_for_copy, list_bars
from cozmic.rules.work import Window
from cozmic.writes.audit import record
from cozmic.writes.grades import release_grades
from cozmic.writes.lateness import recount_late_work

LONGEST_TITLE = 160


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a teacher says of an assignment, its questions aside. The dates are free of rules/schedule's faults."""

    title: str
    instructions: str
    dates: Dates
    attempts_allowed: int
    late_rule: LateRule
    late_penalty_percent: int
    release: Release


def dates_of(assignment: Assignment) -> Dates:
    """Return when an assignment opens, is due and closes."""
    return Dates(assignment.opens_at, assignment.due_at, assignment.closes_at)


def draft_assignment(
    touched: Touched, classroom: Classroom, plan: Plan, *, once_key: str, now: datetime
) -> Assignment:
    """Make a draft without questions; raise Conflict where the same form has done so before."""
    assignment = Assignment(
        classroom_id=classroom.id, max_points=Decimal(0), created_at=now, published_at=None
    )
    _set(assignment, plan)
    db.session.add(assignment)
    db.session.flush()
    _record("draft_assignment", assignment, classroom.teacher_id, now, once_key=once_key)
    touched.posts(classroom.id)
    return assignment


def change_assignment(
    touched: Touched, assignment: Assignment, plan: Plan, *, by_id: int, now: datetime
) -> None:
    """Change what a teacher says of an assignment, also once pupils work on it.

    Late work that has come in is counted anew under the new dates and late rule; grades that were held come out when
    the release becomes automatic.
    """
    before = _lateness(assignment)
    was_held = assignment.release is Release.BY_TEACHER
    _set(assignment, plan)
    touched.posts(assignment.classroom_id)
    if assignment.published_at is None:
        return
    touched.work(assignment.classroom_id)
    if _lateness(assignment) != before:
        recount_late_work(touched, assignment, by_id=by_id, now=now)
    if was_held and plan.release is Release.AUTOMATIC:
        release_grades(touched, assignment, now=now, by_id=by_id)


def _lateness(assignment: Assignment) -> tuple[Window, int]:
    return window_of(assignment), assignment.late_penalty_percent


def _set(assignment: Assignment, plan: Plan) -> None:
    assignment.title, assignment.instructions = plan.title, plan.instructions
    assignment.opens_at = plan.dates.opens_at
    assignment.due_at = plan.dates.due_at
    assignment.closes_at = plan.dates.closes_at
    assignment.attempts_allowed = plan.attempts_allowed
    assignment.late_rule, assignment.release = plan.late_rule, plan.release
    assignment.late_penalty_percent = plan.late_penalty_percent


def publish_assignment(
    touched: Touched, assignment: Assignment, *, by_id: int, now: datetime
) -> None:
    """Show an assignment to its class. Publishing twice is the same as once.

    Raises Conflict without questions, or when its due or closing time has passed.
    """
    if assignment.published_at is not None:
        return
    if not _has_items(assignment.id):
        raise Conflict("Add at least one question before you publish.")
    for bar in list_bars(dates_of(assignment), now):
        raise Conflict(bar.message)
    assignment.published_at = now
    _record("publish_assignment", assignment, by_id, now)
    touched.posts(assignment.classroom_id)
    touched.work(assignment.classroom_id)


def _has_items(assignment_id: int) -> bool:
    statement = select(exists().where(AssignmentItem.assignment_id == assignment_id))
    found: bool = db.session.execute(statement).scalar_one()
    return found


def unpublish_assignment(
    touched: Touched, assignment: Assignment, *, by_id: int, now: datetime
) -> None:
    """Make an assignment that nobody has started a draft again. The caller has made sure that there is no work."""
    if assignment.published_at is None:
        return
    assignment.published_at = None
    _record("unpublish_assignment", assignment, by_id, now)
    touched.posts(assignment.classroom_id)
    touched.work(assignment.classroom_id)


def delete_draft(touched: Touched, assignment: Assignment, *, by_id: int, now: datetime) -> None:
    """Delete a draft for good. The caller has made sure that there is no work; raises Conflict once published."""
    if assignment.published_at is not None:
        raise Conflict("Pupils can see this assignment. Unpublish it first, then delete the draft.")
    _record("delete_draft", assignment, by_id, now)
    touched.posts(assignment.classroom_id)
    db.session.execute(delete(AssignmentItem).where(AssignmentItem.assignment_id == assignment.id))
    db.session.delete(assignment)


def copy_assignment(
    touched: Touched, source: Assignment, classroom: Classroom, *, once_key: str, now: datetime
) -> Assignment:
    """Make a draft like an assignment, in the same or another class, with the newest versions of its questions.

    Its dates come along while all of them lie ahead. Raises Conflict where the same form has done so before.
    """
    plan = Plan(
        title=_title_of_copy(source, classroom), instructions=source.instructions,
        dates=dates_for_copy(dates_of(source), now), attempts_allowed=source.attempts_allowed,
        late_rule=source.late_rule, late_penalty_percent=source.late_penalty_percent,
        release=source.release,
    )  # fmt: skip
    copy = draft_assignment(touched, classroom, plan, once_key=once_key, now=now)
    copy.max_points = _copy_items(source.id, copy.id)
    return copy


def _title_of_copy(source: Assignment, classroom: Classroom) -> str:
    if source.classroom_id != classroom.id:
        return source.title
    return f"Copy of {source.title}"[:LONGEST_TITLE].rstrip()


def _copy_items(source_id: int, copy_id: int) -> Decimal:
    items = list_items(source_id)
    newest = list_newest_versions([item.question_id for item in items])
    # Two versions of one question on the source would be the same question twice on the copy: the first stays.
    by_question: dict[int, AssignmentItem] = {}
    for item in items:
        by_question.setdefault(newest[item.question_id], item)
    for position, (question_id, item) in enumerate(by_question.items(), start=1):
        db.session.add(
            AssignmentItem(
                assignment_id=copy_id,
                question_id=question_id,
                position=position,
                points=item.points,
            )
        )
    return sum((item.points for item in by_question.values()), Decimal(0))


def _record(
    verb: str, assignment: Assignment, by_id: int, now: datetime, *, once_key: str | None = None
) -> None:
    record(
        verb, now=now, actor_id=by_id, classroom_id=assignment.classroom_id, detail=assignment.title,
        once_key=once_key,
    )  # fmt: skip
