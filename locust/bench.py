"""`make bench`: measure what issue and design promise, side by side, and say which figures hold.

    .venv/bin/python locust/bench.py [--quick] [--only throughput ...] [--json FILE] [--write] [--profile]

Starts PostgreSQL, Redis and every gunicorn itself, on free ports of 127.0.0.1, and ends them again. Exits 0 where every
figure holds, 1 where one falls short or is lacking, 2 where it could not measure.
"""

from __future__ import annotations

import argparse
import platform
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # the platform, and the starters of servers that its tests use

import psutil  # noqa: E402
from bench_goals import Finding, has_met_all  # noqa: E402
from bench_load import load_client, median_of  # noqa: E402
from bench_memory import measure_memory  # noqa: E402
from bench_pool import measure_pool  # noqa: E402
from bench_profile import profile  # noqa: E402
from bench_queries import measure_gradebook, measure_queries  # noqa: E402
from bench_report import Report  # noqa: E402
from bench_rush import measure_rush  # noqa: E402
from bench_scale import measure_scale  # noqa: E402
from bench_servers import servers  # noqa: E402
from bench_stage import QUICK, Pace, Stage, stage  # noqa: E402
from bench_throughput import measure_throughput  # noqa: E402
from bench_trips import measure_trips  # noqa: E402

from tests.services.errors import ServiceUnavailable  # noqa: E402

PAGE = ROOT / "docs/reference/performance.md"
Part = Callable[[Stage, Report], None]


def add_throughput(stage: Stage, report: Report) -> None:
    """Dashboards a second and their cost."""
    findings, slices = measure_throughput(stage)
    report.findings += findings
    report.medians |= {name: median_of(many) for name, many in slices.items()}


def add_scale(stage: Stage, report: Report) -> None:
    """Every screen of a small school and a large one."""
    findings, sections = measure_scale(stage)
    report.findings += findings
    report.sections |= sections


def add_profile(stage: Stage, report: Report) -> None:
    """Where the time of a cached dashboard goes."""
    report.sections |= profile(stage)


def add(measure: Callable[[Stage], list[Finding]]) -> Part:
    """A part that only finds figures."""

    def part(stage: Stage, report: Report) -> None:
        report.findings += measure(stage)

    return part


PARTS: dict[str, Part] = {
    "throughput": add_throughput,
    "trips": add(measure_trips),
    "queries": add(measure_queries),
    "gradebook": add(measure_gradebook),
    "pool": add(measure_pool),
    "rush": add(measure_rush),
    "memory": add(measure_memory),
    "scale": add_scale,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, report, and return the exit code."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    pace = pace_of(options)
    report = Report(facts=facts_of(pace), is_quick=pace.is_quick)
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    try:
        with (
            servers() as running,
            load_client() as client,
            stage(running, client, pace, say) as all_set,
        ):
            report.facts |= running.versions()
            parts = {
                name: PARTS[name] for name in (PARTS if options.only is None else options.only)
            }
            if options.profile:
                parts["profile"] = add_profile
            failed = [
                name for name, part in parts.items() if not measured(name, part, all_set, report)
            ]
    except KeyboardInterrupt:
        print("Stopped before the end: nothing is written.", file=sys.stderr)
        return 130
    except ServiceUnavailable as problem:
        print(problem, file=sys.stderr)
        return 2
    tell(report, options)
    if failed:
        print(f"Could not be measured, see above: {', '.join(failed)}", file=sys.stderr)
    return exit_code(report.findings, failed=failed, is_whole=options.only is None)


def exit_code(findings: Sequence[Finding], *, failed: Sequence[str], is_whole: bool) -> int:
    """2 where a part could not be measured, 1 where a figure falls short or is lacking, else 0."""
    if failed:
        return 2
    return 0 if has_met_all(findings, is_whole=is_whole) else 1


def measured(name: str, part: Part, stage: Stage, report: Report) -> bool:
    """Run one part; False where it failed, so that the others' minutes are not lost."""
    stage.say(f"measuring: {name}")
    try:
        part(stage, report)
    except Exception:  # noqa: BLE001  told, and the exit code says it
        traceback.print_exc()
        return False
    return True


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Measure the platform side by side with what it is compared to."
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds; proves nothing")
    parser.add_argument(
        "--only", nargs="*", choices=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}"
    )
    parser.add_argument("--rounds", type=int, help="how often each is measured (7)")
    parser.add_argument("--seconds", type=float, help="how long, each time (4)")
    parser.add_argument(
        "--profile", action="store_true", help="show where the time of a cached dashboard goes"
    )
    parser.add_argument("--json", type=Path, help="write everything to this file too")
    parser.add_argument("--write", action="store_true", help="write docs/reference/performance.md")
    options = parser.parse_args(arguments)
    if options.write and options.only is not None:
        parser.error("--write takes a whole run: leave --only away")
    return options


def pace_of(options: argparse.Namespace) -> Pace:
    """The pace that the command line asks for; fewer than seven rounds are a quick run, whoever asks."""
    pace = QUICK if options.quick else Pace()
    rounds = options.rounds or pace.rounds
    is_quick = pace.is_quick or rounds < Pace().rounds
    return replace(pace, rounds=rounds, seconds=options.seconds or pace.seconds, is_quick=is_quick)


def facts_of(pace: Pace) -> dict[str, str]:
    """What a reader needs to know in order to compare."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    memory_gb = psutil.virtual_memory().total / 2**30
    return {
        "commit": commit or "unknown",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{psutil.cpu_count()} processors, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        # Without the place of a JSON file, which is somebody's machine's.
        "command": re.sub(r" --json[ =]\S+", "", " ".join(["locust/bench.py", *sys.argv[1:]])),
        "pace": f"{pace.rounds} rounds of {pace.seconds:g} s, gunicorn 4 × 2, 16 connections",
    }


def tell(report: Report, options: argparse.Namespace) -> None:
    """Print the tables and write the files that were asked for."""
    print(report.as_text())
    if options.json:
        options.json.write_text(report.as_json())
    if options.write:
        PAGE.write_text(report.as_page())


if __name__ == "__main__":
    sys.exit(main())
