"""The proof as a table: for the terminal, and for docs/reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.indices.cases import LEAST, Case
from scripts.indices.measure import Timing

HEAD = """# Indices

Written by `make indices`, which proves each on a large school:
{facts}.

Medians of one run, by PostgreSQL's own clock, with the index and without it in turn; *without* is the same query in a
transaction that drops it and is rolled back.

An index that a screen needs is in the plan of that screen's real query, which is at least {hot:.0f} times slower
without it where it is asked all day (hot: by pupil, by assignment, by submission), {screen:.0f} times elsewhere. One
that is kept for a unique rule or for a delete says so: there it is the rule that needs it, or the removal of a row that
is named from elsewhere. Primary keys are not listed.

| index | why | screen | with | without | times |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One index, judged."""

    index: str
    table: str
    case: Case | None
    timing: Timing | None = None
    """None: nothing to measure."""
    fault: str = ""
    """Empty: it holds."""
    screen: str = ""
    """Whose query was measured."""


def cells_of(line: Line) -> tuple[str, ...]:
    """Return what stands in a line of the table."""
    why = f"{line.case.kind}: {line.case.what}" if line.case else ""
    if line.timing is None:
        return line.index, why, "", "", "", ""
    timing = line.timing
    return (
        line.index, why, line.screen, f"{timing.with_ms:.3f} ms", f"{timing.without_ms:.2f} ms",
        f"{timing.ratio:,.0f}" if timing.ratio >= 10 else f"{timing.ratio:.1f}",
    )  # fmt: skip


def show(lines: Sequence[Line]) -> str:
    """Return the table for a terminal."""
    rows = [(*cells_of(line), line.fault) for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def write_page(path: Path, lines: Sequence[Line], facts: str) -> None:
    """Write the table as a page."""
    hot, screen = LEAST.values()
    rows = [
        "| " + " | ".join((f"`{cells[0]}`", *cells[1:])) + " |" for cells in map(cells_of, lines)
    ]
    text = HEAD.format(facts=facts, hot=hot, screen=screen) + "\n".join(rows) + "\n"
    path.write_text(text, encoding="utf-8")
