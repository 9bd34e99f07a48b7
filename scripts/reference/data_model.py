"""docs/reference/data-model.md and its pictures, from the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.reference.picture import Box, Line, Stack, draw
from scripts.reference.tables import ColumnFacts, TableFacts, list_tables

INTRODUCTION = """\
# The data model

<!-- Written by `make docs` from cozmic/models. Change the models, not this page. -->

One database holds one school, in {count} tables. What a screen shows is worked out from them when it is asked for, or
kept by the write that changes it where sums would be dear (`assignments.max_points`, `submissions.waiting`). The
models have [no relationships](../decisions/0004-no-model-relationships.md).

![All tables, with arrows from each to those it belongs to](data-model.svg)

An arrow leads from the row that holds an id to the table whose id it is. Where that table stands too far away, the row
names it instead: *→ users*.

**In every table.** A time is in UTC and says so; screens show it in the school's zone. Points are exact, to two decimal
places, and stored as whole hundredths. A word is one of a few, kept as text with a CHECK. *?* marks a column that may
be NULL; what NULL then means stands on the right of its row below. A question's `body` and a response's `answer` are
JSON in the shape of the question's kind: see [Add a kind of question](../how-to/add-a-question-kind.md).
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that are read together, as they stand in their picture: columns of the page, from left to right."""

    slug: str
    title: str
    about: str
    stacks: tuple[tuple[str, ...], ...]
    loops_right: bool = False

    @property
    def names(self) -> list[str]:
        """The tables, in reading order."""
        return [name for stack in self.stacks for name in stack]


GROUPS = (
    Group(
        "people",
        "The school and its people",
        "Everybody is a row of `users`, whatever their role; being signed in is a row of `sessions`, so that "
        "ending one is a DELETE that the next request meets.",
        (("sessions", "invitations"), ("users",), ("school",)),
    ),
    Group(
        "classes",
        "Classes",
        "There is one roster, `enrolments`. Removing a pupil sets a time and keeps the row, and with it the work.",
        (("enrolments",), ("classrooms",), ("announcements",)),
    ),
    Group(
        "questions",
        "Questions and assignments",
        "A row of `questions` is one version of a question ([why](../decisions/0003-questions-are-versions.md)); "
        "an assignment names its questions through `assignment_items`, which give them place and points.",
        (("questions", "skills"), ("assignment_items",), ("assignments",)),
    ),
    Group(
        "work",
        "Work and grades",
        "An attempt is a submission and one response per question, made when the pupil starts "
        "([why](../decisions/0005-an-attempt-is-rows-from-the-start.md)). A grade is one row per pupil and assignment, "
        "whichever attempt counts, and every change of it is a row that stays.",
        (("responses",), ("submissions",), ("grades", "grade_changes")),
        loops_right=True,
    ),
    Group(
        "beside",
        "Kept beside",
        "Revisions are random values that a write sets in its own transaction, so that a page kept under one can never "
        "be stale; [the house](../explanation/the-house.md) says how. Events say what people with power did. Counted "
        "failures slow guessing down.",
        (
            ("person_revisions", "school_revision"),
            ("classroom_revisions", "failure_counts"),
            ("audit_events",),
        ),
    ),
    Group(
        "running",
        "How the platform runs",
        "Each server writes a row a minute of what it measured; older minutes become rows of five, and those of a week "
        "ago go. What the operator was told of a figure is kept, so that no restart tells it again.",
        (("measurements",), ("alerts",)),
    ),
)
ALL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "People",
        (
            "users",
            "sessions",
            "invitations",
            "person_revisions",
            "school",
            "school_revision",
            "failure_counts",
            "alerts",
        ),
    ),
    (
        "Classes",
        (
            "classrooms",
            "enrolments",
            "announcements",
            "classroom_revisions",
            "audit_events",
            "measurements",
        ),
    ),
    ("Assignments", ("assignments", "assignment_items", "questions", "skills")),
    ("Work", ("submissions", "responses", "grades", "grade_changes")),
)
LOOPS_RIGHT = {"Classes", "Work"}
"""Stacks with a full gap on their left."""


def build() -> dict[str, str]:
    """Return the page and its pictures by file name; raise LookupError for a table that has no place on it."""
    tables = list_tables()
    for where, names in (
        ("GROUPS", [name for group in GROUPS for name in group.names]),
        ("ALL", [name for _, stack in ALL for name in stack]),
    ):
        if sorted(names) != sorted(tables):
            raise LookupError(f"{where} misplaces {sorted(set(names) ^ set(tables))}")
    pages = {
        "data-model.md": "\n".join(_page(tables)),
        "data-model.svg": _overview(tables),
    }
    for group in GROUPS:
        pages[f"data-model/{group.slug}.svg"] = _picture(group, tables)
    return pages


def _page(tables: dict[str, TableFacts]) -> Iterator[str]:
    yield INTRODUCTION.format(count=len(tables))
    for group in GROUPS:
        yield f"## {group.title}\n"
        yield f"{group.about}\n"
        yield f"![{group.title}: {', '.join(group.names)}](data-model/{group.slug}.svg)\n"
        for name in group.names:
            yield from _section(tables[name])


def _section(table: TableFacts) -> Iterator[str]:
    yield f"### {table.name}\n"
    yield f"{table.purpose}\n"
    yield "| column | holds | |\n|---|---|---|"
    words = dict(table.choices)
    for column in table.columns:
        yield f"| `{column.name}` | {_holds(column, words.get(column.name, ()))} | {column.note} |"
    yield ""
    if table.rules:
        yield f"The database sees to it: {'; '.join(table.rules)}.\n"


def _holds(column: ColumnFacts, words: tuple[str, ...]) -> str:
    kind = f"→ [{column.parent}](#{column.parent})" if column.parent else column.kind
    if words:
        kind = " · ".join(f"`{word}`" for word in words)
    return f"{kind}{' ?' if column.may_be_null else ''}"


def _picture(group: Group, tables: dict[str, TableFacts]) -> str:
    stacks = [
        Stack(
            tuple(Box(name, _lines(tables[name], group)) for name in stack),
            loops_right=group.loops_right,
        )
        for stack in group.stacks
    ]
    return draw(f"{group.title}: {', '.join(group.names)}", stacks)


def _lines(table: TableFacts, group: Group) -> tuple[Line, ...]:
    return tuple(_line(column, group) for column in table.columns)


def _line(column: ColumnFacts, group: Group) -> Line:
    null = " ?" if column.may_be_null else ""
    is_here = column.parent in group.names
    if column.parent and not is_here:
        return Line(column.name, f"→ {column.parent}{null}", tone="key" if column.is_key else "")
    return Line(
        column.name,
        f"{'id' if column.parent else column.kind}{null}",
        to=column.parent,
        tone="key" if column.is_key else "",
    )


def _overview(tables: dict[str, TableFacts]) -> str:
    place = {name: number for number, (_, names) in enumerate(ALL) for name in names}
    stacks = [
        Stack(
            tuple(_overview_box(tables[name], place) for name in names),
            title,
            loops_right=title in LOOPS_RIGHT,
        )
        for title, names in ALL
    ]
    return draw("All tables, with arrows from each to those it belongs to", stacks)


def _overview_box(table: TableFacts, place: dict[str, int]) -> Box:
    lines: dict[str, Line] = {}
    for column in table.columns:
        parent = column.parent
        if parent is None or parent in lines:
            continue
        is_near = abs(place[parent] - place[table.name]) <= 1
        lines[parent] = (
            Line(parent, to=parent, tone="soft") if is_near else Line(f"→ {parent}", tone="soft")
        )
    return Box(table.name, tuple(lines.values()))
