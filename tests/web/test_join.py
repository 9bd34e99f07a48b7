"""Joining a class with its code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from tests.client import Client, anonymous, signed_in
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import LONG_AGO, Cast, enrol, make_classroom
from tests.limits import counting_app

CODE = "CDFGHJKM"
NEWCOMER = {
    "given_name": "Emma",
    "family_name": "Thompson",
    "password": "three blue whales",
    "once_key": "k",
}


@pytest.fixture
def room(cast: Cast) -> int:
    """A class of Ada's with CODE."""
    return make_classroom(cast.ada, "Stars", join_code=CODE)


@pytest.fixture
def counting(app: Flask) -> Iterator[Flask]:
    """The application on the same database, with limits that count from nothing."""
    with counting_app(app) as application:
        yield application


def is_enrolled(classroom_id: int, student_id: int) -> bool:
    db.session.rollback()
    places = select(Enrolment.removed_at).where(
        Enrolment.classroom_id == classroom_id, Enrolment.student_id == student_id
    )
    return db.session.execute(places).scalars().all() == [None]


def find_user(username: str) -> User | None:
    db.session.rollback()
    return db.session.execute(select(User).where(User.username == username)).scalar_one_or_none()


@pytest.mark.parametrize("typed", [CODE, "cdfg-hjkm", " cdfg hjkm ", "c.d.f.g·hjkm", "CDFG–HJKM"])
def test_a_pupil_joins_however_the_code_is_typed(
    cast: Cast, room: int, sign_in: SignIn, typed: str
) -> None:
    answer = sign_in(cast.cleo).post("/join", data={"code": typed})
    assert answer.status_code == 303
    assert answer.location == f"/classrooms/{room}/"
    assert is_enrolled(room, cast.cleo)


def test_joining_twice_is_harmless(cast: Cast, room: int, sign_in: SignIn) -> None:
    client = sign_in(cast.cleo)
    for _ in range(2):
        assert client.post("/join", data={"code": CODE}).status_code == 303
    assert is_enrolled(room, cast.cleo)


def test_a_link_brings_the_code_along(room: int, stranger: Client) -> None:
    page = stranger.get("/join?code=cdfg-hjkm").text
    assert 'value="cdfg-hjkm"' in page
    assert "/login?next=/join?code%3Dcdfg-hjkm" in page or "/login?next=/join%3Fcode" in page


def test_a_newcomer_gets_a_user_name_to_write_down_and_is_signed_in(
    room: int, stranger: Client
) -> None:
    answer = stranger.post("/join", data={"code": CODE, **NEWCOMER})
    assert answer.status_code == 303
    page = stranger.get(answer.location).text
    assert "<code>emma.t</code>" in page
    assert "Write it down" in page
    assert "three blue whales" not in page
    assert stranger.get(f"/classrooms/{room}/").status_code == 200
    user = find_user_by_credentials("emma.t", "three blue whales")
    assert user is not None
    assert is_enrolled(room, user.id)


def test_sending_the_newcomers_form_twice_makes_one_account_and_both_ways_in(
    app: Flask, room: int, stranger: Client
) -> None:
    for client in (stranger, anonymous(app)):
        answer = client.post("/join", data={"code": CODE, **NEWCOMER})
        assert answer.location == "/joined"
        assert "<code>emma.t</code>" in client.get("/joined").text
    assert find_user("emma.t2") is None


def test_the_form_of_somebody_else_does_not_open_their_account(
    app: Flask, room: int, stranger: Client
) -> None:
    stranger.post("/join", data={"code": CODE, **NEWCOMER})
    other = anonymous(app)
    form = {"code": CODE, **NEWCOMER, "password": "another password"}
    assert other.post("/join", data=form).status_code == 409
    assert "/login" in other.get("/joined").location


@pytest.mark.parametrize("typed", ["CDFGHJKN", "x", "💥", "' OR 1=1 --", "\x00", "-"])
def test_a_wrong_code_is_a_message_at_the_field(
    cast: Cast, room: int, sign_in: SignIn, stranger: Client, typed: str
) -> None:
    for client in (sign_in(cast.cleo), stranger):
        answer = client.post("/join", data={"code": typed, **NEWCOMER})
        assert answer.status_code == 422
        assert 'id="code-error"' in answer.text
        assert "code" in answer.text
    assert find_user("emma.t") is None


def test_an_old_code_opens_nothing(cast: Cast, room: int, sign_in: SignIn) -> None:
    sign_in(cast.ada).post(f"/classrooms/{room}/settings/code")
    assert sign_in(cast.cleo).post("/join", data={"code": CODE}).status_code == 422
    assert not is_enrolled(room, cast.cleo)


def test_an_archived_class_takes_nobody(
    cast: Cast, room: int, sign_in: SignIn, stranger: Client
) -> None:
    sign_in(cast.ada).post(f"/classrooms/{room}/settings/archive")
    for client in (sign_in(cast.cleo), stranger):
        answer = client.post("/join", data={"code": CODE, **NEWCOMER})
        assert answer.status_code == 422
        assert "has archived it" in answer.text
    assert find_user("emma.t") is None


def test_a_removed_pupil_cannot_rejoin_by_code(cast: Cast, room: int, sign_in: SignIn) -> None:
    enrol(room, cast.cleo, removed_at=LONG_AGO)
    answer = sign_in(cast.cleo).post("/join", data={"code": CODE})
    assert answer.status_code == 422
    assert "You were removed from this class" in answer.text
    assert not is_enrolled(room, cast.cleo)


def test_teachers_and_admins_are_told_that_codes_are_for_pupils(
    cast: Cast, room: int, sign_in: SignIn
) -> None:
    for person, word in ((cast.dan, "a teacher"), (cast.ada, "a teacher"), (cast.root, "an admin")):
        client = sign_in(person)
        assert f"signed in as {word}" in client.get("/join").text
        answer = client.post("/join", data={"code": CODE})
        assert answer.status_code == 422
        assert f"signed in as {word}" in answer.text
        assert not is_enrolled(room, person)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"given_name": " "}, "A given name has 1 to 80"),
        ({"given_name": "x" * 81}, "A given name has 1 to 80"),
        ({"given_name": "1234"}, "has no letters"),
        ({"family_name": "x" * 81}, "at most 80"),
        ({"password": ""}, "Choose a password"),
        ({"password": "short"}, "at least 8 characters"),
        ({"password": "password1"}, "first passwords that anybody would try"),
        ({"code": ""}, "Type the code"),
        ({"code": "x" * 41}, "8 letters and digits"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    room: int, stranger: Client, fields: dict[str, str], message: str
) -> None:
    form = {"code": CODE, **NEWCOMER, **fields}
    answer = stranger.post("/join", data=form)
    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{form["family_name"]}"' in answer.text
    assert find_user("emma.t") is None


def test_many_wrong_codes_from_one_address_are_slowed_down(
    cast: Cast, room: int, counting: Flask
) -> None:
    client = signed_in(counting, cast.cleo)
    for _ in range(30):
        assert client.post("/join", data={"code": "CDFGHJKN"}).status_code == 422
    answer = client.post("/join", data={"code": CODE})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    assert not is_enrolled(room, cast.cleo)


def test_one_pupils_wrong_codes_keep_nobody_else_out(
    cast: Cast, room: int, counting: Flask
) -> None:
    client = signed_in(counting, cast.cleo)
    for _ in range(30):
        client.post("/join", data={"code": "CDFGHJKN"})
    assert anonymous(counting).post("/join", data={**NEWCOMER, "code": CODE}).status_code == 303


def test_right_codes_are_never_counted(cast: Cast, room: int, counting: Flask) -> None:
    client = signed_in(counting, cast.cleo)
    for _ in range(35):
        assert client.post("/join", data={"code": CODE}).status_code == 303


def test_codes_of_new_classes_are_what_pupils_can_type(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.ada).post(
        "/teacher/classrooms/new", data={"name": "5B", "grade": "5", "once_key": "k"}
    )
    code = db.session.execute(
        select(Classroom.join_code).where(Classroom.name == "5B")
    ).scalar_one()
    answer = sign_in(cast.cleo).post("/join", data={"code": code.lower()})
    assert answer.status_code == 303


def test_the_page_with_the_user_name_asks_strangers_to_sign_in(stranger: Client) -> None:
    assert "/login" in stranger.get("/joined").location
