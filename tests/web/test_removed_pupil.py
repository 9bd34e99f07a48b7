"""What a pupil who was removed from a class still meets of it: nothing, until they are brought back."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question, make_submission
from tests.work import hand_in_work, list_item_ids


@pytest.fixture
def quiz(cast: Cast) -> int:
    """A quiz that Ben has handed in, graded and released."""
    quiz = make_assignment(cast.ada_class, [make_question()], title="Fractions", attempts_allowed=2)
    hand_in_work(quiz, cast.ben, "100")
    return quiz


def remove(ada: Client, cast: Cast, act: str = "remove") -> None:
    assert ada.post(f"/classrooms/{cast.ada_class}/people/{cast.ben}/{act}").status_code == 303


def test_neither_the_class_nor_its_work_is_found(
    ada: Client, cast: Cast, quiz: int, sign_in: SignIn
) -> None:
    attempt = make_submission(quiz, cast.ben, attempt=2)
    remove(ada, cast)
    ben, item = sign_in(cast.ben), list_item_ids(quiz)[0]
    here = f"/student/attempts/{attempt}"
    for path in (
        f"/classrooms/{cast.ada_class}/", f"/classrooms/{cast.ada_class}/assignments",
        f"/student/assignments/{quiz}", here, f"{here}/result",
    ):  # fmt: skip
        assert ben.get(path).status_code == 404, path
    for path in (f"/student/assignments/{quiz}/start", f"{here}/answers", f"{here}/hand-in"):
        assert ben.post(path).status_code == 404, path
    answer = {"answer": "100", "version": 0}
    assert ben.put(f"{here}/answers/{item}", json=answer).status_code == 404


def test_no_page_names_the_work_and_leads_nowhere(
    ada: Client, cast: Cast, quiz: int, sign_in: SignIn
) -> None:
    for page in ("/student/", "/student/assignments/"):
        assert "Fractions" in sign_in(cast.ben).get(page).text
    remove(ada, cast)
    for page in ("/student/", "/student/assignments/"):
        assert "Fractions" not in sign_in(cast.ben).get(page).text, page
    remove(ada, cast, "bring-back")
    for page in ("/student/", "/student/assignments/"):
        assert "Fractions" in sign_in(cast.ben).get(page).text
