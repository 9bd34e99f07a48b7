"""The gradebook's file: bytes that spreadsheets open rightly and never run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cozmic.formats.gradebook_csv import (
    RUNS,
    Sheet,
    SheetColumn,
    SheetRow,
    build_gradebook_csv,
    inert,
)

# What the database may hold of a name or a title: the forms drop control characters and lone surrogates.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(title: str = "Quiz", name: str = "Ben", cells: tuple[str, ...] = ("8",)) -> Sheet:
    return Sheet(
        columns=[SheetColumn(title, "10", "8") for _ in cells],
        rows=[SheetRow(name, "ben", cells, "80")],
        average="80",
    )


def test_the_file_is_marked_utf_8_with_windows_line_ends() -> None:
    content = build_gradebook_csv(sheet(name="Zoë 王"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Zoë 王".encode() in content
    assert content.count(b"\r\n") == content.count(b"\n") == 4


def test_it_has_titles_points_possible_pupils_and_averages() -> None:
    assert read(build_gradebook_csv(sheet(cells=("8", "missing")))) == [
        ["Pupil", "User name", "Average %", "Quiz", "Quiz", "Note"],
        ["Points possible", "", "", "10", "10", ""],
        ["Ben", "ben", "80", "8", "missing", ""],
        ["Average of graded work", "", "80", "8", "8", ""],
    ]


@pytest.mark.parametrize("begin", RUNS)
def test_what_a_spreadsheet_would_run_becomes_text(begin: str) -> None:
    assert inert(f"{begin}cmd|' /C calc'!A0") == f"'{begin}cmd|' /C calc'!A0"
    assert inert(f"  {begin}1") == f"'  {begin}1"


def test_harmless_cells_stay_as_they_are() -> None:
    for cell in ("Ben", "3.5", "", "Anne-Marie", "a=b", "'quoted'", "100 %"):
        assert inert(cell) == cell


@given(title=TEXT, name=TEXT)
@example(title='=HYPERLINK("http://evil.example")', name="+1,2")
@example(title="Fractions, part 2", name='Ben "the bear"')
def test_no_cell_begins_like_a_formula_and_nothing_else_changes(title: str, name: str) -> None:
    rows = read(build_gradebook_csv(sheet(title, name)))
    assert all(not cell.startswith(RUNS) for row in rows for cell in row)
    assert rows[0][3].removeprefix("'") == title.removeprefix("'")
    assert rows[2][0] in {name, f"'{name}"}


@given(st.text(max_size=20), TEXT)
def test_any_text_comes_through_as_one_cell(first: str, second: str) -> None:
    if any(0xD800 <= ord(c) <= 0xDFFF for c in first):
        return
    rows = read(build_gradebook_csv(sheet(first, second)))
    assert [len(row) for row in rows] == [5, 5, 5, 5]
