"""flask capacity."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cozmic.capacity.load_report import LoadReport, read_report
from cozmic.capacity.measure import measure
from cozmic.extensions import db
from cozmic.observe.host import Host
from cozmic.rules.capacity import (
    Cost,
    Deployment,
    estimate,
    find_most_users,
    list_limits,
    plan_workers,
)

FORMULA = (
    "Model: N people think Z seconds, then ask; what is nearest to giving way is a line with c servers of S seconds\n"
    "each (machine repairman, M/M/c//N, exact): p_k ~ N!/(N-k)! (S/Z)^k / prod min(j,c), j = 1..k; X = E[min(k,c)]/S;\n"
    "R = N/X - Z. The rest of a request is added as it takes when nobody is in front. Full at N* = X_max (Z + R)."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be estimated."""

    users: int
    think_s: float
    cost: Cost
    there: Deployment


@click.command("capacity")
@click.option(
    "--users", type=click.IntRange(min=1), default=2000, show_default=True, help="How many at once."
)
@click.option(
    "--think",
    type=click.FloatRange(min=0.01),
    help="Seconds between a person's requests.  [default: 3]",
)
@click.option(
    "--workers", default="auto", show_default=True, help="A number, or as many as they want."
)
@click.option(
    "--cores", type=click.FloatRange(min=0.1), help="Processors.  [default: this machine's]"
)
@click.option(
    "--writes",
    type=click.FloatRange(0, 1),
    default=0.15,
    show_default=True,
    help="Which part of all requests write.",
)
@click.option(
    "--from",
    "report",
    type=click.Path(path_type=Path),
    help="Take costs and processors from the report of a load test (JSON), and say how far the model is from it.",
)
@with_appcontext
def capacity(
    *, users: int, think: float | None, workers: str, cores: float | None, writes: float, report: Path | None
) -> None:  # fmt: skip
    """Estimate workers, connections and memory for so many people, and what gives way first. The cost of a request is
    measured here in a few seconds, by asking for the main screens as people of `flask seed load`, or read from a load
    test's report. An estimate is no test: `make load` is.
    """
    told = read_report(report) if report else None
    cost = told.cost if told else None
    if cost is None:
        if told:
            click.echo(
                "The report does not say what a request cost (cpu_ms_per_request); measuring here."
            )
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  it is called
        cost = _measure(app, writes)
    think_s = think or (told and told.find("think_s")) or 3.0
    cores = (
        cores or (told and told.find("cores")) or Host().read().cores or float(os.cpu_count() or 1)
    )
    chosen = _choose_workers(workers, told, cost, users=users, think_s=think_s, cores=cores)
    asked = Asked(users, think_s, cost, _deployment(cores, chosen, told))
    _tell(asked)
    if told:
        _compare(told, asked)


def _measure(app: Flask, writes: float) -> Cost:
    try:
        return measure(app).mixed(writes)
    except (DBAPIError, PoolTimeout) as error:
        raise click.ClickException(
            "the database does not answer, or has no tables yet; flask doctor says more."
        ) from error


def _choose_workers(
    given: str, told: LoadReport | None, cost: Cost, *, users: int, think_s: float, cores: float
) -> int:
    if given.isdigit() and int(given):
        return int(given)
    if given != "auto":
        raise click.BadParameter(f"{given!r} is neither a number nor auto", param_hint="--workers")
    found = told and told.find("workers")
    return int(found) if found else plan_workers(cost, users=users, think_s=think_s, cores=cores)


def _deployment(cores: float, workers: int, told: LoadReport | None) -> Deployment:
    options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    threads = int((told and told.find("threads")) or current_app.config["WEB_THREADS"])
    return Deployment(cores, workers, threads, options["pool_size"] + options["max_overflow"])


def _tell(asked: Asked) -> None:
    cost, there = asked.cost, asked.there
    click.echo(
        f"A request costs {cost.app_ms:.2f} ms of the application, {cost.database_ms:.2f} of the database, "
        f"{cost.redis_ms:.2f} of Redis"
        + (f", {cost.generator_ms:.2f} of the load generator" if cost.generator_ms else "")
        + f"; it waits {cost.waiting_ms:.2f} ms besides.\n{FORMULA}\n"
    )
    found = estimate(cost, there, users=asked.users, think_s=asked.think_s)
    most = find_most_users(cost, there, think_s=asked.think_s)
    click.echo(
        f"{asked.users:,} people who think {asked.think_s:g} s, on {there.cores:g} processors, "
        f"{there.workers} workers x {there.threads} threads:\n"
        f"  requests         {found.flow.throughput:,.0f} a second, {100 * found.busy:.0f} % of what the "
        f"{found.first.name} can do\n"
        f"  response         {1000 * found.flow.response:,.0f} ms on average, 95 % under {1000 * found.p95_s:,.0f} ms\n"
        f"  connections      {there.least_connections} at least, {there.most_connections} in a rush"
        f"{_allowed()}\n"
        f"  memory           about {there.memory_mb:,} MB for the workers\n"
        f"  95 % under 2 s   up to {most:,} people\n"
    )
    click.echo("What gives way, in this order:")
    for number, limit in enumerate(list_limits(cost, there), start=1):
        full = limit.users(asked.think_s, cost.held_ms / 1000)
        click.echo(
            f"  {number}. {limit.name} at {full:,.0f} people, {limit.throughput:,.0f} requests a second: "
            f"{limit.remedy}"
        )


def _allowed() -> str:
    if db.engine.dialect.name == "sqlite":
        return " (SQLite: one writes at a time; the guide puts its end at 50 to 100 people)"
    try:
        most = db.session.execute(text("SHOW max_connections")).scalar_one()
    except (
        DBAPIError,
        PoolTimeout,
    ):  # the costs came from a report, and the rest needs no database
        return ""
    return f" (the server has {most})"


def _compare(told: LoadReport, asked: Asked) -> None:
    """Say how far the model is from what was measured, at the people and processors of the report."""
    users = told.find("users")
    if users is None:
        click.echo("\nThe report does not say how many users it had, so nothing is compared.")
        return
    found = estimate(asked.cost, asked.there, users=int(users), think_s=asked.think_s)
    click.echo(f"\nAgainst the load test of {users:,.0f} users:")
    for name, unit, value in (
        ("rps", "requests a second", found.flow.throughput),
        ("p50_ms", "ms, half of all (model: the mean)", 1000 * found.flow.response),
        ("p95_ms", "ms, 95 % under", 1000 * found.p95_s),
    ):
        measured = told.find(name)
        if measured:
            error = 100 * (value - measured) / measured
            click.echo(f"  {unit:<34} measured {measured:,.1f}, model {value:,.1f}: {error:+.0f} %")
