"""DATABASE_URL in every form that hosts hand out; where a server can be reached that way, it is."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from cozmic.config import ConfigError, load_config
from cozmic.database_address import read_address
from cozmic.extensions import db
from tests.apps import make_app
from tests.services.postgres import PostgresServer, administering, start_postgres

DRIVER = "postgresql+psycopg2"
FILE = Path("/srv/cozmic/cozmic.sqlite3")
RAW_PASSWORD = "p@ss/w#rd?:100%+&=é"


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("", "sqlite:////srv/cozmic/cozmic.sqlite3"),
        ("  ", "sqlite:////srv/cozmic/cozmic.sqlite3"),
        ('""', "sqlite:////srv/cozmic/cozmic.sqlite3"),
        ("sqlite:////data/school.db", "sqlite:////data/school.db"),
        ("sqlite:///school.db", "sqlite:////srv/cozmic/school.db"),
        ("sqlite+pysqlite:////data/school.db", "sqlite:////data/school.db"),
        ("postgres://u:p@h:5432/n", f"{DRIVER}://u:p@h:5432/n"),
        ("postgresql://u:p@h/n", f"{DRIVER}://u:p@h/n"),
        ("postgresql+psycopg2://u@h/n", f"{DRIVER}://u@h/n"),
        ("postgresql+asyncpg://u@h/n", f"{DRIVER}://u@h/n"),
        ("POSTGRES://u:p@h/n", f"{DRIVER}://u:p@h/n"),
        (" 'postgres://u:p@h/n' \n", f"{DRIVER}://u:p@h/n"),
        ('"postgres://u:p@h/n"', f"{DRIVER}://u:p@h/n"),
        ("postgres://h", f"{DRIVER}://h"),
        ("postgres://u:p@h/n?sslmode=require", f"{DRIVER}://u:p@h/n?sslmode=require"),
        ("postgres://u:p@h/n?ssl=true", f"{DRIVER}://u:p@h/n?sslmode=require"),
        ("postgres://u:p@h/n?sslmode=no-verify", f"{DRIVER}://u:p@h/n?sslmode=require"),
        (
            "postgres://u:p@h/n?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            f"{DRIVER}://u:p@h/n?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
        ),
        ("postgres://u:p@h/n?channel_binding=require", f"{DRIVER}://u:p@h/n?channel_binding=require"),
        ("postgres://u:p@h/n?schema=public&connection_limit=1", f"{DRIVER}://u:p@h/n"),
        ("postgres://u:p%40ss%2Fw@h/n", f"{DRIVER}://u:p%40ss%2Fw@h/n"),
        ("postgres://u:p@ss/w#?@h/n", f"{DRIVER}://u:p%40ss%2Fw%23%3F@h/n"),
        ("postgres://u:@h/n", f"{DRIVER}://u:@h/n"),
        ("postgres://u:p@[::1]:5433/n", f"{DRIVER}://u:p@[::1]:5433/n"),
        ("postgres:///n?host=/var/run/postgresql", f"{DRIVER}:///n?host=%2Fvar%2Frun%2Fpostgresql"),
        ("postgres://u@%2Fvar%2Frun/n", f"{DRIVER}://u@/n?host=%2Fvar%2Frun"),
        ("postgres://u:p@a:5432,b:5433/n", f"{DRIVER}://u:p@/n?host=a%2Cb&port=5432%2C5433"),
        ("postgres://u@h/n?application_name=x@y", f"{DRIVER}://u@h/n?application_name=x%40y"),
    ],
)  # fmt: skip
def test_every_form_is_taken(raw: str, url: str) -> None:
    assert read_address(raw, FILE).url == url


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("mysql://h/n", "'mysql' is no database it knows; write postgresql://"),
        ("nonsense", "there is no postgresql:// in front; write postgresql://"),
        ("postgresql:/u:p@h/n", "there is no postgresql:// in front; write postgresql://"),
        ("postgres://u:p@h:port/n", "no host and port"),
        ("postgres://u:p@h:99999/n", "no host and port"),
        ("postgres://u:p@h/n?timeout=3", "no parameter 'timeout'"),
        ("postgres://u:p@h/n?schema=other", "no parameter 'schema'"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file::memory:?cache=shared", "takes no parameters"),
        ("sqlite:///x.db?mode=ro", "takes no parameters"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(raw: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r"^DATABASE_URL cannot be used: ") as caught:
        read_address(raw, FILE)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value), "no password in a log"


def test_its_own_options_stand_beside_ours() -> None:
    url = "postgres://u:p@h/n?options=-c%20search_path%3Dschool&connect_timeout=9"
    arguments = load_config(
        {"COZMIC_CONFIG": "testing", "DATABASE_URL": url}
    ).SQLALCHEMY_ENGINE_OPTIONS["connect_args"]
    assert arguments["options"].startswith("-c statement_timeout=2500 -c lock_timeout=2000 ")
    assert arguments["options"].endswith(" -c search_path=school")
    assert "connect_timeout" not in arguments, "the one in the address holds"


@pytest.mark.parametrize(
    ("settings", "is_prepared", "has_options"),
    [
        ({"DATABASE_URL": "postgres://u@h/n"}, True, True),
        ({"DATABASE_URL": "postgres://u@h/n", "DB_PREPARE": "0"}, False, True),
        ({"DATABASE_URL": "postgres://u@h/n", "DB_PGBOUNCER": "1"}, False, False),
        ({"DATABASE_URL": "postgres://u@h/n?pgbouncer=true"}, False, False),
        ({"DATABASE_URL": "postgres://u@h/n?pgbouncer=true", "DB_PGBOUNCER": "0"}, True, True),
        ({}, False, False),
    ],
)
def test_pgbouncer_gets_neither_options_nor_prepared_statements(
    settings: dict[str, str], *, is_prepared: bool, has_options: bool
) -> None:
    config = load_config({"COZMIC_CONFIG": "testing", **settings})
    assert config.PREPARE_ADMISSION is is_prepared
    assert ("options" in config.SQLALCHEMY_ENGINE_OPTIONS["connect_args"]) is has_options


def connects(url: str, folder: Path) -> str:
    """Ask the server through the application, and return who it says we are."""
    app = make_app(url, folder)
    with app.app_context():
        try:
            return str(db.session.execute(text("SELECT current_user")).scalar_one())
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.mark.database
def test_passwords_connect_however_they_are_written(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    home = make_url(postgres_server.url)
    user = f"{postgres_server.prefix}odd"
    with administering(postgres_server.url) as connection:
        connection.exec_driver_sql(
            f"CREATE ROLE {user} LOGIN PASSWORD '{RAW_PASSWORD.replace('%', '%%')}'"
        )
    try:
        place = f"{home.host}:{home.port}/{home.database}"
        raw = f"postgres://{user}:{RAW_PASSWORD}@{place}"
        for url in (raw, f"postgres://{user}:{quote(RAW_PASSWORD, safe='')}@{place}", f'"{raw}"'):
            assert connects(url, tmp_path) == user
    finally:
        with administering(postgres_server.url) as connection:
            connection.exec_driver_sql(f"DROP ROLE {user}")


@pytest.mark.database
def test_a_socket_and_ipv6_are_reached(tmp_path: Path) -> None:
    server, process = start_postgres(
        settings={"unix_socket_directories": "/tmp", "listen_addresses": "127.0.0.1,::1"}  # noqa: S108
    )
    try:
        home = make_url(server.url)
        who = f"{home.username}:{home.password}"
        for url in (
            f"postgres://{who}@/postgres?host=/tmp&port={home.port}",
            f"postgres://{who}@%2Ftmp:{home.port}/postgres",
            f"postgres://{who}@[::1]:{home.port}/postgres",
            f"postgres://{who}@127.0.0.1:1,127.0.0.1:{home.port}/postgres?sslmode=prefer",
        ):
            assert connects(url, tmp_path) == home.username
    finally:
        process.stop()


@pytest.mark.database
def test_options_of_the_address_hold_beside_ours(postgres_app: Flask, tmp_path: Path) -> None:
    url = postgres_app.config["SQLALCHEMY_DATABASE_URI"]
    app = make_app(f"{url}?options=-c%20work_mem%3D5MB", tmp_path)
    with app.app_context():
        shown = [
            db.session.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("work_mem", "statement_timeout", "application_name")
        ]
        db.session.remove()
        db.engine.dispose()
    assert shown == ["5MB", "2500ms", "cozmic"]
