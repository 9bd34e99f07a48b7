"""When the clock alone changes a screen of classes, asked of the database: for screens that do not list all windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from cozmic.extensions import db
from cozmic.models import Assignment, Classroom, Submission
from cozmic.rules.next_change import next_change

NO_TIME = timedelta(0)


def find_clock_change(
    of_classes: ColumnElement[bool],
    *,
    now: datetime,
    around_due: Sequence[timedelta] = (),
    after_start: timedelta | None = None,
) -> datetime | None:
    """Return the next moment at which published work of these classes opens, is due or closes; None: none. One query.

    `around_due` adds moments so long after the due time (negative: before it), `after_start` one so long after the
    start of attempts that are still open.
    """
    columns, shifts = [], []
    for column in (Assignment.opens_at, Assignment.due_at, Assignment.closes_at):
        columns.append(_first(column, of_classes, now))
        shifts.append(NO_TIME)
    for shift in around_due:
        columns.append(_first(Assignment.due_at, of_classes, now - shift))
        shifts.append(shift)
    if after_start is not None:
        columns.append(_first_start(of_classes, now - after_start))
        shifts.append(after_start)
    row = db.session.execute(select(*columns)).one()
    return next_change(
        now, (moment and moment + shift for moment, shift in zip(row, shifts, strict=True))
    )


def _first(column: Any, of_classes: ColumnElement[bool], since: datetime) -> ScalarSelect[Any]:
    return (
        select(func.min(column))
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(of_classes, Assignment.published_at.is_not(None), column >= since)
        .scalar_subquery()
    )


def _first_start(of_classes: ColumnElement[bool], since: datetime) -> ScalarSelect[Any]:
    return (
        select(func.min(Submission.started_at))
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .where(of_classes, Submission.handed_in_at.is_(None), Submission.started_at >= since)
        .scalar_subquery()
    )
