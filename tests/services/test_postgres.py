"""The PostgreSQL that tests get."""

import os

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from tests.services.errors import ServiceUnavailable
from tests.services.postgres import PostgresServer, administering, given_postgres, start_postgres


def ask(url: str, query: str) -> str:
    with administering(url) as connection:
        return str(connection.execute(text(query)).scalar_one())


def database_names(server: PostgresServer) -> str:
    return ask(server.url, "SELECT string_agg(datname, ' ') FROM pg_database")


def test_a_new_database_is_empty_and_knows_all_letters(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    assert url.startswith("postgresql+psycopg2://")
    assert ask(url, "SELECT count(*) FROM pg_stat_user_tables") == "0"
    assert ask(url, "SHOW server_encoding") == "UTF8"
    postgres_server.drop_database(url)
    assert (make_url(url).database or "?") not in database_names(postgres_server)


def test_a_database_is_dropped_while_somebody_is_connected(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database()
    with administering(url) as connection:
        postgres_server.drop_database(url)
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1"))


def test_what_the_run_did_not_make_is_not_dropped(postgres_server: PostgresServer) -> None:
    with pytest.raises(ValueError, match="was not made by this run"):
        postgres_server.drop_database(postgres_server.url)


def test_a_server_of_ours_is_set_as_asked_and_leaves_nothing() -> None:
    server, process = start_postgres(fsync=True, max_connections=30, settings={"work_mem": "8MB"})
    try:
        assert ask(server.url, "SHOW fsync") == "on"
        assert ask(server.url, "SHOW max_connections") == "30"
        assert ask(server.url, "SHOW work_mem") == "8MB"
        assert ask(server.url, "SHOW unix_socket_directories") == ""
        assert ask(server.url, "SHOW listen_addresses") == "127.0.0.1"
    finally:
        process.stop()
    assert not process.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_stranger_without_the_password_is_refused(postgres_server: PostgresServer) -> None:
    if postgres_server.process_id is None:
        return  # somebody else's server has rules of its own
    with pytest.raises(ServiceUnavailable, match="password"):
        given_postgres(str(make_url(postgres_server.url).set(password="guess")))


@pytest.mark.parametrize("url", ["sqlite:///x", "nonsense", "mysql://host/x", "redis://host"])
def test_an_address_that_is_no_postgresql_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ServiceUnavailable, match=r"^TEST_DATABASE_URL must look like [^\n]*$"):
        given_postgres(url)


def test_settings_that_no_server_takes_are_told_with_its_own_words() -> None:
    with pytest.raises(ServiceUnavailable, match=r"did not start: .*max_connections"):
        start_postgres(max_connections=0)
