"""Signing in while the password changes: on PostgreSQL, held at the point where it matters."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from cozmic.extensions import db
from cozmic.models import UserSession
from tests.client import anonymous
from tests.factories import PASSWORD, Cast
from tests.faults.test_marking_races import finish, held, run, status, wait_for_waiters

pytestmark = [pytest.mark.database, pytest.mark.parametrize("app", ["postgresql"], indirect=True)]


def test_an_old_password_opens_nothing_once_it_is_changed(app: Flask, cast: Cast) -> None:
    """The old one has been checked already when the new one comes, which signs out everybody who came with the old."""
    thief = anonymous(app)
    with held("users", cast.ben) as connection:
        data = {"username": "ben", "password": PASSWORD}
        threads, results = run(app, lambda: thief.post("/login", data=data))
        wait_for_waiters(connection, 1)
        connection.execute(text("UPDATE users SET password_hash = 'new' WHERE username = 'ben'"))
    finish(threads)
    assert status(results[0]) == 409
    assert db.session.query(UserSession).count() == 0
