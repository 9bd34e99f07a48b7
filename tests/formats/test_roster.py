"""Lists of pupils in every form that teachers have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.formats.person_names import LONGEST_NAME
from cozmic.formats.roster import MOST_ROWS, Layout, RosterLine, parse_roster

THREE = (Layout.NAMES, Layout.GIVEN_FIRST, Layout.FAMILY_FIRST)


def names(text: str, layout: Layout = Layout.NAMES) -> list[tuple[str, str]]:
    roster = parse_roster(text, layout)
    assert roster.faults == ()
    assert all(line.faults == () for line in roster.lines), roster.lines
    return [(line.given_name, line.family_name) for line in roster.lines]


def only(text: str, layout: Layout = Layout.NAMES) -> RosterLine:
    roster = parse_roster(text, layout)
    assert roster.faults == ()
    assert len(roster.lines) == 1
    return roster.lines[0]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Emma Thompson", ("Emma", "Thompson")),
        ("Thompson, Emma", ("Emma", "Thompson")),
        ("Thompson,Emma Jane", ("Emma Jane", "Thompson")),
        ("  Emma \t  Thompson  ", ("Emma", "Thompson")),
        ("Emma Jane Thompson", ("Emma Jane", "Thompson")),
        ("Vincent van Gogh", ("Vincent", "van Gogh")),
        ("Ana de la Cruz", ("Ana", "de la Cruz")),
        ("emma jane thompson", ("emma jane", "thompson")),
        ("Sukarno", ("Sukarno", "")),
        ("Jean-Luc O’Brien-Smith", ("Jean-Luc", "O’Brien-Smith")),
        ("李小龙", ("李小龙", "")),
        ("12. Emma Thompson", ("Emma", "Thompson")),
        ("12  Emma Thompson", ("Emma", "Thompson")),
        ("• Emma Thompson", ("Emma", "Thompson")),
        ('"Thompson, Emma"', ("Emma", "Thompson")),
        ("Zoe\u0308 Mu\u0308ller", ("Zoë", "Müller")),
        ("\ufeffEmma\u200b Thompson", ("Emma", "Thompson")),
        ("Em\x00ma Thompson", ("Emma", "Thompson")),
    ],
)
def test_a_pasted_name_is_taken_apart(line: str, name: tuple[str, str]) -> None:
    assert names(line) == [name]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    assert names(f"Emma Thompson{end}{end}Ben Low{end}") == [("Emma", "Thompson"), ("Ben", "Low")]


def test_lines_keep_their_numbers_over_blank_ones() -> None:
    lines = parse_roster("Emma Thompson\n\n\nBen Low").lines
    assert [line.line for line in lines] == [1, 4]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("layout", THREE)
def test_a_heading_decides_over_layout_and_order(sign: str, layout: Layout) -> None:
    text = sign.join(["Surname", "Class", "FIRST_NAME", "Username"]) + "\n"
    text += sign.join(["Thompson", "5B", "Emma", " Emma.T "]) + "\n"
    line = only(text, layout)
    assert (line.line, line.given_name, line.family_name) == (2, "Emma", "Thompson")
    assert line.username == "emma.t"


def test_a_heading_of_one_column_holds_whole_names() -> None:
    assert names("Pupil\nEmma Thompson\nLow, Ben") == [("Emma", "Thompson"), ("Ben", "Low")]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_without_a_heading_the_layout_decides(sign: str) -> None:
    text = f"Emma{sign}Thompson\nBen{sign}Low"
    assert names(text, Layout.GIVEN_FIRST) == [("Emma", "Thompson"), ("Ben", "Low")]
    assert names(text, Layout.FAMILY_FIRST) == [("Thompson", "Emma"), ("Low", "Ben")]


def test_cells_copied_from_a_spreadsheet_are_a_table() -> None:
    assert names("Emma\tThompson\nBen\tLow") == [("Emma", "Thompson"), ("Ben", "Low")]


@pytest.mark.parametrize("number", ["{}", "{}.", " {}) "])
def test_a_column_that_counts_the_lines_is_passed_over(number: str) -> None:
    first, second = number.format(1), number.format(2)
    both = [("Emma", "Thompson"), ("Ben", "Low")]
    assert names(f"{first}\tEmma\tThompson\n{second}\tBen\tLow") == both
    assert names(f"{first}\tThompson, Emma\n{second}\tBen Low") == both
    assert names(f"{first};Thompson;Emma\n;Low;Ben", Layout.FAMILY_FIRST) == both


def test_a_column_of_names_is_not_taken_for_one_that_counts() -> None:
    lines = parse_roster("1\tEmma\nBen\tLow").lines
    assert [line.given_name for line in lines] == ["1", "Ben"]


def test_a_table_of_one_column_holds_whole_names() -> None:
    assert names('Emma Thompson\n"Low, Ben"', Layout.GIVEN_FIRST) == [
        ("Emma", "Thompson"),
        ("Ben", "Low"),
    ]


def test_quoted_cells_hold_separators_and_quotation_marks() -> None:
    text = 'given name;family name\n"Emma ""Em""";"Thompson; junior"\n'
    assert names(text) == [('Emma "Em"', "Thompson; junior")]


def test_a_line_that_names_the_separator_is_passed_over() -> None:
    assert names("sep=;\ngiven name;family name\nEmma;Thompson") == [("Emma", "Thompson")]


def test_empty_cells_at_the_end_are_no_columns() -> None:
    assert names("Emma,Thompson,,,\n,,,\n", Layout.GIVEN_FIRST) == [("Emma", "Thompson")]


@pytest.mark.parametrize(
    ("text", "layout", "fault"),
    [
        ("Thompson, Emma, 5B", Layout.NAMES, "more than one comma. Write Emma Thompson"),
        ("Thompson,", Layout.NAMES, "one side of it only"),
        (", Emma", Layout.NAMES, "one side of it only"),
        ("12345", Layout.NAMES, "has no letters"),
        ("x" * (LONGEST_NAME + 1), Layout.NAMES, "81 characters, and at most 80"),
        ("emma@school.example", Layout.NAMES, "looks like an e-mail address"),
        ("<b>Emma</b> Thompson", Layout.NAMES, "has a “<” in it, which no given name has"),
        ("Emma Thompson|5B", Layout.NAMES, "has a “|” in it, which no family name has"),
        ("Ben Low\nEmma Thompson;emma", Layout.NAMES, "There is a “;” in this line. Write Emma"),
        (",Thompson", Layout.GIVEN_FIRST, "given name is missing"),
        ("Emma,Thompson,e.t,5B", Layout.GIVEN_FIRST, "4 columns, and the list has 3"),
        ('Emma,"Thompson\nBen,Low', Layout.GIVEN_FIRST, "quotation mark opens here"),
        ('Emma,"' + "x" * 200_000 + '"', Layout.GIVEN_FIRST, "quotation mark opens here"),
        ("given name,family name\nEmma,Thompson,5B", Layout.NAMES, "3 columns, and the list has 2"),
    ],
)
def test_a_faulty_line_says_what_is_wrong_and_right(text: str, layout: Layout, fault: str) -> None:
    roster = parse_roster(text, layout)
    assert roster.faults == ()
    found = roster.lines[-1]
    assert fault in " ".join(found.faults)


def test_a_faulty_line_does_not_spoil_its_neighbours() -> None:
    lines = parse_roster("Emma Thompson\n12345\nBen Low").lines
    assert [bool(line.faults) for line in lines] == [False, True, False]
    assert lines[1].line == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "list is empty"),
        (" \n\n \t\n", "list is empty"),
        ("given name,family name\n", "list is empty"),
        ("surname,class\nThompson,5B", "no column “given name”"),
        ("first name,given name\nEmma,Emma", "two columns"),
    ],
)
def test_a_list_that_is_none_says_so(text: str, fault: str) -> None:
    roster = parse_roster(text)
    assert roster.lines == ()
    assert fault in roster.faults[0]


def test_as_many_names_as_a_school_year_has_are_taken_and_no_more() -> None:
    full = "\n".join(f"Pupil {chr(97 + n % 26) * 3}" for n in range(MOST_ROWS))
    assert len(parse_roster(full).lines) == MOST_ROWS
    assert "301 names" in parse_roster(full + "\nEmma Thompson").faults[0]


@given(st.text(max_size=200), st.sampled_from(THREE))
def test_any_text_gives_lines_or_faults(text: str, layout: Layout) -> None:
    roster = parse_roster(text, layout)
    assert bool(roster.lines) != bool(roster.faults)
    for line in roster.lines:
        assert line.faults or 0 < len(line.given_name) <= LONGEST_NAME


@given(
    st.lists(st.text("abcÄö '-", min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1)
)
def test_each_line_with_a_name_is_one_pupil(given_names: list[str]) -> None:
    lines = parse_roster("\n".join(given_names)).lines
    assert [line.line for line in lines] == list(range(1, len(given_names) + 1))
