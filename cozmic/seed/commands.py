"""flask seed: the starter bank for every school, the demo school for a laptop."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from cozmic.access.clock import get_now
from cozmic.seed.bank import load_bank
from cozmic.seed.demo import is_school_empty, seed_demo
from cozmic.transaction import transaction

seed = AppGroup("seed", help="Fill the database: the starter bank, or the demo school.")


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
