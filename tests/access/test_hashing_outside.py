"""Nobody hashes a password while a transaction is open: others would wait for the hash."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.credentials import hash_password, is_password
from cozmic.access.new_passwords import make_first_passwords
from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.web.passwords import find_owner, hash_chosen_password, hash_first_passwords
from tests.factories import password_hash


def test_hashing_is_refused_inside_a_transaction(app: Flask) -> None:
    known = password_hash()
    with transaction():
        with pytest.raises(RuntimeError, match="inside a transaction"):
            hash_password("three quiet words")
        with pytest.raises(RuntimeError, match="inside a transaction"):
            is_password(known, "three quiet words")
        with pytest.raises(RuntimeError, match="inside a transaction"):
            make_first_passwords(1)  # in threads of their own, for the same request


def test_a_request_that_has_read_gives_its_connection_back_before_it_hashes(app: Flask) -> None:
    for hash_it in (
        lambda: hash_chosen_password("three quiet words", role=Role.TEACHER),
        lambda: hash_first_passwords(2),
        lambda: find_owner(None, "three quiet words"),
    ):
        db.session.execute(select(User.id)).all()
        with pytest.raises(RuntimeError):
            hash_password("three quiet words")
        hash_it()
        assert not db.session().in_transaction()
