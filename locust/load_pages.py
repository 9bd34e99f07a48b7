"""Where reports go: the terminal, instance/load/ for the browser, docs/reference/load/ for everybody."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from load_report import Report
from load_shapes import SHAPES

ROOT = Path(__file__).resolve().parents[1]
REFERENCE, REPORTS = ROOT / "docs/reference", ROOT / "instance/load"
ENDINGS = {
    "-without-redis": ", without Redis",
    "-no-cache": ", without the page cache",
    "-calm": ", people who read",
}
USUAL_KNEE = 3000


def tell(report: Report, options: argparse.Namespace) -> None:
    """Print the tables and write the files."""
    print(report.as_text())
    name = name_of(options)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{name}.html").write_text(report.as_html())
    print(f"\nThe report with its charts: instance/load/{name}.html")
    figures = {one.goal.key: one.value for one in report.found}
    unmet = [one.goal.key for one in report.found if not one.holds]
    written = json.dumps({"figures": figures, "unmet": unmet, **report.planning}, indent=1)
    for path in filter(None, (REPORTS / f"{name}.json", options.json)):
        path.write_text(written)
    if options.shape == "knee" and not report.is_short:
        (REPORTS / "last-knee.json").write_text(json.dumps(figures))
    if options.write:
        write_pages(REFERENCE, name, report)


def name_of(options: argparse.Namespace) -> str:
    """What the files of a run are called."""
    wanted = {
        "-without-redis": options.without_redis, "-no-cache": options.no_cache, "-calm": options.calm
    }  # fmt: skip
    return str(options.shape) + "".join(ending for ending, is_so in wanted.items() if is_so)


def write_pages(folder: Path, name: str, report: Report) -> None:
    """Write a run's page and picture, and the page that leads to all of them."""
    pages = folder / "load"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / f"{name}.md").write_text(report.as_page(f"{name}.svg"))
    (pages / f"{name}.svg").write_text(report.charts())
    (folder / "load.md").write_text(index({path.stem for path in pages.glob("*.md")}))


def index(written: set[str]) -> str:
    """The page that leads to the reports there are."""
    lines = []
    for shape in SHAPES.values():
        names = [shape.name + ending for ending in ("", *ENDINGS) if shape.name + ending in written]
        title = shape.title[:1].upper() + shape.title[1:]
        for name in names:
            ending = ENDINGS.get(name.removeprefix(shape.name), "")
            lines.append(f"- [{title}{ending}](load/{name}.md)")
        if not names:
            lines.append(
                f"- {title}: not measured yet (`make load SHAPE={shape.name} ARGS=--write`)"
            )
    return INDEX.format(lines="\n".join(lines))


def last_knee() -> int:
    """The knee that was last measured here, or the one that is asked for."""
    path = REPORTS / "last-knee.json"
    knee = json.loads(path.read_text())["knee"] if path.exists() else USUAL_KNEE
    return int(knee) if knee and math.isfinite(knee) else USUAL_KNEE


INDEX = """# Load

What `make load` measured, by shape; [how to run it](../how-to/run-load-tests.md). Each page has the machine, the
commit, the command, what was asked, and whether it was met.

{lines}
"""
