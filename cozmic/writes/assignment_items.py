"""The questions on an assignment that nobody has started: added, ordered, given points, taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from cozmic.access.assignments import list_items, list_pickable
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, Invalid
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem

MOST_ITEMS = 100


class Direction(StrEnum):
    """Where a question moves."""

    UP = "up"
    DOWN = "down"


def add_questions(
    touched: Touched,
    assignment: Assignment,
    question_ids: Sequence[int],
    *,
    points: Decimal,
    by_id: int,
) -> int:
    """Put questions at the end, each worth so many points; return how many were not on it before.

    Raises Invalid for questions that this teacher may not pick, and for more than 100 in all.
    """
    items = list_items(assignment.id)
    there = {item.question_id for item in items}
    new = [question_id for question_id in dict.fromkeys(question_ids) if question_id not in there]
    if len(list_pickable(by_id, new)) < len(new):
        raise Invalid(
            "questions",
            "Some of these questions are not there any more. Reload the page, then choose again.",
        )
    if len(items) + len(new) > MOST_ITEMS:
        raise Invalid(
            "questions",
            f"An assignment holds {MOST_ITEMS} questions; this one has {len(items)} already.",
        )
    for position, question_id in enumerate(new, start=len(items) + 1):
        item = AssignmentItem(
            assignment_id=assignment.id, question_id=question_id, position=position, points=points
        )
        db.session.add(item)
        items.append(item)
    _settle(touched, assignment, items)
    return len(new)


def set_worths(touched: Touched, assignment: Assignment, worths: Mapping[int, Decimal]) -> None:
    """Give items, by their ids, their points. Raises Conflict for one that is not on the assignment."""
    items = list_items(assignment.id)
    if worths.keys() - {item.id for item in items}:
        raise Conflict(
            "A question was taken off meanwhile. Reload the page, then set the points again."
        )
    for item in items:
        item.points = worths.get(item.id, item.points)
    _settle(touched, assignment, items)


def move_item(
    touched: Touched, assignment: Assignment, item: AssignmentItem, direction: Direction
) -> None:
    """Move a question one place; the first stays first and the last stays last."""
    items = list_items(assignment.id)
    place = items.index(item)
    other = place + (1 if direction is Direction.DOWN else -1)
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
    _settle(touched, assignment, items)


def remove_item(touched: Touched, assignment: Assignment, item: AssignmentItem) -> None:
    """Take a question off. Raises Conflict for the only one on a published assignment."""
    items = [other for other in list_items(assignment.id) if other.id != item.id]
    if not items and assignment.published_at is not None:
        raise Conflict(
            "This is the only question, and pupils can see the assignment. Add another first, or unpublish it."
        )
    db.session.delete(item)
    _settle(touched, assignment, items)


def _settle(touched: Touched, assignment: Assignment, items: Sequence[AssignmentItem]) -> None:
    """Number the items in the order given, and keep the assignment's sum right."""
    for position, item in enumerate(items, start=1):
        item.position = position
    assignment.max_points = sum((item.points for item in items), Decimal(0))
    touched.posts(assignment.classroom_id)
    touched.work(assignment.classroom_id)
