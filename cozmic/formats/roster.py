"""Lists of pupils: a CSV file as schools export it, a table copied from a spreadsheet, or names, one a line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cozmic.formats.person_names import LONGEST_NAME, SAMPLE, find_name_faults, split_name

MOST_ROWS = 300
LONGEST_HEADING = 2000
DELIMITERS = "\t;,"
JOINERS = "\u200c\u200d"  # part of the spelling of names in Persian and several Indian languages
BULLET = re.compile(r"^\s*(?:(?:[-*•–]|\d{1,3}[.)])\s+|\d{1,3}\s+(?=[^\W\d_]))")
NUMBER = re.compile(r"\s*\d{0,3}[.)]?\s*")
HEADINGS = {
    "given": "given name, given, first name, first, forename, forenames, firstname, givenname, first names",
    "family": "family name, family, last name, last, surname, lastname, familyname, last names",
    "username": "user name, username, user, login, login name, user id",
    "name": "name, names, full name, pupil, pupils, pupil name, student, students, student name",
}
FIELD_OF = {word: field for field, words in HEADINGS.items() for word in words.split(", ")}


class Layout(StrEnum):
    """How a list is written where no heading line says so."""

    NAMES = "names"
    """A name a line: 'Emma Thompson' or 'Thompson, Emma'."""
    GIVEN_FIRST = "given-first"
    """Columns: given name, family name, user name."""
    FAMILY_FIRST = "family-first"
    """Columns: family name, given name, user name."""


COLUMNS = {
    Layout.NAMES: ("name",),
    Layout.GIVEN_FIRST: ("given", "family", "username"),
    Layout.FAMILY_FIRST: ("family", "given", "username"),
}


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One pupil as the list has it."""

    line: int
    """Counted from 1, with blank lines and the heading."""
    given_name: str
    family_name: str
    username: str
    """In lower case; empty: none given."""
    faults: tuple[str, ...]
    """What is wrong with this line and what would be right; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole list."""

    lines: tuple[RosterLine, ...]
    faults: tuple[str, ...]
    """What is wrong with the list as a whole."""


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: tuple[str, ...]


def parse_roster(text: str, layout: Layout = Layout.NAMES) -> Roster:
    """Return the pupils on a list, each with what is wrong with its line.

    A heading line decides over the layout, and its columns may stand in any order, with others among them. Tabs or
    semicolons in the first line make names a table with the given name first.
    """
    records, columns, faults = _read(_unify(text), layout)
    if not faults and not records:
        faults = ("The list is empty. Write one name a line.",)
    if len(records) > MOST_ROWS:
        faults = (
            f"There are {len(records)} names on the list, and at most {MOST_ROWS} are added at once. Send it in parts.",
        )
    if faults:
        return Roster((), faults)
    return Roster(tuple(_line(record, columns) for record in records), ())


def _unify(text: str) -> str:
    """Line ends as newlines, and no characters that nobody can see."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        letter
        for letter in text
        if letter in "\n\t"
        or letter in JOINERS
        or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )


def _read(text: str, layout: Layout) -> tuple[list[_Record], tuple[str, ...], tuple[str, ...]]:
    """Return the records below any heading, the columns' meanings, and faults of the heading."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # what Excel writes for itself
        text = text.replace(first, "", 1)
        first = next((line for line in text.split("\n") if line.strip()), "")
    for delimiter in DELIMITERS:
        heading = tuple(
            FIELD_OF.get(_heading_word(cell), "")
            for cell in _split(first[:LONGEST_HEADING], delimiter)
        )
        if {"given", "family", "name"} & set(heading):
            return list(_records(text, delimiter))[1:], heading, _heading_faults(heading)
    delimiter = next((sign for sign in DELIMITERS if sign in first), ",")
    if layout is Layout.NAMES and delimiter == ",":
        return list(_names(text)), COLUMNS[layout], ()
    records = _without_numbers(list(_records(text, delimiter)))
    if all(len(record.cells) == 1 for record in records):
        return records, COLUMNS[Layout.NAMES], ()
    return records, COLUMNS[Layout.GIVEN_FIRST if layout is Layout.NAMES else layout], ()


def _without_numbers(records: list[_Record]) -> list[_Record]:
    """Take away a first column that only counts the lines, as spreadsheets have it."""
    is_counted = all(
        NUMBER.fullmatch(record.cells[0]) and any(cell.strip() for cell in record.cells[1:])
        for record in records
    )
    if not is_counted or not any(record.cells[0].strip() for record in records):
        return records
    return [_Record(record.line, record.cells[1:]) for record in records]


def _heading_word(cell: str) -> str:
    return " ".join(re.split(r"[\s_-]+", cell.strip().strip("*:").lower()))


def _heading_faults(heading: Sequence[str]) -> tuple[str, ...]:
    meanings = [field for field in heading if field]
    if len(set(meanings)) < len(meanings):
        return ("The heading line has two columns that mean the same. Leave one of them.",)
    if "name" not in heading and "given" not in heading:
        return (
            "The heading line has no column “given name”. Name the columns, or leave the heading out.",
        )
    return ()


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _names(text: str) -> Iterator[_Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        name = BULLET.sub("", line).strip().strip('"').strip()
        if name:
            yield _Record(number, (name,))


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """Yield the rows of a table that hold anything, under the number of the line they begin on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell of over 128 KB
            cells = ["\n"]
        if any(cell.strip(" \t\u00a0") for cell in cells):
            yield _Record(begins, tuple(cells))
        begins = reader.line_num + 1


def _line(record: _Record, columns: Sequence[str]) -> RosterLine:
    if any("\n" in cell for cell in record.cells):
        return _faulty(
            record, "A quotation mark opens here and is not closed. Take it out, or close it."
        )
    cells = [" ".join(cell.split()) for cell in record.cells]
    if any(cells[len(columns) :]):
        return _faulty(record, _too_many(record, columns))
    found = {field: cell for field, cell in zip(columns, cells, strict=False) if field}
    given, family, fault = found.get("given", ""), found.get("family", ""), None
    if "name" in found and not (given or family):
        given, family, fault = split_name(found["name"])
    faults = [fault] if fault else find_name_faults(given, family)
    if faults:
        given, family = given[:LONGEST_NAME], family[:LONGEST_NAME]
    username = found.get("username", "").lower()
    return RosterLine(record.line, given, family, username, tuple(faults))


def _faulty(record: _Record, fault: str) -> RosterLine:
    shown = " ".join(" ".join(record.cells).split())[:LONGEST_NAME]
    return RosterLine(record.line, shown, "", "", (fault,))


def _too_many(record: _Record, columns: Sequence[str]) -> str:
    if len(columns) == 1:
        return f"This line has more than one column. Write {SAMPLE}."
    return (
        f"This line has {len(record.cells)} columns, and the list has {len(columns)}. "
        "A name with a comma in it stands in quotation marks."
    )
