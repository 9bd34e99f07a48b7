"""`make load SHAPE=...`: real people's work against the platform on a real PostgreSQL and Redis, judged at the end.

    .venv/bin/python locust/load.py SHAPE [--minutes N] [--scale X] [--without-redis] [--no-cache] [--write]

Starts everything itself on free ports of 127.0.0.1 and ends it again. Exits 0 where every goal of the shape is met, 1
where one is not, 2 where it could not measure.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # the platform, and the starters of servers that its tests use

from bench_servers import Served, Servers, servers  # noqa: E402
from ledger import Ledger, Verdict, read_ledgers  # noqa: E402
from load_compare import compare, count_scanned, count_stored_once  # noqa: E402
from load_facts import facts_of, notes_of, planning_of  # noqa: E402, planning_of
from load_figures import EXTRA, Seen, common_figures, exam_figures  # noqa: E402
from load_goals import judge  # noqa: E402
from load_options import is_short, parse, settings_of, shape_of  # noqa: E402
from load_pages import tell  # noqa: E402
from load_report import Report  # noqa: E402
from load_shapes import Shape  # noqa: E402
from load_stage import (  # noqa: E402
    CannotMeasure,
    School,
    Settings,
    check_enough,
    make_school,
    serve,
    write_roster,
)
from load_tally import read_tallies  # noqa: E402
from load_watch import Watch, fetch_metrics  # noqa: E402

from tests.services.errors import ServiceUnavailable  # noqa: E402

SHAPED = Path(__file__).with_name("load_shaped.py")
DRAIN_S = 3
"""After the generator has gone: what it had sent is answered, to nobody."""


@dataclass(slots=True)
class Run:
    """One run, from the first server to the report."""

    shape: Shape
    settings: Settings
    options: argparse.Namespace
    folder: Path
    begun: float = field(default_factory=time.monotonic)
    ledger: Ledger = field(default_factory=Ledger)
    verdict: Verdict = field(default_factory=Verdict)

    def say(self, text: str) -> None:
        """Tell how far it is."""
        print(f"{time.monotonic() - self.begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    def measure(self, running: Servers) -> Report:
        """Do it all."""
        self.say("making the school")
        school = make_school(running, self.shape, self.settings)
        if missing := check_enough(school, {} if self.shape.steps[0] else self.shape.people):
            raise CannotMeasure(f"There are too few accounts for: {', '.join(missing)}")
        roster = write_roster(self.folder, school)
        seen = []
        for start in range(self.shape.starts):
            if self.shape.starts > 1:
                self.say(f"start {start + 1} of {self.shape.starts}")
            seen.append(self.start(running, school, roster, start))
        return self.report(running, school, seen)

    def start(self, running: Servers, school: School, roster: Path, number: int) -> Seen:
        """Serve, load, and end the server."""
        token = token_urlsafe(16)
        folder = self.folder / f"start-{number}"
        folder.mkdir()
        served = serve(running, school, self.settings, token)
        try:
            before, scanned = fetch_metrics(served.port, token), count_scanned(school.url)
            watch = self.generate(running, served, school, roster, folder)
            time.sleep(DRAIN_S)
            after, scanned = fetch_metrics(served.port, token), count_scanned(school.url) - scanned
        finally:
            served.stop()
        # Each start's acts are compared before the next one overtakes them.
        self.ledger = read_ledgers(folder.glob("ledger-*.json"))
        found = compare(self.ledger, school.url)
        self.verdict.acknowledged += found.acknowledged
        self.verdict.lost += found.lost
        self.verdict.doubled += found.doubled
        return Seen(
            read_tallies(sorted(folder.glob("tally-*.json"))), before, after, watch, scanned
        )

    def generate(
        self, running: Servers, served: Served, school: School, roster: Path, folder: Path
    ) -> Watch:
        """Run locust to its end."""
        shape, options = self.shape, self.options
        command = [
            sys.executable, "-m", "locust", "-f", str(SHAPED), "--headless", "--only-summary", "--exit-code-on-error=0",
            f"--host=http://127.0.0.1:{served.port}", "--loglevel=WARNING", "--reset-stats",
        ]  # fmt: skip
        if not shape.steps[0]:
            command += [
                f"--users={shape.total}",
                f"--spawn-rate={shape.per_s:g}",
                f"--run-time={shape.seconds:.0f}s",
            ]
        if options.processes > 1:
            command.append(f"--processes={options.processes}")
        environ = {
            **os.environ, "COZMIC_LOAD_PLAN": shape.as_json(), "COZMIC_LOAD_ROSTER": str(roster),
            "COZMIC_LOAD_OUT": str(folder), "COZMIC_LOAD_EXAM": str(school.exam_id),
            "COZMIC_LOAD_GENERATORS": str(options.processes), "COZMIC_LOAD_THINK": "calm" if options.calm else "",
        }  # fmt: skip
        log = (folder / "locust.log").open("w")
        with (
            log,
            subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=folder) as locust,
        ):
            roots = {
                "app": served.root, "PostgreSQL": running.postgres_root, "Redis": running.redis_root,
                "locust": locust.pid,
            }  # fmt: skip
            watch = Watch(lambda: roots)
            watch.start()
            self.say(f"{shape.title}: {shape.total} people, {shape.seconds:.0f} s")
            try:
                locust.wait(timeout=3600 * 3)
            finally:
                watch.stop()
                if locust.poll() is None:
                    locust.terminate()
        if not any(read_tallies([path]).names for path in folder.glob("tally-*.json")):
            print((folder / "locust.log").read_text()[-4000:], file=sys.stderr)
            raise CannotMeasure("The generator asked for nothing; what it said stands above.")
        return watch

    def report(self, running: Servers, school: School, seen: Sequence[Seen]) -> Report:
        """Judge it."""
        shape, options = self.shape, self.options
        figures = common_figures(shape, seen, self.verdict)
        if shape.needs_exam:
            figures |= exam_figures(shape, seen, count_stored_once(school.url, school.exam_id))
        if of_its_own := EXTRA.get(shape.name):
            figures |= of_its_own(shape, seen)
        return Report(
            title=f"Load test: {shape.name}", facts=facts_of(self.shape, running.versions(), options),
            found=judge(shape.name, figures, scale=options.scale), tally=seen[-1].tally,
            samples=seen[-1].watch.samples, main=shape.main, is_short=is_short(options),
            notes=notes_of(shape, seen, self.verdict, figures), planning=planning_of(seen, figures, options),
        )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, report, and return the exit code."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (hard, hard)
    )  # each person has a connection, at both ends
    try:
        with servers() as running:
            run = Run(shape_of(options), settings_of(options), options, running.folder("load"))
            report = run.measure(running)
            tell(report, options)
    except KeyboardInterrupt:
        print("Stopped before the end: nothing is written.", file=sys.stderr)
        return 130
    except (ServiceUnavailable, CannotMeasure) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0 if report.has_met_all else 1


if __name__ == "__main__":
    sys.exit(main())
