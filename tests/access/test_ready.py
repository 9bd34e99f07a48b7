"""SELECTs that are built once and prepared: right for each argument and after each change."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select, text

from cozmic.access.ready import ReadySelect, ready
from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from tests.factories import Cast

LONGEST_NAME = 63
"""PostgreSQL cuts off what is longer, and two statements would share a name."""
built: list[int] = []


@ready
def _people(role: Any, given_name: Any) -> Select[*tuple[Any, ...]]:
    built.append(1)
    return (
        select(User.id, User.role, User.created_at)
        .where(User.role == role, User.given_name == given_name)
        .order_by(User.id)
        .limit(5)
    )


def test_it_is_built_once_and_takes_its_values_anew_each_time(cast: Cast) -> None:
    found = [
        _people.find_row(role=Role.STUDENT, given_name=name) for name in ("Ben", "Cleo", "Ada")
    ]
    assert [row and row.id for row in found] == [cast.ben, cast.cleo, None]
    assert len(built) == 1


def test_values_and_columns_are_of_the_models_types(cast: Cast) -> None:
    row = _people.find_row(role=Role.STUDENT, given_name="Ben")
    assert row is not None
    assert row.role is Role.STUDENT
    assert row.created_at.tzinfo is not None


def test_it_sees_what_is_committed_and_nothing_else(cast: Cast) -> None:
    with transaction():
        db.session.get_one(User, cast.ben).given_name = "Benno"
        db.session.flush()
        assert _people.list_rows(role=Role.STUDENT, given_name="Benno") == []
    assert len(_people.list_rows(role=Role.STUDENT, given_name="Benno")) == 1


def test_a_migration_that_changes_a_column_takes_it_along(app: Flask, cast: Cast) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite prepares nothing by name")
    assert _people.find_row(role=Role.STUDENT, given_name="Ben") is not None
    change = "ALTER TABLE users ALTER COLUMN created_at TYPE timestamptz(3)"
    with db.engine.begin() as connection:
        connection.execute(text(change))
    try:
        assert _people.find_row(role=Role.STUDENT, given_name="Ben") is not None
    finally:
        with db.engine.begin() as connection:
            connection.execute(text(change.replace("(3)", "")))


def test_no_two_of_them_share_a_name(app: Flask) -> None:
    names = [one._name for one in gc.get_objects() if isinstance(one, ReadySelect)]
    assert len(names) > 8
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= LONGEST_NAME
