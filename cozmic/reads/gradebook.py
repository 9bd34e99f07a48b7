"""The gradebook: a class's pupils and its published assignments, and what each piece of work came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select

from cozmic.access.work import WINDOW, window_of
from cozmic.extensions import db
from cozmic.models import Assignment, Enrolment, User
from cozmic.reads.gradebook_cells import Cell, Key, get_cells, get_untouched_cells
from cozmic.rules.names import find_namesakes, full_name, name_order
from cozmic.rules.next_change import moments_of, next_change
from cozmic.rules.points import CENT
from cozmic.rules.scoring import percent
from cozmic.rules.work import Window


class Sort(StrEnum):
    """How the pupils are ordered."""

    NAME = "name"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class Column:
    """One assignment, with its average over the graded work of pupils on the roster."""

    id: int
    title: str
    max_points: Decimal
    window: Window
    graded: int = 0
    average: Decimal | None = None
    """Points to two places; None: nothing graded yet."""

    @property
    def average_percent(self) -> int | None:
        """The average as a share of what could be won."""
        return None if self.average is None else percent(self.average, self.max_points)


@dataclass(frozen=True, slots=True)
class PupilRow:
    """One pupil's line."""

    student_id: int
    given_name: str
    family_name: str
    username: str
    is_removed: bool
    cells: tuple[tuple[int, Cell], ...]
    """(assignment id, cell), one per column, in the columns' order."""
    points: Decimal
    possible: Decimal
    """What the graded work could have come to."""

    @property
    def name(self) -> str:
        """The name as shown."""
        return full_name(self.given_name, self.family_name)

    @property
    def average_percent(self) -> int | None:
        """Points won of points possible over graded work; None: nothing graded yet."""
        return percent(self.points, self.possible) if self.possible else None


@dataclass(frozen=True, slots=True)
class Gradebook:
    """The page, and the file: columns newest first, pupils as sorted."""

    columns: tuple[Column, ...]
    pupils: tuple[PupilRow, ...]
    """On the roster."""
    removed: tuple[PupilRow, ...]
    """No longer in the class; they count in no average."""
    sort: Sort
    changes_at: datetime | None
    """When the clock alone next changes it; None: never."""

    @property
    def namesakes(self) -> frozenset[str]:
        """The names of more than one of them."""
        return find_namesakes(row.name for row in (*self.pupils, *self.removed))

    @property
    def average_percent(self) -> int | None:
        """The class's: points won of points possible over all graded work."""
        possible = sum((pupil.possible for pupil in self.pupils), Decimal(0))
        points = sum((pupil.points for pupil in self.pupils), Decimal(0))
        return percent(points, possible) if possible else None


def get_gradebook(classroom_id: int, *, sort: Sort, now: datetime) -> Gradebook:
    """Return a class's gradebook in four queries, whatever its size. The caller has admitted its teacher."""
    columns, places = _list_columns(classroom_id), _list_places(classroom_id)
    windows = {column.id: column.window for column in columns}
    joined = {place.id: place.joined_at for place in places}
    cells = get_cells(classroom_id, windows, joined, now=now)
    untouched = get_untouched_cells(windows, set(joined.values()), now=now)
    rows = [_row(place, columns, cells, untouched[place.joined_at]) for place in places]
    rows.sort(key=lambda row: _sort_key(row, sort))
    on_roster = tuple(row for row in rows if not row.is_removed)
    return Gradebook(
        columns=_with_averages(columns, on_roster),
        pupils=on_roster,
        removed=tuple(row for row in rows if row.is_removed),
        sort=sort,
        changes_at=next_change(now, moments_of(windows.values())),
    )


def _list_columns(classroom_id: int) -> list[Column]:
    statement = (
        select(Assignment.id, Assignment.title, Assignment.max_points, *WINDOW)
        .where(Assignment.classroom_id == classroom_id, Assignment.published_at.is_not(None))
        .order_by(
            func.coalesce(Assignment.due_at, Assignment.published_at).desc(), Assignment.id.desc()
        )
    )
    return [
        Column(id=row.id, title=row.title, max_points=row.max_points, window=window_of(row))
        for row in db.session.execute(statement)
    ]


def _list_places(classroom_id: int) -> list[Row[*tuple[Any, ...]]]:
    statement = (
        select(
            User.id, User.given_name, User.family_name, User.username, Enrolment.joined_at, Enrolment.removed_at
        )
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(Enrolment.classroom_id == classroom_id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _row(
    place: Row[Any],
    columns: Sequence[Column],
    cells: Mapping[Key, Cell],
    untouched: Mapping[int, Cell],
) -> PupilRow:
    student_id = place.id
    line = [(key, cells.get((key, student_id)) or cell) for key, cell in untouched.items()]
    points = possible = Decimal(0)
    for column, (_, cell) in zip(columns, line, strict=True):
        if cell.points is not None:
            points += cell.points
            possible += column.max_points
    return PupilRow(
        student_id=student_id,
        given_name=place.given_name,
        family_name=place.family_name,
        username=place.username,
        is_removed=place.removed_at is not None,
        cells=tuple(line),
        points=points,
        possible=possible,
    )


def _sort_key(row: PupilRow, sort: Sort) -> tuple[Decimal, tuple[str, str, int]]:
    """Order by average, nobody's last, or by name alone."""
    place = Decimal(0)
    if sort is not Sort.NAME:
        share = row.points / row.possible if row.possible else Decimal("Infinity")
        place = -share if sort is Sort.HIGHEST and row.possible else share
    return place, name_order(row.given_name, row.family_name, row.student_id)


def _with_averages(columns: Sequence[Column], pupils: Sequence[PupilRow]) -> tuple[Column, ...]:
    return tuple(
        _with_average(column, [pupil.cells[index][1].points for pupil in pupils])
        for index, column in enumerate(columns)
    )


def _with_average(column: Column, points: Iterable[Decimal | None]) -> Column:
    graded = [one for one in points if one is not None]
    if not graded:
        return column
    average = (sum(graded, Decimal(0)) / len(graded)).quantize(CENT, rounding=ROUND_HALF_UP)
    return replace(column, graded=len(graded), average=average)
