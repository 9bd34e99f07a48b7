"""Teachers and admins whom no form puts on a roster, but a hand in the database may: nobody gains power by it."""

from __future__ import annotations

import pytest

from cozmic.extensions import db
from cozmic.models import User
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, enrol


@pytest.mark.parametrize("who", ["dan", "root"])
def test_a_teacher_has_no_power_over_the_account_of_staff_on_the_roster(
    ada: Client, cast: Cast, who: str
) -> None:
    person = getattr(cast, who)
    enrol(cast.ada_class, person)
    before = db.session.get_one(User, person).password_hash
    here = f"/classrooms/{cast.ada_class}/people/{person}"
    for act in ("password", "remove", "bring-back"):
        assert ada.post(f"{here}/{act}", data={"once_key": act}).status_code == 404
    cards = ada.post(
        f"/classrooms/{cast.ada_class}/people/login-cards", data={"everybody": "1", "once_key": "k"}
    )
    assert cards.status_code == 200
    assert "Ben" in cards.text
    assert who.title() not in cards.text
    db.session.rollback()
    assert db.session.get_one(User, person).password_hash == before


def test_staff_on_the_roster_are_not_admitted_as_pupils(cast: Cast, sign_in: SignIn) -> None:
    enrol(cast.ada_class, cast.dan)
    enrol(cast.ada_class, cast.root)
    here = f"/classrooms/{cast.ada_class}/"
    assert sign_in(cast.dan).get(here).status_code == 404
    assert sign_in(cast.root).get(here).status_code == 403
    assert sign_in(cast.dan).get("/student/").status_code == 403


def test_a_teacher_on_their_own_roster_stays_its_teacher(ada: Client, cast: Cast) -> None:
    enrol(cast.ada_class, cast.ada)
    for page in ("", "people", "gradebook", "settings"):
        assert ada.get(f"/classrooms/{cast.ada_class}/{page}").status_code == 200


@pytest.mark.parametrize("who", ["dan", "root"])
def test_no_list_puts_staff_on_a_roster(ada: Client, cast: Cast, who: str) -> None:
    data = {"text": f"{who.title()},,{who}", "layout": "given-first", "once_key": "k"}
    reply = ada.post(f"/classrooms/{cast.ada_class}/people/import/confirm", data=data)
    assert reply.status_code == 422
    assert "does not belong to a pupil of this name" in reply.text
