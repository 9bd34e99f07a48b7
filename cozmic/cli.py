"""Commands for operators."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

from cozmic.access.clock import get_now
from cozmic.access.new_passwords import choose_password
from cozmic.access.people import list_taken_usernames
from cozmic.backup.commands import backup, restore_command
from cozmic.capacity.command import capacity
from cozmic.copying.command import db_copy
from cozmic.doctor.command import doctor
from cozmic.errors import Conflict, Invalid
from cozmic.formats.person_names import LONGEST_NAME
from cozmic.rules.emails import LONGEST_EMAIL, find_email_fault, tidy_email
from cozmic.rules.enums import Role
from cozmic.rules.passwords import find_password_fault
from cozmic.rules.usernames import find_username_fault, make_username
from cozmic.seed.commands import seed
from cozmic.transaction import end_reading, transaction
from cozmic.web.database_words import in_words
from cozmic.web.forms import clean_text
from cozmic.web.people_fields import one_line
from cozmic.writes.audit import record
from cozmic.writes.people import create_person

Fault = Callable[[str], str | None]

for _command in seed.commands.values():
    if _command.callback is not None:
        _command.callback = in_words(_command.callback)


def register_commands(app: Flask) -> None:
    """Bind the commands to the flask command line."""
    app.cli.add_command(seed)
    app.cli.add_command(create_admin)
    app.cli.add_command(db_copy)
    app.cli.add_command(backup)
    app.cli.add_command(restore_command)
    app.cli.add_command(doctor)
    app.cli.add_command(capacity)


@click.command("create-admin")
@click.option("--given-name", help="Given name.")
@click.option("--family-name", help="Family name; may be empty.")
@click.option("--username", help="For signing in, such as ada.l.")
@click.option("--email", help="For setting a new password when the old one is forgotten.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
@in_words
def create_admin(
    *,
    given_name: str | None,
    family_name: str | None,
    username: str | None,
    email: str | None,
    password_stdin: bool,
) -> None:
    """Make an admin; asks for what is not given. The first one invites all others, on the Invitations page."""
    if password_stdin and None in (given_name, family_name, username, email):
        _refuse("with --password-stdin give --given-name, --family-name, --username and --email.")
    try:
        given = _take("Given name", given_name, _fault_of_given_name)
        family = _take("Family name (Enter for none)", family_name, _fault_of_name, default="")
        suggested = make_username(given, family, list_taken_usernames([(given, family)]))
        name = _take("User name", username, _fault_of_username, default=suggested).lower()
        address = _take("E-mail", email, _fault_of_email)
        password = _take_password(name, from_stdin=password_stdin)
        _make_admin(given, family, name, tidy_email(address), password)
    except (Invalid, Conflict) as error:
        _refuse(str(error))
    click.echo(f"{name} is an admin and may sign in.")


def _make_admin(given: str, family: str, username: str, email: str, password: str) -> None:
    now = get_now()
    end_reading()
    chosen = choose_password(password, role=Role.ADMIN, username=username)
    with transaction() as touched:
        user = create_person(
            touched, Role.ADMIN, username=username, given_name=given, family_name=family, email=email,
            password=chosen, now=now,
        )  # fmt: skip
        record("create_admin", now=now, actor_id=None, subject_id=user.id, detail=username)


def _refuse(message: str) -> NoReturn:
    raise click.ClickException(message)


def _take(label: str, given: str | None, find_fault: Fault, *, default: str | None = None) -> str:
    """Return an option, or what is typed, tidied. A bad option ends the command; what is typed is asked for again."""

    def check(raw: str) -> str:
        value: str = one_line(clean_text(raw))
        fault = find_fault(value)
        if fault:
            raise click.BadParameter(fault)
        return value

    if given is None:
        typed: str = click.prompt(
            label, default=default, value_proc=check, show_default=bool(default)
        )
        return typed
    try:
        return check(given)
    except click.BadParameter as error:
        _refuse(f"{label}: {error.message}")


def _take_password(username: str, *, from_stdin: bool) -> str:
    def find_fault(password: str) -> str | None:
        return find_password_fault(password, role=Role.ADMIN, username=username)

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        fault = find_fault(password)
        if fault:
            _refuse(fault)
        return password
    while True:
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        fault = find_fault(typed)
        if not fault:
            return typed
        click.echo(f"Error: {fault}", err=True)


def _fault_of_given_name(name: str) -> str | None:
    return _fault_of_name(name) if name else "Type the given name."


def _fault_of_name(name: str) -> str | None:
    return None if len(name) <= LONGEST_NAME else f"A name has at most {LONGEST_NAME} characters."


def _fault_of_username(username: str) -> str | None:
    return find_username_fault(username.lower())


def _fault_of_email(email: str) -> str | None:
    if len(email) > LONGEST_EMAIL:
        return f"An address has at most {LONGEST_EMAIL} characters."
    return find_email_fault(tidy_email(email))
