"""New login cards for several pupils at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from cozmic.extensions import db
from cozmic.models import AuditEvent
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import LONG_AGO, PASSWORD, Cast, enrol, make_classroom, make_user
from tests.queries import counted_queries

CODES = re.compile(r"<dd><code>([^<]+)</code></dd>")


def page_of(cast: Cast) -> str:
    return f"/classrooms/{cast.ada_class}/people/login-cards"


def add_emma(cast: Cast) -> int:
    emma = make_user(given_name="Emma", family_name="Adams", username="emma.a")
    enrol(cast.ada_class, emma)
    return emma


def cards_of(page: str) -> dict[str, str]:
    found = CODES.findall(page)
    return dict(zip(found[0::2], found[1::2], strict=True))


def still_opens(username: str) -> bool:
    db.session.rollback()
    return find_user_by_credentials(username, PASSWORD) is not None


def test_the_ticked_get_new_passwords_and_the_others_keep_theirs(
    cast: Cast, sign_in: SignIn
) -> None:
    add_emma(cast)
    ada, ben = sign_in(cast.ada), sign_in(cast.ben)
    assert "Emma Adams" in ada.get(page_of(cast)).text
    answer = ada.post(page_of(cast), data={"pupils": cast.ben, "once_key": "k"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    cards = cards_of(answer.text)
    assert list(cards) == ["ben"]
    assert find_user_by_credentials("ben", cards["ben"]) is not None
    assert not still_opens("ben")
    assert still_opens("emma.a")
    assert "/login" in ben.get("/student/").location


def test_everybody_gets_one_by_family_name(cast: Cast, sign_in: SignIn) -> None:
    enrol(cast.ada_class, make_user(given_name="Ann", family_name="Zuse", username="ann.z"))
    add_emma(cast)
    enrol(cast.ada_class, make_user(username="gone"), removed_at=LONG_AGO)
    answer = sign_in(cast.ada).post(page_of(cast), data={"everybody": "1", "once_key": "k"})
    cards = cards_of(answer.text)
    assert set(cards) == {"emma.a", "ann.z", "ben"}
    assert list(cards).index("emma.a") < list(cards).index("ann.z")
    assert len(set(cards.values())) == 3
    assert still_opens("gone")


def test_sending_it_twice_makes_no_second_passwords(cast: Cast, sign_in: SignIn) -> None:
    client, form = sign_in(cast.ada), {"everybody": "1", "once_key": "k"}
    password = cards_of(client.post(page_of(cast), data=form).text)["ben"]
    again = client.post(page_of(cast), data=form)
    assert again.status_code == 409
    assert "make new login cards" in again.text
    assert find_user_by_credentials("ben", password) is not None


def test_it_is_on_record_for_each_pupil(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.ada).post(page_of(cast), data={"everybody": "1", "once_key": "k"})
    db.session.rollback()
    events = db.session.execute(select(AuditEvent).order_by(AuditEvent.id)).scalars()
    assert [(one.verb, one.subject_id) for one in events] == [
        ("make_new_cards", None),
        ("reset_password", cast.ben),
    ]


@pytest.mark.parametrize("pupils", [[], ["x", "-1", "²", "9" * 30]])
def test_nobody_ticked_is_told_so(cast: Cast, sign_in: SignIn, pupils: list[str]) -> None:
    form = {"pupils": pupils, "once_key": "k"}
    answer = sign_in(cast.ada).post(page_of(cast), data=form)
    assert answer.status_code == 422
    assert "Tick at least one pupil" in answer.text
    assert still_opens("ben")


def test_only_pupils_of_the_class_can_be_reached(cast: Cast, sign_in: SignIn) -> None:
    enrol(cast.ada_class, cast.cleo, removed_at=LONG_AGO)
    form = {"pupils": [cast.cleo, cast.dan, cast.root], "once_key": "k"}
    assert sign_in(cast.ada).post(page_of(cast), data=form).status_code == 422
    for name in ("cleo", "dan", "root"):
        assert still_opens(name)


def test_others_have_no_business_here(cast: Cast, sign_in: SignIn, stranger: Client) -> None:
    form = {"everybody": "1", "once_key": "k"}
    assert "/login" in stranger.post(page_of(cast), data=form).location
    assert sign_in(cast.dan).post(page_of(cast), data=form).status_code == 404
    assert sign_in(cast.ben).post(page_of(cast), data=form).status_code == 403
    assert sign_in(cast.root).post(page_of(cast), data=form).status_code == 403
    assert db.session.execute(select(func.count()).select_from(AuditEvent)).scalar_one() == 0


def test_an_archived_class_makes_none(cast: Cast, sign_in: SignIn) -> None:
    room = make_classroom(cast.ada, "Old", archived_at=LONG_AGO)
    enrol(room, cast.ben)
    path, form = f"/classrooms/{room}/people/login-cards", {"everybody": "1", "once_key": "k"}
    assert "This class is archived" in sign_in(cast.ada).get(path).text
    assert sign_in(cast.ada).post(path, data=form).status_code == 409
    assert still_opens("ben")


def test_choosing_asks_the_database_once_whatever_the_size(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    with counted_queries() as few:
        client.get(page_of(cast))
    for number in range(5):
        enrol(cast.ada_class, make_user(given_name=f"Pupil {number}"))
    with counted_queries() as many:
        client.get(page_of(cast))
    assert len(few) == len(many) <= 2
