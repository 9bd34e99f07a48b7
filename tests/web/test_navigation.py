"""The navigation says where a page stands."""

from __future__ import annotations

import re

import pytest

from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question, make_submission

CURRENT = re.compile(r'aria-current="page">.*?<span>([^<]+)</span>', re.DOTALL)


def current_entries(page: str) -> list[str]:
    """The entries of the main navigation that are marked."""
    return CURRENT.findall(page.partition('<nav class="nav"')[2].partition("</nav>")[0])


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/teacher/", ["Today"]),
        ("/teacher/classrooms/new", ["Classes"]),
        ("/teacher/questions?shelf=bank", ["Questions"]),
        ("/teacher/questions/new/essay", ["Questions"]),
        ("/teacher/to-grade", ["To grade"]),
        ("/account/", []),
    ],
)
def test_a_teacher_sees_where_she_is(
    cast: Cast, sign_in: SignIn, path: str, entries: list[str]
) -> None:
    assert current_entries(sign_in(cast.ada).get(path).text) == entries


def test_a_class_stands_under_classes(cast: Cast, sign_in: SignIn) -> None:
    path = f"/classrooms/{cast.ada_class}/people"
    assert current_entries(sign_in(cast.ada).get(path).text) == ["Classes"]


def test_a_form_that_comes_back_stands_where_it_stood(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ada).post("/teacher/questions/new/essay", data={})
    assert answer.status_code == 422
    assert current_entries(answer.text) == ["Questions"]


def test_a_pupil_sees_where_he_is(cast: Cast, sign_in: SignIn) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    make_submission(assignment_id, cast.ben)
    client = sign_in(cast.ben)
    places = {
        "/student/": ["Home"],
        f"/student/assignments/{assignment_id}": ["Assignments"],
        "/student/progress": ["Progress"],
        f"/classrooms/{cast.ada_class}/": [],
    }
    assert {path: current_entries(client.get(path).text) for path in places} == places


def test_an_admin_sees_where_she_is(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.root)
    places = {
        "/ops/": ["Status"],
        "/ops/people": ["People"],
        f"/ops/people/{cast.ben}": ["People"],
        f"/ops/classrooms/{cast.ada_class}": ["Classes"],
        "/ops/events": ["Events"],
    }
    assert {path: current_entries(client.get(path).text) for path in places} == places


def test_pages_say_in_which_language_they_are(cast: Cast, sign_in: SignIn) -> None:
    assert '<html lang="en"' in sign_in(cast.ada).get("/teacher/").text
