"""The command: what it measures, reads and says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from cozmic.capacity.measure import measure
from cozmic.extensions import db
from cozmic.models import UserSession
from tests.apps import make_app

REPORT = {
    "users": 2000, "rps": 520.0, "p50_ms": 14.0, "p95_ms": 120.0, "cores": 2, "workers": 4, "threads": 2,
    "think_s": 3.0, "cpu_ms_per_request": {"app": 2.0, "postgresql": 0.5, "redis": 0.1, "generator": 0.3},
}  # fmt: skip


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["capacity", *arguments])


def seed_load(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["seed", "load", "--students", "40", "--responses", "300"]
    )
    assert result.exit_code == 0, result.output


def test_it_measures_the_screens_and_leaves_nobody_signed_in(app: Flask) -> None:
    seed_load(app)
    result = run(app, "--users", "200")
    assert result.exit_code == 0, result.output
    assert re.search(r"A request costs \d+\.\d\d ms of the application", result.output)
    assert "95 % under 2 s   up to" in result.output
    assert "What gives way, in this order:\n  1. " in result.output
    assert db.session.execute(select(func.count()).select_from(UserSession)).scalar_one() == 0


def test_a_page_from_the_cache_costs_less_than_one_that_is_drawn(app: Flask) -> None:
    seed_load(app)
    found = measure(app)
    assert found.requests > 100
    assert found.kept.held_ms < 0.7 * found.drawn.held_ms
    assert found.kept.app_ms < found.mixed(0.15).app_ms < found.drawn.app_ms
    assert found.mixed(0.0) == found.kept
    assert found.mixed(0.5) == found.drawn


def test_without_people_of_a_load_it_says_how_to_get_some(app: Flask) -> None:
    result = run(app)
    assert result.exit_code == 1
    assert "flask seed load" in result.output


def test_without_tables_it_says_so_in_a_line(tmp_path: Path) -> None:
    result = run(make_app("", tmp_path))
    assert result.exit_code == 1
    assert "has no tables yet; flask doctor says more" in result.output


def test_a_report_gives_the_costs_and_is_compared_with_the_model(
    app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "2000.json"
    path.write_text(json.dumps(REPORT))
    result = run(app, "--from", str(path))
    assert result.exit_code == 0, result.output
    assert (
        "2.00 ms of the application, 0.50 of the database, 0.10 of Redis, 0.30 of the load"
        in result.output
    )
    assert "on 2 processors, 4 workers x 2 threads" in result.output
    assert "  1. processors at" in result.output
    assert re.search(r"requests a second +measured 520\.0, model 66\d\.\d: \+2\d %", result.output)
    assert re.search(r"95 % under +measured 120\.0, model ", result.output)


def test_with_a_report_no_database_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "2000.json"
    path.write_text(json.dumps(REPORT))
    result = run(make_app("postgresql://nobody@127.0.0.1:1/none", tmp_path), "--from", str(path))
    assert result.exit_code == 0, result.output
    assert "24 at least, 60 in a rush\n" in result.output


def test_figures_may_stand_inside_and_have_other_names(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "2000.json"
    inside = {"figures": {"p50": 14.0, "p95": 120.0}, "machine": {"cores": 8}}
    kept = {name: REPORT[name] for name in ("users", "cpu_ms_per_request")}
    path.write_text(json.dumps({**inside, **kept}))
    result = run(app, "--from", str(path), "--workers", "2")
    assert result.exit_code == 0, result.output
    assert "on 8 processors, 2 workers" in result.output
    assert "  1. workers at" in result.output
    assert "measured 120.0" in result.output


@pytest.mark.parametrize("content", ["", "[]", "no JSON"])
def test_a_file_that_is_no_report_is_refused(content: str, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    result = run(app, "--from", str(path))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert str(path) in result.output


def test_workers_take_a_number_or_auto(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "2000.json"
    path.write_text(json.dumps({**REPORT, "workers": None}))
    assert "neither a number nor auto" in run(app, "--from", str(path), "--workers", "many").output
    assert "4 workers" in run(app, "--from", str(path), "--users", "100").output
    assert "6 workers" in run(app, "--from", str(path), "--users", "6000").output
