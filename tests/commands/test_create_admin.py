"""flask create-admin."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url

from cozmic.extensions import db
from cozmic.models import AuditEvent, User
from cozmic.rules.enums import Role
from tests.apps import make_app
from tests.credentials import find_user_by_credentials
from tests.factories import make_user
from tests.services.postgres import PostgresServer

OPTIONS = {
    "--given-name": "Ada",
    "--family-name": "Lovelace",
    "--username": "ada.l",
    "--email": "Ada@School.example",
}
PASSWORD = "three quiet words"


def run(app: Flask, password: str = PASSWORD, **changes: str) -> Result:
    """Run the command with options, the password from standard input."""
    options = {
        **OPTIONS,
        **{f"--{name.replace('_', '-')}": value for name, value in changes.items()},
    }
    flat = [part for pair in options.items() for part in pair]
    return app.test_cli_runner().invoke(
        args=["create-admin", *flat, "--password-stdin"], input=f"{password}\n"
    )


def test_options_make_an_admin(app: Flask) -> None:
    result = run(app)
    assert (result.exit_code, result.output) == (0, "ada.l is an admin and may sign in.\n")
    user = find_user_by_credentials("ada.l", PASSWORD)
    assert user is not None
    assert (user.role, user.name, user.email) == (Role.ADMIN, "Ada Lovelace", "ada@school.example")
    event = db.session.query(AuditEvent).one()
    assert (event.verb, event.actor_id, event.subject_id) == ("create_admin", None, user.id)


def test_without_options_it_asks_and_asks_again_for_what_cannot_be(app: Flask) -> None:
    typed = [
        "", "Ada", "Lovelace", "a b", "", "nonsense", "ada@school.example", "short", "short", PASSWORD, "other",
        PASSWORD, PASSWORD,
    ]  # fmt: skip
    result = app.test_cli_runner().invoke(args=["create-admin"], input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.output
    assert "User name [ada.l]" in result.output
    assert "begins with a letter" in result.output
    assert "not a whole e-mail address" in result.output
    assert "at least 10 characters" in result.output
    assert "do not match" in result.output
    assert PASSWORD not in result.output
    assert find_user_by_credentials("ada.l", PASSWORD) is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "taken"}, "This user name is taken"),
        ({"email": "taken@school.example"}, "Another account has this e-mail"),
        ({"username": "a b"}, "begins with a letter"),
        ({"email": "nonsense"}, "not a whole e-mail address"),
        ({"email": f"{'x' * 300}@school.example"}, "at most 254"),
        ({"given_name": " "}, "Type the given name"),
        ({"family_name": "x" * 81}, "at most 80"),
        ({"password": "short"}, "at least 10"),
        ({"password": "cozmic-demo"}, "first passwords"),
        ({"password": "ada.l"}, "at least 10"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    app: Flask, changes: dict[str, str], words: str
) -> None:
    make_user(Role.TEACHER, username="taken", email="taken@school.example")
    result = run(app, **changes)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1, result.output
    assert result.output.startswith("Error: ")
    assert words in result.output
    assert db.session.query(User).filter_by(role=Role.ADMIN).count() == 0


def test_a_password_from_standard_input_leaves_no_room_for_questions(app: Flask) -> None:
    arguments = ["create-admin", "--username", "ada.l", "--password-stdin"]
    result = app.test_cli_runner().invoke(args=arguments, input=f"{PASSWORD}\n")
    assert result.exit_code == 1
    assert "give --given-name" in result.output


def test_without_tables_it_says_what_to_run(tmp_path: Path) -> None:
    app = make_app("", tmp_path)
    result = run(app)
    assert result.exit_code == 1
    assert "run flask db upgrade first" in result.output
    assert result.output.count("\n") == 1
    with app.app_context():
        db.engine.dispose()


@pytest.mark.database
def test_where_the_database_admits_nobody_it_says_what_the_server_said(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = make_url(postgres_server.new_database())
    for changes, words in (
        ({"database": "nowhere"}, 'FATAL:  database "nowhere" does not exist. The server knows no'),
        ({"username": "nobody_here"}, "The user or password in DATABASE_URL is not right"),
        ({"port": 1}, "Connection refused. Nothing listens at the host and port"),
    ):
        wrong = url.set(**changes).render_as_string(hide_password=False)
        app = make_app(wrong, tmp_path)
        for result in (run(app), app.test_cli_runner().invoke(args=["seed", "bank"])):
            assert result.exit_code == 1
            assert result.output.startswith("Error: database unavailable: connection to server")
            assert words in result.output
            assert "db upgrade" not in result.output
            assert result.output.count("\n") == 1
        with app.app_context():
            db.engine.dispose()
    postgres_server.drop_database(url.render_as_string(hide_password=False))


def test_an_empty_family_name_is_fine(app: Flask) -> None:
    assert run(app, family_name="").exit_code == 0
    assert db.session.query(User).one().name == "Ada"
