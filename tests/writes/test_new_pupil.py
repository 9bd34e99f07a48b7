"""A new pupil: a free user name, a first password that works."""

from __future__ import annotations

from flask import Flask

from cozmic.access.clock import get_now
from cozmic.access.new_passwords import make_first_passwords
from cozmic.access.people import list_taken_usernames
from cozmic.extensions import db
from cozmic.models import PersonRevision
from cozmic.transaction import transaction
from cozmic.writes.people import make_pupil
from tests.credentials import find_user_by_credentials
from tests.factories import make_user


def test_two_emmas_get_two_user_names_and_passwords_that_sign_them_in(app: Flask) -> None:
    firsts = make_first_passwords(2)
    now, taken = get_now(), list_taken_usernames([("Emma", "Thompson")])
    with transaction() as touched:
        made = [
            make_pupil(touched, "Emma", "Thompson", taken=taken, now=now, first=first)
            for first in firsts
        ]
        found = [(user.id, user.username, password) for user, password in made]
    assert [username for _, username, _ in found] == ["emma.t", "emma.t2"]
    for user_id, username, password in found:
        user = find_user_by_credentials(username, password)
        assert user is not None
        assert user.id == user_id
        assert db.session.get(PersonRevision, user_id) is not None


def test_a_name_taken_since_the_list_was_read_is_passed_over(app: Flask) -> None:
    [first] = make_first_passwords(1)
    now, taken = get_now(), list_taken_usernames([("Emma", "Thompson")])
    make_user(username="emma.t")
    with transaction() as touched:
        user, _ = make_pupil(touched, "Emma", "Thompson", taken=taken, now=now, first=first)
        assert user.username == "emma.t2"


def test_names_in_use_are_found_for_a_whole_list_and_no_others(app: Flask) -> None:
    for username in ("emma.t", "emma.t7", "emmat", "ben", "zoe"):
        make_user(username=username)
    assert list_taken_usernames([("Emma", "T"), ("Ben", "")]) == {"emma.t", "emma.t7", "ben"}
    assert list_taken_usernames([]) == set()
