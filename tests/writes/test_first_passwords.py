"""Passwords that are made, or chosen, before the transaction."""

from __future__ import annotations

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.access.credentials import is_password
from cozmic.access.new_passwords import choose_password, make_first_passwords
from cozmic.errors import Conflict, Invalid
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.people import make_pupil
from tests.credentials import find_user_by_credentials
from tests.factories import make_user


def test_first_passwords_differ_and_fit_their_hashes(app: Flask) -> None:
    made = make_first_passwords(9)
    assert len({first.plain for first in made}) == 9
    assert all(is_password(first.password_hash, first.plain) for first in made)


def test_a_pupil_may_bring_a_password_and_a_user_name(app: Flask) -> None:
    first = choose_password("my own words", role=Role.STUDENT, username="")
    with transaction() as touched:
        make_pupil(
            touched, "Emma", "", taken=set(), now=get_now(), username="emma.own", first=first
        )
    assert find_user_by_credentials("emma.own", "my own words") is not None


def test_a_user_name_asked_for_that_has_just_been_taken_is_refused(app: Flask) -> None:
    make_user(username="emma.own")
    [first] = make_first_passwords(1)
    with pytest.raises(Conflict, match=r"emma\.own"), transaction() as touched:
        make_pupil(
            touched, "Emma", "", taken=set(), now=get_now(), username="emma.own", first=first
        )


@pytest.mark.parametrize(("plain", "username"), [("short", "ada"), ("ada.lada.l", "ada.lada.l")])
def test_a_weak_password_is_refused_before_it_is_hashed(
    app: Flask, plain: str, username: str
) -> None:
    with pytest.raises(Invalid) as caught:
        choose_password(plain, role=Role.TEACHER, username=username)
    assert caught.value.field == "password"
