"""A class renamed, archived, restored, and given a new code."""

from __future__ import annotations

import pytest

from cozmic.extensions import db
from cozmic.models import Classroom
from tests.conftest import SignIn
from tests.factories import LONG_AGO, Cast, make_classroom


def get_class(classroom_id: int) -> Classroom:
    db.session.rollback()
    return db.session.get_one(Classroom, classroom_id)


def test_a_class_is_renamed(cast: Cast, sign_in: SignIn) -> None:
    path = f"/classrooms/{cast.ada_class}/settings"
    client = sign_in(cast.ada)
    assert "Ada&#39;s class" in client.get(path).text
    assert client.post(path, data={"name": "5B", "grade": ""}).status_code == 303
    row = get_class(cast.ada_class)
    assert (row.name, row.grade) == ("5B", None)
    assert "5B" in sign_in(cast.ben).get(f"/classrooms/{cast.ada_class}/").text


def test_a_name_that_cannot_be_is_refused(cast: Cast, sign_in: SignIn) -> None:
    path = f"/classrooms/{cast.ada_class}/settings"
    answer = sign_in(cast.ada).post(path, data={"name": "", "grade": "4"})
    assert answer.status_code == 422
    assert "Give the class a name" in answer.text


def test_a_new_code_replaces_the_old_one(cast: Cast, sign_in: SignIn) -> None:
    before = get_class(cast.ada_class).join_code
    client = sign_in(cast.ada)
    assert client.post(f"/classrooms/{cast.ada_class}/settings/code").status_code == 303
    after = get_class(cast.ada_class).join_code
    assert after != before
    assert f"{after[:4]}-{after[4:]}" in client.get(f"/classrooms/{cast.ada_class}/settings").text


def test_an_archived_class_changes_in_nothing_until_it_is_restored(
    cast: Cast, sign_in: SignIn
) -> None:
    path, client = f"/classrooms/{cast.ada_class}/settings", sign_in(cast.ada)
    assert client.post(f"{path}/archive").status_code == 303
    assert client.post(f"{path}/archive").status_code == 303
    assert get_class(cast.ada_class).archived_at is not None
    assert client.get(path).status_code == 200
    assert client.post(path, data={"name": "5B", "grade": ""}).status_code == 409
    assert client.post(f"{path}/code").status_code == 409
    assert client.post(f"{path}/restore").status_code == 303
    assert client.post(path, data={"name": "5B", "grade": ""}).status_code == 303
    assert get_class(cast.ada_class).name == "5B"


def test_a_pupil_of_an_archived_class_reads_it_but_has_it_no_longer_among_their_classes(
    cast: Cast, sign_in: SignIn
) -> None:
    ben = sign_in(cast.ben)
    assert "Ada&#39;s class" in ben.get("/student/").text
    sign_in(cast.ada).post(f"/classrooms/{cast.ada_class}/settings/archive")
    assert "Ada&#39;s class" not in ben.get("/student/").text
    assert "This class is archived" in ben.get(f"/classrooms/{cast.ada_class}/").text


@pytest.mark.parametrize("act", ["", "/code", "/archive", "/restore"])
def test_others_are_refused(cast: Cast, sign_in: SignIn, act: str) -> None:
    room = make_classroom(cast.ada, "Shut", archived_at=LONG_AGO if act == "/restore" else None)
    path = f"/classrooms/{room}/settings{act}"
    for person, status in ((cast.dan, 404), (cast.cleo, 404), (cast.root, 403)):
        assert sign_in(person).post(path, data={"name": "x", "grade": ""}).status_code == status
    own = f"/classrooms/{cast.ada_class}/settings{act}"
    assert sign_in(cast.ben).post(own, data={"name": "x", "grade": ""}).status_code == 403
    assert get_class(room).name == "Shut"


def test_pupils_do_not_see_the_settings(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.ben).get(f"/classrooms/{cast.ada_class}/settings").status_code == 403
