"""flask seed: the starter bank for every school, the demo school for a laptop, people and work for load tests."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup

from cozmic.access.clock import get_now
from cozmic.errors import Conflict
from cozmic.seed.bank import load_bank
from cozmic.seed.demo import is_school_empty, seed_demo
from cozmic.seed.load import Loaded, load_school
from cozmic.seed.load_plan import BadShape, LoadShape
from cozmic.seed.unload import count_load, unload_school
from cozmic.transaction import transaction

ENOUGH = 0.9
"""The share of the responses asked for below which it is said: about so many are made."""

seed = AppGroup(
    "seed", help="Fill the database: the starter bank, the demo school, or a load for tests."
)


@seed.command("bank")
def bank() -> None:
    """Load the starter bank of questions; questions that are there already are left alone."""
    with transaction() as touched:
        load_bank(touched, get_now())
    click.echo("The starter bank is loaded.")


@seed.command("demo")
@click.option(
    "--if-empty", is_flag=True, help="Do nothing, and say nothing, where people exist already."
)
def demo(*, if_empty: bool) -> None:
    """Make the demo school: 4 teachers, 8 classes, 160 pupils. Refused in production: its password is known to all."""
    if not (current_app.config["DEVELOPMENT"] or current_app.config["TESTING"]):
        raise click.ClickException("The demo school is for COZMIC_CONFIG=development only.")
    if not is_school_empty():
        if if_empty:
            return
        raise click.ClickException(
            "There are people in this database; the demo school needs an empty one."
        )
    plan = seed_demo()
    click.echo(
        f"Made {plan.school}: {len(plan.teachers)} teachers, {len(plan.classes)} classes, 160 pupils."
    )


@seed.command("load")
@click.option("--students", type=int, default=100_000, show_default=True, help="How many pupils.")
@click.option(
    "--responses", type=int, default=1_000_000, show_default=True,
    help="How many answers in all, about; the more for each pupil, the fuller the term.",
)  # fmt: skip
@click.option(
    "--seed",
    "number",
    type=int,
    default=1,
    show_default=True,
    help="The number that names, work and marks follow from: the same one makes the same people.",
)
@click.option("--class-size", type=int, help="All classes of so many pupils, one class a teacher.")
@click.option("--assignments", type=int, help="Each class has exactly so many published ones.")
@click.option(
    "--practice", type=int, default=0,
    help="So many quizzes more in each class, open for weeks, that everybody may take ten times.",
)  # fmt: skip
def load(
    *, students: int, responses: int, number: int, class_size: int | None, assignments: int | None,
    practice: int,
) -> None:  # fmt: skip
    """Add made-up people, classes and work for load tests, beside what is there. `flask seed unload` removes them."""
    began = time.monotonic()
    try:
        shape = LoadShape(students, responses, number, class_size, assignments, practice)
    except BadShape as problem:
        raise click.ClickException(str(problem)) from problem
    with click.progressbar(length=students + responses, label="Loading") as bar:
        loaded = load_school(shape, get_now(), on_progress=bar.update)
    click.echo(_tell(loaded, took_s=time.monotonic() - began))
    made = loaded.counts["responses"]
    if made < responses * ENOUGH:
        click.echo(
            f"Asked for were {responses:,} responses: {counted(students, 'pupil')} answer no more in a term."
        )


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _tell(loaded: Loaded, *, took_s: float) -> str:
    people, counts = loaded.people, loaded.counts
    rows = sum(counts.values()) / took_s
    return (
        f"Added in {took_s:.1f} s ({rows:,.0f} rows a second):\n"
        f"  {counted(len(people.pupil_ids), 'pupil')}, {people.pupil_name(0)} to {people.pupil_name(-1)}\n"
        f"  {counted(len(people.teacher_ids), 'teacher')}, {people.teacher_name(0)} to {people.teacher_name(-1)}\n"
        f"  {counted(counts['classrooms'], 'class', 'classes')}, {counted(counts['assignments'], 'assignment')}, "
        f"{counted(counts['submissions'], 'attempt')}, {counted(counts['responses'], 'response')}\n"
        f"Their password, shown this once: {loaded.password}\n"
        "flask seed unload removes them all."
    )


@seed.command("unload")
def unload() -> None:
    """Remove everybody and everything that `flask seed load` added, and nothing else."""
    try:
        with click.progressbar(length=count_load(), label="Removing") as bar:
            counts = unload_school(on_progress=bar.update)
    except Conflict as problem:
        raise click.ClickException(str(problem)) from problem
    if not counts["users"]:
        click.echo("There is no load in this database.")
        return
    removed = ", ".join(f"{number:,} {table}" for table, number in counts.items())
    click.echo(f"Removed {removed}, and all that hung on them.")
