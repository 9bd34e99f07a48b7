"""A teacher's list of classes, and a new class."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import Classroom
from cozmic.rules.join_codes import ALPHABET, LENGTH
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import LONG_AGO, Cast, enrol, make_classroom, make_user


def find_class(name: str) -> Classroom | None:
    return db.session.execute(select(Classroom).where(Classroom.name == name)).scalar_one_or_none()


def test_a_teacher_sees_the_classes_in_use_and_those_archived_apart(
    cast: Cast, sign_in: SignIn
) -> None:
    make_classroom(cast.ada, "Last year", archived_at=LONG_AGO)
    enrol(cast.ada_class, make_user(), removed_at=LONG_AGO)
    page = sign_in(cast.ada).get("/teacher/classrooms").text
    in_use, archived = page.split("<h2>Archived</h2>")
    assert "Ada&#39;s class" in in_use
    assert "1 pupil" in in_use
    assert "Last year" in archived
    assert "Dan&#39;s class" not in page


def test_a_new_class_gets_a_code_without_look_alikes(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    answer = client.post(
        "/teacher/classrooms/new", data={"name": " 5B ", "grade": "5", "once_key": "k"}
    )
    row = find_class("5B")
    assert row is not None
    assert answer.status_code == 303
    assert answer.location == f"/classrooms/{row.id}/people"
    assert row.grade == 5
    assert len(row.join_code) == LENGTH
    assert set(row.join_code) <= set(ALPHABET)


def test_sending_the_form_twice_opens_one_class(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    form = {"name": "5B", "grade": "", "once_key": "the same"}
    assert client.post("/teacher/classrooms/new", data=form).status_code == 303
    assert client.post("/teacher/classrooms/new", data=form).status_code == 409
    assert find_class("5B") is not None


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": "  ", "grade": "5"}, "Give the class a name"),
        ({"name": "x" * 121, "grade": "5"}, "at most 120 characters"),
        ({"name": "5B", "grade": "13"}, "Choose a grade from 1 to 12"),
        ({"name": "5B", "grade": "1; DROP"}, "Choose a grade from 1 to 12"),
    ],
)
def test_a_class_that_cannot_be_says_why_and_keeps_the_text(
    cast: Cast, sign_in: SignIn, form: dict[str, str], message: str
) -> None:
    answer = sign_in(cast.ada).post("/teacher/classrooms/new", data={**form, "once_key": "k"})
    assert answer.status_code == 422
    assert message in answer.text
    assert form["name"].strip() in answer.text


def test_nul_characters_in_a_name_are_left_out(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.ada).post(
        "/teacher/classrooms/new", data={"name": "5\x00B", "grade": "", "once_key": "k"}
    )
    assert find_class("5B") is not None


@pytest.mark.parametrize("path", ["/teacher/classrooms", "/teacher/classrooms/new"])
def test_pupils_and_admins_are_refused(cast: Cast, sign_in: SignIn, path: str) -> None:
    assert sign_in(cast.ben).get(path).status_code == 403
    assert sign_in(cast.root).get(path).status_code == 403


def test_a_stranger_is_asked_to_sign_in(stranger: Client) -> None:
    answer = stranger.get("/teacher/classrooms")
    assert answer.status_code == 303
    assert "/login" in answer.location
