"""`make indices`: prove each index on 100,000 pupils and a million responses, and write docs/reference/indices.md.

    .venv/bin/python -m scripts.prove_indices [--students N] [--responses N] [--write]

Starts a PostgreSQL of its own, fills it, and asks the real screens: EXPLAIN has to show the index, and without it the
query has to be slower by 50 times (by pupil, by assignment, by submission) or 10 times (any other); an index kept for
a unique rule or for a delete says so. Exits 1 where one falls short, is unknown, or is unused.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from cozmic.access.clock import get_now
from cozmic.config import ROOT
from cozmic.seed.load import load_school
from cozmic.seed.load_plan import LoadShape
from scripts.indices.cases import CASES, LEAST, SCREENS, Case
from scripts.indices.measure import Query, find_timing, list_indices, list_queries
from scripts.indices.page import Line, show, write_page
from scripts.indices.world import fill, pick
from tests.apps import make_migrated_app
from tests.services.postgres import start_postgres

LARGE_CLASS = LoadShape(students=300, responses=36_000, class_size=300, assignments=60)
PAGE = ROOT / "docs/reference/indices.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    server, process = start_postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            app = make_migrated_app(server.new_database(), Path(folder))
            with app.app_context():
                lines, facts = prove(LoadShape(options.students, options.responses))
    finally:
        process.stop()
    print(show(lines))
    if options.write:
        write_page(PAGE, lines, facts)
    faults = [f"{line.index}: {line.fault}" for line in lines if line.fault]
    print("\n".join(faults) or f"All {len(lines)} indices hold.", file=sys.stderr)
    return 1 if faults else 0


def prove(shape: LoadShape) -> tuple[list[Line], str]:
    """Fill the database, ask every screen, and judge every index of it; return also what it was measured on."""
    began = time.monotonic()
    counts = load_school(shape, get_now()).counts
    say(began, f"loaded {counts['responses']:,} responses")
    large = load_school(LARGE_CLASS, get_now())
    fill()
    world = pick(get_now(), large_teacher_id=large.people.teacher_ids[0])
    queries = {name: list_queries(call, world) for name, call in SCREENS.items()}
    say(began, f"asked {len(queries)} screens")
    indices, lines = list_indices(), []
    for index in sorted(indices.keys() | CASES.keys()):
        table, is_constraint = indices.get(index, ("", False))
        lines.append(judge(index, table, CASES.get(index), queries, is_constraint=is_constraint))
        say(began, f"{index}: {lines[-1].fault or 'holds'}")
    facts = (
        f"{counts['users']:,} people, {counts['classrooms']:,} classes, {counts['submissions']:,} attempts and "
        f"{counts['responses']:,} responses, and one class of 300 pupils with 60 assignments"
    )
    return lines, facts


def judge(
    index: str,
    table: str,
    case: Case | None,
    queries: dict[str, list[Query]],
    *,
    is_constraint: bool,
) -> Line:
    """Measure an index on the query of its screen that it serves most, and say what is wrong with it."""
    if not table:
        return Line(
            index, table, case, fault="is in scripts/indices/cases.py and not in the models"
        )
    if case is None:
        return Line(index, table, case, fault="has no case in scripts/indices/cases.py")
    if case.screen is None:
        return Line(index, table, case)
    asked = [(name, query) for name in case.screens for query in queries[name]]
    using = [(name, query) for name, query in asked if index in query.indices]
    if not using:
        return Line(index, table, case, fault=f"is not used by “{case.screen}”")
    found = [
        (timing, name)
        for name, query in using
        if (timing := find_timing(query, table, index, is_constraint=is_constraint))
    ]
    best, screen = max(found, key=lambda one: one[0].ratio, default=(None, ""))
    if best is None:
        return Line(index, table, case, fault=f"could not be measured with “{case.screen}”")
    least = LEAST.get(case.kind, 0.0)
    fault = f"is worth {best.ratio:.1f} times, not {least:.0f}" if best.ratio < least else ""
    return Line(index, table, case, best, fault, screen)


def say(began: float, text: str) -> None:
    """Tell how far it is."""
    print(f"{time.monotonic() - began:6.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
