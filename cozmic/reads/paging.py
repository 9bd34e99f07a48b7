"""Long lists by keyset: each page starts where the last one ended, so the hundredth costs what the first does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from cozmic.extensions import db

Item = TypeVar("Item")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts."""

    id: int | None = None
    """The row beside it; None: the start of the list."""
    is_backwards: bool = False
    """Whether the page ends before that row, instead of starting after it."""


START = Cursor()


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of a list, and the ids to go on from."""

    rows: tuple[Item, ...]
    before: int | None
    """The first row's id where there are rows before it."""
    after: int | None
    """The last row's id where there are rows after it."""


def list_page(
    statement: Select[*tuple[Any, ...]],
    keys: Sequence[InstrumentedAttribute[Any]],
    make: Callable[[Any], Item],
    cursor: Cursor = START,
    *,
    newest_first: bool = False,
    size: int = PAGE_SIZE,
) -> Page[Item]:
    """Return one page of a statement in the order of `keys`, of which the last is the row's id, selected as `id`.

    One query; two where there are several keys and the page is not the first. Where the cursor's row has gone, the list
    starts over.
    """
    position = _find_position(keys, cursor)
    is_backwards = cursor.is_backwards and position is not None
    is_descending = newest_first != is_backwards
    if position is not None:
        here = tuple_(*position)
        beside = tuple_(*keys) < here if is_descending else tuple_(*keys) > here
        statement = statement.where(beside)
    order = [key.desc() if is_descending else key.asc() for key in keys]
    found = db.session.execute(statement.order_by(*order).limit(size + 1)).all()
    has_more, found = len(found) > size, found[:size]
    if is_backwards:
        found = found[::-1]
    has_before = has_more if is_backwards else position is not None
    has_after = is_backwards or has_more
    return Page(
        rows=tuple(make(row) for row in found),
        before=found[0].id if found and has_before else None,
        after=found[-1].id if found and has_after else None,
    )


def _find_position(
    keys: Sequence[InstrumentedAttribute[Any]], cursor: Cursor
) -> Sequence[Any] | None:
    if cursor.id is None:
        return None
    if len(keys) == 1:
        return (cursor.id,)
    return db.session.execute(select(*keys).where(keys[-1] == cursor.id)).one_or_none()
