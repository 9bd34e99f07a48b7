"""What a reader needs in order to compare, and what the run has to say beside its goals."""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from ledger import Verdict
from load_figures import Seen
from load_shapes import Shape

from cozmic.rules.counted import counted

ROOT = Path(__file__).resolve().parents[1]
MOST_TOLD = 10
WORDS = {
    "pupil": ("pupil", "pupils"),
    "teacher": ("teacher", "teachers"),
    "admin": ("admin", "admins"),
    "bell": ("pupil at the bell", "pupils at the bell"),
    "exam": ("pupil in the exam", "pupils in the exam"),
    "exam teacher": ("window of their teacher", "windows of their teacher"),
    "spike": ("pupil in the spike", "pupils in the spike"),
}


def facts_of(
    shape: Shape, versions: Mapping[str, str], options: argparse.Namespace
) -> dict[str, str]:
    """Machine, commit and command."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    memory_gb = psutil.virtual_memory().total / 2**30
    people = ", ".join(counted(number, *WORDS[kind]) for kind, number in shape.people.items())
    if shape.steps[0]:
        people = (
            f"{shape.steps[0]} at first, {shape.steps[1]} more each time; 25 pupils to a teacher"
        )
    return {
        "what": shape.title,
        "people": people,
        "think time": "a median of 15 s" if options.calm else "1 to 5 s",
        "command": command_of(sys.argv[1:]),
        "commit": commit or "unknown",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{psutil.cpu_count()} processors, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}; "
        "PostgreSQL, Redis, application and generator share it",
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items())
        + f", Python {platform.python_version()}",
        "served by": f"gunicorn, {options.workers} workers of {options.threads} threads",
    }


def command_of(arguments: Sequence[str]) -> str:
    """The command that does the same again, without where its files went: that is somebody's machine's."""
    given = re.sub(r" ?--(json[ =]\S+|write)", "", " ".join(arguments[1:])).strip()
    return f"make load SHAPE={arguments[0]}" + (f' ARGS="{given}"' if given else "")


def planning_of(
    seen: Sequence[Seen], figures: Mapping[str, float], options: argparse.Namespace
) -> dict[str, object]:
    """What `flask capacity --from` reads: people, pace, times, and what a request cost of each processor."""
    last = seen[-1]
    seconds = max(1.0, last.watch.samples[-1].at - last.watch.samples[0].at)
    served = max(1.0, last.difference("cozmic_requests_total"))
    names = {"app": "app", "PostgreSQL": "postgresql", "Redis": "redis", "locust": "generator"}
    return {
        "users": max((number for _, number in last.tally.users), default=0),
        "rps": served / seconds, "p50_ms": figures["p50"], "p95_ms": figures["p95"],
        "cores": psutil.cpu_count() or 1, "workers": options.workers, "threads": options.threads,
        "cpu_ms_per_request": {
            names.get(name, name): 1000 * share * seconds / served for name, share in last.watch.shares().items()
        },
    }  # fmt: skip


def notes_of(
    shape: Shape, seen: Sequence[Seen], verdict: Verdict, figures: Mapping[str, float]
) -> list[str]:
    """Who had the processors, what was kept, and what the server counted."""
    last = seen[-1]
    shares = last.watch.shares()
    busy, cpus = sum(shares.values()) or 1.0, psutil.cpu_count() or 1
    seconds = max(1.0, last.watch.samples[-1].at - last.watch.samples[0].at)
    told = ", ".join(
        f"{name} {share:.2f} ({100 * share / busy:.0f} %)" for name, share in shares.items()
    )
    statements = last.difference("cozmic_sql_statements_total")
    served = max(1.0, last.difference("cozmic_requests_total"))
    at_first, at_last = last.watch.samples[0].memory_mb, last.watch.samples[-1].memory_mb
    redis = last.difference("cozmic_redis_commands_total") / served
    notes = [
        f"Processors kept busy, of {cpus}: {told}; {100 * busy / cpus:.0f} % of the machine.",
        (
            f"{figures['requests']:,.0f} requests, {len(last.tally.at_s) / seconds:,.0f} a second; "
            f"{figures['writes_percent']:.1f} % of them writes, signing in aside."
        ),
        (
            f"{verdict.acknowledged:,} acknowledged acts (starts, answers, hand-ins, marks, announcements) looked "
            f"up in the database: {len(verdict.lost)} lost, {len(verdict.doubled)} there twice."
        ),
        (
            f"{statements / served:.2f} round trips to the database a request, {redis:.2f} to Redis; "
            f"{figures['hit_percent']:.0f} % of the cached screens came from the cache."
        ),
        f"Memory of the workers together: {at_first:.0f} MB at first, {at_last:.0f} MB at the end.",
    ]
    if last.scanned.total():
        tables = ", ".join(
            f"{name} {rows / served:,.0f}" for name, rows in last.scanned.most_common(3)
        )
        notes.append(f"Rows of large tables read without an index, a request: {tables}.")
    if shape.name == "spike":
        notes.append(
            f"{figures['shed']:,.0f} requests were turned away (503 with Retry-After, or no connection)."
        )
    if shape.name == "knee":
        notes.append(f"The knee: {figures['knee']:,.0f} people.")
    return notes + (verdict.lost + verdict.doubled)[:MOST_TOLD]
