"""flask doctor."""

from __future__ import annotations

import json
import sys
from collections import Counter

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from cozmic.doctor.checks import Result, is_failing, run_checks
from cozmic.doctor.listed import CHECKS
from cozmic.rules.deployment import Verdict

COLOURS = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON, for a program.")
@with_appcontext
def doctor(*, as_json: bool) -> None:
    """Look at this deployment and print what is right, doubtful (warn) and wrong (fail), with what to do about it.
    Run it where the platform runs, with its settings. Changes nothing and prints no secret; ends with 1 where
    something fails.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  for other threads
    results = run_checks(app, CHECKS)
    if as_json:
        click.echo(json.dumps([_as_dict(one) for one in results], indent=1))
    else:
        _print(results)
    sys.exit(1 if is_failing(results) else 0)


def _as_dict(result: Result) -> dict[str, str]:
    finding = result.finding
    return {
        "check": result.name, "verdict": finding.verdict.value, "found": finding.found, "hint": finding.hint,
    }  # fmt: skip


def _print(results: list[Result]) -> None:
    for one in results:
        finding = one.finding
        word = click.style(f"{finding.verdict.value:<5}", fg=COLOURS[finding.verdict], bold=True)
        click.echo(f"{word}{one.name:<14}{finding.found}")
        if finding.hint:
            click.echo(f"{'':<19}{finding.hint}")
    counts = Counter(one.finding.verdict for one in results)
    click.echo(f"\n{', '.join(f'{counts[verdict]} {verdict.value}' for verdict in Verdict)}")
