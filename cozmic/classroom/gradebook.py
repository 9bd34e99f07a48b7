"""The gradebook, on the page and as a file."""

from __future__ import annotations

import re

from flask import Response, make_response, request

from cozmic.access.revisions import Depends
from cozmic.classroom.blueprint import classroom
from cozmic.formats.gradebook_csv import Sheet, SheetColumn, SheetRow, build_gradebook_csv
from cozmic.reads.gradebook import Gradebook, PupilRow, Sort, get_gradebook
from cozmic.reads.gradebook_cells import Cell
from cozmic.rules.enums import WorkState
from cozmic.rules.points import show_points
from cozmic.rules.wall_clock import to_wall
from cozmic.web.cached import cached
from cozmic.web.guards import teachers_only
from cozmic.web.page_limits import whole_class
from cozmic.web.screens import screen
from cozmic.web.viewer import current_room, current_viewer

WORDS = {
    WorkState.NOT_OPEN: "",
    WorkState.NOT_STARTED: "",
    WorkState.IN_PROGRESS: "in progress",
    WorkState.HANDED_IN: "not graded yet",
    WorkState.MISSING: "missing",
    WorkState.EXCUSED: "joined later",
}


@classroom.get("/<id:classroom_id>/gradebook")
@teachers_only
@cached(Depends.ROOM)
def gradebook(classroom_id: int) -> str:
    """Show every pupil's work on every assignment."""
    data = get_gradebook(classroom_id, sort=_sort(), now=current_viewer().now)
    return screen("classroom/gradebook.html", data, with_removed=_with_removed())


@classroom.get("/<id:classroom_id>/gradebook.csv")
@teachers_only
@whole_class
def gradebook_csv(classroom_id: int) -> Response:
    """Hand out what the page shows as a file for a spreadsheet."""
    viewer = current_viewer()
    book = get_gradebook(classroom_id, sort=_sort(), now=viewer.now)
    response = make_response(build_gradebook_csv(_sheet(book, with_removed=_with_removed())))
    name = re.sub(r"[\W_]+", "-", current_room().name.lower()).strip("-") or "class"
    day = to_wall(viewer.now, viewer.tz).date()
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"gradebook-{name}-{day}.csv"
    )
    response.mimetype = "text/csv"
    return response


def _sort() -> Sort:
    wanted = request.args.get("sort", "")
    return Sort(wanted) if wanted in set(Sort) else Sort.NAME


def _with_removed() -> bool:
    return request.args.get("removed") == "1"


def _sheet(book: Gradebook, *, with_removed: bool) -> Sheet:
    rows = book.pupils + (book.removed if with_removed else ())
    return Sheet(
        columns=[
            SheetColumn(
                title=column.title,
                worth=show_points(column.max_points),
                average="" if column.average is None else show_points(column.average),
            )
            for column in book.columns
        ],
        rows=[_line(row) for row in rows],
        average=_percent(book.average_percent),
    )


def _line(row: PupilRow) -> SheetRow:
    return SheetRow(
        name=row.name,
        username=row.username,
        cells=[_words(cell) for _, cell in row.cells],
        average=_percent(row.average_percent),
        note="no longer in the class" if row.is_removed else "",
    )


def _words(cell: Cell) -> str:
    return cell.text or WORDS[cell.state]


def _percent(value: int | None) -> str:
    return "" if value is None else str(value)
