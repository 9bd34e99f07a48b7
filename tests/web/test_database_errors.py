"""What the database refuses, as a page and in the log."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2.errors
import pytest
from flask import Flask
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from tests.client import anonymous
from tests.limits import counting_app


class ReadOnly(psycopg2.errors.ReadOnlySqlTransaction):  # type: ignore[misc]  # psycopg2 is untyped
    """The real one; its code is set by the driver alone."""

    pgcode = "25006"


GONE = InterfaceError(
    "SELECT 1", None, psycopg2.InterfaceError("closed"), connection_invalidated=True
)
TAKEN = "duplicate key\nDETAIL:  Key (email)=(zoe@school.example) already exists."
ERRORS: dict[str, DBAPIError] = {
    "gone": GONE,
    "read-only": InternalError("INSERT", None, ReadOnly("cannot execute INSERT")),
    "slow": OperationalError(
        "INSERT",
        {"name": "zoe"},
        psycopg2.errors.QueryCanceled("canceling statement due to statement timeout"),
    ),
    "full": OperationalError(
        "INSERT",
        {"name": "zoe"},
        psycopg2.errors.DiskFull("could not extend file: No space left on device"),
    ),
    "taken": IntegrityError("INSERT", None, psycopg2.errors.UniqueViolation(TAKEN)),
}


@pytest.fixture
def failing(app: Flask) -> Iterator[Flask]:
    """The application as a school runs it, with pages whose statements fail."""
    with counting_app(app) as application:
        application.testing = False

        def fail(name: str) -> str:
            raise ERRORS[name]

        application.add_url_rule("/failing/<name>", view_func=fail)
        yield application


@pytest.mark.parametrize("name", ["gone", "read-only"])
def test_a_database_that_takes_nothing_just_now_is_no_fault_of_ours(
    failing: Flask, name: str
) -> None:
    answer = anonymous(failing).get(f"/failing/{name}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("name", "page", "log"),
    [
        ("slow", "busy or away", "database unavailable: canceling statement due to statement timeout. A statement"),
        ("full", "no room left", "The disk of the database is full"),
    ],
)  # fmt: skip
def test_the_page_is_calm_and_the_log_names_the_cure_and_nothing_that_was_typed(
    failing: Flask, caplog: pytest.LogCaptureFixture, name: str, page: str, log: str
) -> None:
    answer = anonymous(failing).get(f"/failing/{name}")
    assert answer.status_code == 503
    assert page in answer.text
    assert log in caplog.text
    assert "common-errors.md" in caplog.text
    assert "zoe" not in caplog.text


def test_what_a_row_holds_stands_in_no_log(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    answer = anonymous(failing).get("/failing/taken")
    assert answer.status_code == 500
    assert "UniqueViolation" in caplog.text
    assert "in fail" in caplog.text, "where it happened"
    assert "zoe" not in caplog.text
