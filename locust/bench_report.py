"""What `make bench` says: tables for the terminal and for the page, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from bench_goals import Finding
from bench_load import Medians

from scripts.tables import aligned, markdown

COLUMNS = ("what", "asked", "found", "by CPU", "")
MEDIANS = ("what", "requests/s", "CPU ms", "application + PostgreSQL + Redis", "median ms", "wrong")
PROVES_NOTHING = "A quick run: few and short rounds and little data. It shows that the bench works and proves nothing."


@dataclass(slots=True)
class Report:
    """Everything that a run found."""

    facts: dict[str, str]
    """Machine, versions, commit, command, date: what a reader needs in order to compare."""
    is_quick: bool
    findings: list[Finding] = field(default_factory=list)
    medians: dict[str, Medians] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    """Further tables and remarks, line by line, under their titles."""

    def as_json(self) -> str:
        """All of it, for programs."""
        content = {
            "facts": self.facts,
            "is_quick": self.is_quick,
            "findings": [
                {
                    "key": one.goal.key, "what": one.goal.what, "asked": one.goal.asked, "value": one.value,
                    "by_cpu": one.by_cpu, "holds": one.holds, "note": one.note, "faults": list(one.faults),
                }
                for one in self.findings
            ],
            "medians": {name: asdict(one) for name, one in self.medians.items()},
            "sections": self.sections,
        }  # fmt: skip
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def as_text(self) -> str:
        """The tables for the terminal."""
        parts = [PROVES_NOTHING] if self.is_quick else []
        parts.append(aligned([COLUMNS, *map(_cells, self.findings)]))
        if self.medians:
            parts.append(aligned([MEDIANS, *_median_rows(self.medians)]))
        if notes := self._notes():
            parts.append("\n".join(notes))
        parts += [f"{title}\n" + "\n".join(lines) for title, lines in self.sections.items()]
        parts += [fault for one in self.findings for fault in one.faults]
        return "\n\n".join(parts)

    def _notes(self) -> list[str]:
        return [f"{one.goal.what}: {one.note}" for one in self.findings if one.note]

    def as_page(self) -> str:
        """docs/reference/performance.md."""
        facts = "\n".join(f"- {name}: {value}" for name, value in self.facts.items())
        quick = f"\n\n**{PROVES_NOTHING}**" if self.is_quick else ""
        found = markdown(COLUMNS, [_cells(one) for one in self.findings])
        notes = "\n".join(f"- {note}" for note in self._notes())
        medians = markdown(MEDIANS, _median_rows(self.medians))
        sections = "".join(
            f"\n## {title}\n\n```text\n" + "\n".join(lines) + "\n```\n"
            for title, lines in self.sections.items()
        )
        return PAGE.format(
            facts=facts, quick=quick, found=found, notes=notes, medians=medians, sections=sections
        )


PAGE = """# Performance

Written by `make bench`; [how to read it](../explanation/performance.md). Each figure is a ratio of things measured side
by side in one run, or a count.{quick}

{facts}

## What is asked, and what was found

A figure holds if it does by requests a second or by processor time a request (application, PostgreSQL and Redis
together).

{found}

{notes}

## Medians of the rounds

{medians}
{sections}"""


def _cells(finding: Finding) -> tuple[str, ...]:
    goal = finding.goal
    found, by_cpu = goal.shown(finding.value), goal.shown(finding.by_cpu)
    return goal.what, goal.asked, found, by_cpu, finding.verdict


def _median_rows(medians: Mapping[str, Medians]) -> list[tuple[str, ...]]:
    return [
        (
            name, f"{one.per_s:,.0f}", f"{one.cpu_ms:.2f}", " + ".join(f"{part:.2f}" for part in one.cpu_parts_ms),
            f"{one.median_ms:.1f}", str(one.errors),
        )
        for name, one in medians.items()
    ]  # fmt: skip
