"""The gradebook as a file for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that a program runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's old code page, and Zoë becomes ZoÃ«."""
RUNS = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula (the wide forms too, under East Asian settings)."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One assignment: its title, what it is worth and its average, as shown."""

    title: str
    worth: str
    average: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One pupil: names, a cell per assignment and the average, as shown."""

    name: str
    username: str
    cells: Sequence[str]
    average: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole file."""

    columns: Sequence[SheetColumn]
    rows: Sequence[SheetRow]
    average: str
    """The class's."""


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a leading apostrophe makes it text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(RUNS) else cell


def build_gradebook_csv(sheet: Sheet) -> bytes:
    """Return the file: titles, points possible, a line per pupil, and the averages over graded work."""
    columns = sheet.columns
    lines = [
        ["Pupil", "User name", "Average %", *(one.title for one in columns), "Note"],
        ["Points possible", "", "", *(one.worth for one in columns), ""],
        *([row.name, row.username, row.average, *row.cells, row.note] for row in sheet.rows),
        ["Average of graded work", "", sheet.average, *(one.average for one in columns), ""],
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [inert(cell) for cell in line] for line in lines
    )
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
