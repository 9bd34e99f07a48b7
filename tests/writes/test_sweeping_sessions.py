"""Sessions of those who never come back go a few at a time, whenever somebody signs in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, insert, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import User, UserSession
from cozmic.transaction import transaction
from cozmic.writes.sessions import LOOKED_THROUGH, SESSION_ID_BITS, open_session
from tests.factories import make_user

GONE = 200


def make_sessions(number: int, user_id: int, *, ends_at: datetime) -> None:
    rows = [
        {
            "id": secrets.randbits(SESSION_ID_BITS), "user_id": user_id, "device": "x",
            "created_at": ends_at - timedelta(hours=12), "expires_at": ends_at,
        }
        for _ in range(number)
    ]  # fmt: skip
    with db.engine.begin() as connection:
        connection.execute(insert(UserSession), rows)


def count_sessions(user_id: int) -> int:
    db.session.rollback()
    statement = select(func.count()).where(UserSession.user_id == user_id)
    return db.session.execute(statement).scalar_one()


def sign_in(user_id: int, *, now: datetime) -> None:
    with transaction():
        open_session(db.session.get_one(User, user_id), now=now, hours=1, device="x")


def test_each_sign_in_removes_some_of_what_is_long_over_and_nothing_else(app: Flask) -> None:
    now = get_now()
    gone, lately, here, comes = (make_user(given_name=name) for name in "GLHC")
    make_sessions(GONE, gone, ends_at=now - timedelta(days=2))
    make_sessions(5, lately, ends_at=now - timedelta(hours=2))
    make_sessions(5, here, ends_at=now + timedelta(hours=2))
    for number in range(1, 81):
        sign_in(comes, now=now)
        assert count_sessions(gone) >= GONE - number * LOOKED_THROUGH
    assert count_sessions(gone) <= GONE // 10
    assert (count_sessions(lately), count_sessions(here), count_sessions(comes)) == (5, 5, 80)


def test_one_own_session_that_has_expired_goes_at_once(app: Flask) -> None:
    now, user_id = get_now(), make_user()
    make_sessions(3, user_id, ends_at=now - timedelta(seconds=1))
    sign_in(user_id, now=now)
    assert count_sessions(user_id) == 1
