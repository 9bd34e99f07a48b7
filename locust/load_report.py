"""What `make load` says: tables for the terminal, charts for the browser, and a page for docs/reference/load/."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from load_charts import HEIGHT, Line, chart, sheet
from load_goals import Found
from load_tally import End, Tally, View, percentile
from load_watch import Sample

from scripts.tables import aligned, markdown

TITLES = ("goal", "asked", "found", "")
COLUMNS = ("request", "number", "wrong", "p50 ms", "p95 ms", "p99 ms", "longest ms")
SHORT = "A shortened run: it shows that everything works, and proves nothing about speed."


@dataclass(slots=True)
class Report:
    """Everything that a run found."""

    title: str
    facts: dict[str, str]
    found: list[Found]
    tally: Tally
    samples: Sequence[Sample]
    main: str
    is_short: bool = False
    notes: list[str] = field(default_factory=list)
    planning: dict[str, object] = field(default_factory=dict)
    """What `flask capacity` goes by."""

    @property
    def has_met_all(self) -> bool:
        """Whether every goal is met."""
        return all(one.holds for one in self.found)

    def goals(self) -> list[tuple[str, ...]]:
        """The rows of the table of goals."""
        return [
            (
                one.goal.what, one.goal.asked, one.goal.shown(one.value) or "not measured",
                "met" if one.holds else "NOT MET",
            )
            for one in self.found
        ]  # fmt: skip

    def requests(self) -> list[tuple[str, ...]]:
        """The rows of the table of requests: the parts of the run, then each request in its main part."""
        view = View(self.tally)
        parts = dict.fromkeys(part for part, _, _ in view.parts())
        rows = [
            _row(f"all, {part or 'whole run'}", view, view.places(part=part))
            for part in [*parts, ""]
        ]
        by_name: dict[str, list[int]] = defaultdict(list)
        names = self.tally.names
        for place in view.places(part=self.main if self.main in parts else ""):
            by_name[names[self.tally.what[place]]].append(place)
        return rows + [_row(name, view, by_name[name]) for name in sorted(by_name)]

    def as_text(self) -> str:
        """For the terminal."""
        parts = [self.title, *([SHORT] if self.is_short else [])]
        parts.append(aligned([COLUMNS, *self.requests()]))
        parts.append(aligned([TITLES, *self.goals()]))
        parts.append("\n".join(self.notes))
        if self.tally.faults:
            parts.append(
                "\n".join(
                    f"{number:6} x {text}" for text, number in self.tally.faults.most_common(15)
                )
            )
        return "\n\n".join(part for part in parts if part)

    def as_page(self, picture: str) -> str:
        """For docs/reference/load/."""
        facts = "\n".join(f"- {name}: {value}" for name, value in self.facts.items())
        notes = "\n".join(f"- {note}" for note in self.notes)
        short = f"\n\n**{SHORT}**" if self.is_short else ""
        verdict = "Every goal is met." if self.has_met_all else "**Not every goal is met.**"
        return PAGE.format(
            title=self.title, facts=facts, notes=notes, short=short, verdict=verdict, picture=picture,
            goals=markdown(TITLES, self.goals()),
            requests=markdown(COLUMNS, [(_code(row[0]), *row[1:]) for row in self.requests()]),
        )  # fmt: skip

    def as_html(self) -> str:
        """For the browser: the same with its charts, in one file."""
        faults = "".join(
            f"<li>{number} × {escape(text)}</li>"
            for text, number in self.tally.faults.most_common(50)
        )
        return HTML.format(
            title=escape(self.title), charts=self.charts(),
            facts="".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in self.facts.items()),
            goals=_html(TITLES, self.goals()), requests=_html(COLUMNS, self.requests()),
            notes="".join(f"<li>{escape(note)}</li>" for note in self.notes),
            faults=f"<h2>What went wrong</h2><ul>{faults}</ul>" if faults else "",
        )  # fmt: skip

    def charts(self) -> str:
        """People and requests, times, and who had the processors, over the run."""
        tally, marks = (
            self.tally,
            [(at_s, name) for at_s, name in self.tally.marks if name != "more"],
        )
        times, rates = _times(tally), _rates(tally)
        shares = _shares(self.samples, tally.began)
        drawn: list[tuple[str, Mapping[str, Line], str]] = [
            ("People", {"people": tally.users}, ""),
            ("Requests a second", rates, ""),
            ("Time of a request", times, " ms"),
            ("Processors kept busy", shares, ""),
        ]
        parts = [
            chart(title, lines, unit=unit, marks=marks, y=HEIGHT * place)
            for place, (title, lines, unit) in enumerate(drawn)
        ]
        return sheet(parts, f"{self.title}: people, requests, times and processors over the run")


def _row(name: str, view: View, places: Sequence[int]) -> tuple[str, ...]:
    one = view.sum_up(places)
    wrong = one.faults + one.wrong + one.shed
    times = (one.p50, one.p95, one.p99, one.longest)
    return (
        name,
        f"{one.requests:,}",
        f"{wrong:,}",
        *(f"{value:,.0f}" if math.isfinite(value) else "" for value in times),
    )


def _code(name: str) -> str:
    return f"`{name}`" if " /" in name else name


def _bin_s(tally: Tally) -> float:
    last = max(tally.at_s, default=1.0)
    return max(1.0, last / 180)


def _times(tally: Tally) -> dict[str, list[tuple[float, float]]]:
    width, bins = _bin_s(tally), defaultdict(list)
    for at_s, took_ms in zip(tally.at_s, tally.took_ms, strict=True):
        bins[int(at_s // width)].append(took_ms)
    ordered = {place: sorted(times) for place, times in sorted(bins.items())}
    return {
        f"p{share}": [(place * width, percentile(times, share)) for place, times in ordered.items()]
        for share in (99, 95, 50)
    }


def _rates(tally: Tally) -> dict[str, list[tuple[float, float]]]:
    width = _bin_s(tally)
    fine: dict[int, int] = defaultdict(int)
    wrong: dict[int, int] = defaultdict(int)
    for at_s, end in zip(tally.at_s, tally.end, strict=True):
        (wrong if end != End.FINE else fine)[int(at_s // width)] += 1
    places = range(max([*fine, *wrong], default=0) + 1)
    return {
        "fine": [(place * width, fine[place] / width) for place in places],
        "wrong": [(place * width, wrong[place] / width) for place in places],
    }


def _shares(samples: Sequence[Sample], began: float) -> dict[str, list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    step = max(1, len(samples) // 180)
    for before, after in zip(samples[::step], samples[step::step], strict=False):
        seconds = after.at - before.at
        for name, cpu_s in after.cpu_s.items():
            lines[name].append(
                (after.at - began, max(0.0, cpu_s - before.cpu_s.get(name, 0)) / seconds)
            )
    return dict(lines)


def _html(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


PAGE = """# {title}

Written by `make load`; [how to run it](../../how-to/run-load-tests.md), [all of them](../load.md).{short}

{facts}

{verdict}

{goals}

{notes}

![People, requests a second, times and processors over the run]({picture})

## Requests

Times from the generator, from sending to the last byte.

{requests}
"""

HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }}
th, td {{ text-align: right; padding: .25rem .6rem; border-bottom: 1px solid #8884; white-space: nowrap; }}
th:first-child, td:first-child {{ text-align: left; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }}
dt {{ font-weight: 600; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
svg {{ width: 100%; height: auto; }}
</style></head><body>
<h1>{title}</h1><dl>{facts}</dl><h2>Goals</h2>{goals}<ul>{notes}</ul>
<h2>Over the run</h2>{charts}<h2>Requests</h2>{requests}{faults}
</body></html>
"""
