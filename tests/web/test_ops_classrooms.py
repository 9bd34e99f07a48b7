"""Every class, for admins, and handing one over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import AuditEvent, Classroom, User
from cozmic.rules.enums import Role
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import LONG_AGO, Cast, enrol, make_classroom, make_user
from tests.queries import counted_queries


def teacher_of(classroom_id: int) -> int:
    statement = select(Classroom.teacher_id).where(Classroom.id == classroom_id)
    return db.session.execute(statement).scalar_one()


def test_classes_are_listed_with_teacher_and_pupils_and_archived_apart(
    cast: Cast, root: Client
) -> None:
    make_classroom(cast.ada, "Old one", archived_at=LONG_AGO)
    enrol(cast.ada_class, make_user(), removed_at=LONG_AGO)
    page = root.get("/ops/classrooms").text
    assert "Ada&#39;s class" in page
    assert "Dan&#39;s class" in page
    assert page.count('data-label="Pupils" class="number">1<') == 2
    assert "Old one" not in page
    assert "Old one" in root.get("/ops/classrooms?show=archived").text
    assert "Old one" in root.get("/ops/classrooms?show=all&text=old+ada").text
    assert "No class found" in root.get("/ops/classrooms?text=zz").text


def test_a_school_without_classes_is_told_what_comes_first(cast: Cast, root: Client) -> None:
    root.get("/ops/classrooms")
    for classroom_id in (cast.ada_class, cast.dan_class):
        db.session.get_one(Classroom, classroom_id).archived_at = LONG_AGO
    db.session.commit()
    assert "Invite a teacher" in root.get("/ops/classrooms").text


def test_the_list_takes_two_queries_for_any_number(cast: Cast, root: Client) -> None:
    for _ in range(60):
        make_classroom(cast.ada)
    with counted_queries() as queries:
        page = root.get("/ops/classrooms").text
    assert len(queries) == 2
    assert "after=" in page


def test_a_class_is_shown_with_its_roster(cast: Cast, root: Client) -> None:
    enrol(cast.ada_class, make_user(Role.STUDENT, "Gone"), removed_at=LONG_AGO)
    with counted_queries() as queries:
        page = root.get(f"/ops/classrooms/{cast.ada_class}").text
    assert len(queries) <= 6
    assert "Ben" in page
    assert "Gone" not in page
    assert root.get("/ops/classrooms/99999999").status_code == 404


def test_a_class_is_handed_over_with_its_work_and_is_the_others_from_then_on(
    cast: Cast, root: Client, sign_in: SignIn
) -> None:
    path = f"/ops/classrooms/{cast.ada_class}/teacher"
    assert root.post(path, data={"teacher": str(cast.dan)}).status_code == 303
    assert teacher_of(cast.ada_class) == cast.dan
    assert sign_in(cast.ada).get(f"/classrooms/{cast.ada_class}/").status_code == 404
    event = db.session.execute(select(AuditEvent)).scalar_one()
    assert (event.verb, event.detail) == ("hand_over_classroom", "from Ada to Dan")
    assert (event.subject_id, event.classroom_id) == (cast.dan, cast.ada_class)


def test_handing_over_to_the_teacher_who_has_it_does_nothing(cast: Cast, root: Client) -> None:
    path = f"/ops/classrooms/{cast.ada_class}/teacher"
    assert root.post(path, data={"teacher": str(cast.ada)}).status_code == 303
    assert db.session.execute(select(AuditEvent)).first() is None


@pytest.mark.parametrize("teacher", ["", "x", "-1", "9" * 40, "ben", "root", "suspended"])
def test_nobody_but_an_active_teacher_gets_a_class(cast: Cast, root: Client, teacher: str) -> None:
    suspended = make_user(Role.TEACHER, "Sue", suspended_at=LONG_AGO)
    ids = {"ben": cast.ben, "root": cast.root, "suspended": suspended}
    answer = root.post(
        f"/ops/classrooms/{cast.ada_class}/teacher",
        data={"teacher": str(ids.get(teacher, teacher))},
    )
    assert answer.status_code == 422
    assert "Choose a teacher from the list" in answer.text
    assert teacher_of(cast.ada_class) == cast.ada


def test_a_class_that_is_not_there_is_not_handed_over(cast: Cast, root: Client) -> None:
    answer = root.post("/ops/classrooms/99999999/teacher", data={"teacher": str(cast.dan)})
    assert answer.status_code == 404


def test_in_a_district_the_teacher_is_named_instead_of_chosen(
    cast: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cozmic.reads.ops_classrooms.MOST_TEACHERS", 1)
    path = f"/ops/classrooms/{cast.ada_class}"
    dan = db.session.get_one(User, cast.dan).username
    assert 'name="username"' in root.get(path).text
    refused = root.post(f"{path}/teacher", data={"username": "nobody"})
    assert refused.status_code == 422
    assert "No teacher who may sign in has this user name." in refused.text
    assert teacher_of(cast.ada_class) == cast.ada
    assert root.post(f"{path}/teacher", data={"username": f" {dan.upper()} "}).status_code == 303
    assert teacher_of(cast.ada_class) == cast.dan
