"""The questions on an assignment: added, ordered, given points, taken off."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from cozmic.access.assignments import get_item, get_untouched_assignment, list_items
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, Invalid, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment
from cozmic.transaction import transaction
from cozmic.writes import assignment_items as items
from tests.factories import LONG_AGO, Cast, make_assignment, make_question
from tests.work import list_item_ids


def act(cast: Cast, assignment_id: int, do: Callable[[Touched, Assignment], object]) -> Touched:
    with transaction() as touched:
        found = get_untouched_assignment(cast.ada, cast.ada_class, assignment_id, what="no")
        do(touched, found)
    return touched


def add(cast: Cast, assignment_id: int, ids: list[int], points: str = "1") -> None:
    act(
        cast,
        assignment_id,
        lambda touched, found: items.add_questions(
            touched, found, ids, points=Decimal(points), by_id=cast.ada
        ),
    )


def questions_of(assignment_id: int) -> list[int]:
    db.session.rollback()
    return [item.question_id for item in list_items(assignment_id)]


def points_of(assignment_id: int) -> Decimal:
    db.session.rollback()
    return db.session.get_one(Assignment, assignment_id, populate_existing=True).max_points


def test_questions_are_added_at_the_end_in_their_order(cast: Cast) -> None:
    first, second, third = make_question(), make_question(owner_id=cast.ada), make_question()
    assignment_id = make_assignment(cast.ada_class, [first], published_at=None)
    add(cast, assignment_id, [third, second, third], "1.25")
    assert questions_of(assignment_id) == [first, third, second]
    assert points_of(assignment_id) == Decimal("3.50")


def test_a_question_that_is_there_already_is_not_added_again(cast: Cast) -> None:
    first = make_question()
    assignment_id = make_assignment(cast.ada_class, [first], published_at=None)
    add(cast, assignment_id, [first], "9")
    assert questions_of(assignment_id) == [first]
    assert points_of(assignment_id) == Decimal(1)


def test_only_own_and_bank_questions_in_use_may_be_picked(cast: Cast) -> None:
    good = make_question()
    assignment_id = make_assignment(cast.ada_class, [], published_at=None)
    for bad in (
        make_question(owner_id=cast.dan),
        make_question(owner_id=cast.ada, archived_at=LONG_AGO),
        987654321,
    ):
        with pytest.raises(Invalid, match="not there any more"):
            add(cast, assignment_id, [good, bad])
    assert questions_of(assignment_id) == []


def test_an_assignment_holds_a_hundred_questions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 2)
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None)
    with pytest.raises(Invalid, match="holds 2 questions; this one has 1"):
        add(cast, assignment_id, [make_question(), make_question()])


def test_points_are_set_together_and_the_sum_kept_right(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question(), make_question()])
    first, second = list_item_ids(assignment_id)
    worths = {first: Decimal("0.01"), second: Decimal(1000)}
    touched = act(
        cast, assignment_id, lambda touched, found: items.set_worths(touched, found, worths)
    )
    assert points_of(assignment_id) == Decimal("1000.01")
    assert touched.classroom_posts == {cast.ada_class}


def test_points_for_a_question_of_another_assignment_are_refused(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    (other,) = list_item_ids(make_assignment(cast.ada_class, [make_question()]))
    with pytest.raises(Conflict, match="taken off meanwhile"):
        act(
            cast,
            assignment_id,
            lambda touched, found: items.set_worths(touched, found, {other: Decimal(5)}),
        )


@pytest.mark.parametrize(
    ("place", "direction", "order"),
    [
        (0, items.Direction.DOWN, [1, 0, 2]),
        (2, items.Direction.UP, [0, 2, 1]),
        (0, items.Direction.UP, [0, 1, 2]),
        (2, items.Direction.DOWN, [0, 1, 2]),
    ],
)
def test_a_question_moves_one_place(
    cast: Cast, place: int, direction: items.Direction, order: list[int]
) -> None:
    questions = [make_question() for _ in range(3)]
    assignment_id = make_assignment(cast.ada_class, questions)
    item_id = list_item_ids(assignment_id)[place]
    act(
        cast,
        assignment_id,
        lambda touched, found: items.move_item(touched, found, get_item(found, item_id), direction),
    )
    assert questions_of(assignment_id) == [questions[index] for index in order]


def test_a_question_taken_off_closes_the_gap(cast: Cast) -> None:
    questions = [make_question() for _ in range(3)]
    assignment_id = make_assignment(cast.ada_class, questions)
    item_id = list_item_ids(assignment_id)[1]
    act(
        cast,
        assignment_id,
        lambda touched, found: items.remove_item(touched, found, get_item(found, item_id)),
    )
    assert questions_of(assignment_id) == [questions[0], questions[2]]
    assert [item.position for item in list_items(assignment_id)] == [1, 2]
    assert points_of(assignment_id) == Decimal(2)


def test_the_last_question_of_a_published_assignment_stays(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    (item_id,) = list_item_ids(assignment_id)
    with pytest.raises(Conflict, match="only question"):
        act(
            cast,
            assignment_id,
            lambda touched, found: items.remove_item(touched, found, get_item(found, item_id)),
        )


def test_an_item_of_another_assignment_is_not_found(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    (other,) = list_item_ids(make_assignment(cast.ada_class, [make_question()]))
    with pytest.raises(NotFound):
        act(cast, assignment_id, lambda _, found: get_item(found, other))
