"""Published, unpublished, deleted, copied: by its teacher, while it may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    LONG_AGO,
    Cast,
    archive,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
)

HOUR = timedelta(hours=1)
ACTS = ["publish", "unpublish", "delete", "copy"]


@pytest.fixture
def url(cast: Cast) -> str:
    return f"/classrooms/{cast.ada_class}/assignments"


def find(assignment_id: int) -> Assignment | None:
    db.session.rollback()
    return db.session.get(Assignment, assignment_id, populate_existing=True)


def is_published(assignment_id: int) -> bool:
    row = find(assignment_id)
    assert row is not None
    return row.published_at is not None


def test_a_draft_is_published_and_its_pupils_see_it(
    ada: Client, url: str, cast: Cast, sign_in: SignIn
) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], title="New one", published_at=None)
    ben = sign_in(cast.ben)
    assert "New one" not in ben.get(url).text
    assert "Publish" in ada.get(f"{url}/{draft}").text
    answer = ada.post(f"{url}/{draft}/publish")
    assert (answer.status_code, answer.location) == (303, f"{url}/{draft}")
    assert "New one" in ben.get(url).text


def test_an_opening_time_that_has_passed_is_a_warning(ada: Client, url: str, cast: Cast) -> None:
    draft = make_assignment(
        cast.ada_class, [make_question()], published_at=None, opens_at=get_now() - HOUR
    )
    ada.post(f"{url}/{draft}/publish")
    assert "pupils can start at once" in ada.get(f"{url}/{draft}").text
    assert is_published(draft)


def test_a_due_time_that_has_passed_is_said_before_and_refused_after(
    ada: Client, url: str, cast: Cast
) -> None:
    draft = make_assignment(
        cast.ada_class, [make_question()], published_at=None, due_at=get_now() - HOUR
    )
    page = ada.get(f"{url}/{draft}").text
    assert "The due time has passed" in page
    assert f"{url}/{draft}/publish" not in page
    answer = ada.post(f"{url}/{draft}/publish")
    assert answer.status_code == 409
    assert "Give a later one" in answer.text
    assert not is_published(draft)


def test_a_draft_without_questions_is_not_published(ada: Client, url: str, cast: Cast) -> None:
    draft = make_assignment(cast.ada_class, [], published_at=None)
    page = ada.get(f"{url}/{draft}").text
    assert "No questions yet" in page
    assert f"{url}/{draft}/publish" not in page
    assert ada.post(f"{url}/{draft}/publish").status_code == 409


def test_it_is_unpublished_while_nobody_has_started(
    ada: Client, url: str, cast: Cast, sign_in: SignIn
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], title="Oops")
    assert f"{url}/{assignment_id}/unpublish" in ada.get(f"{url}/{assignment_id}").text
    assert ada.post(f"{url}/{assignment_id}/unpublish").status_code == 303
    assert "Oops" not in sign_in(cast.ben).get(url).text
    assert ada.post(f"{url}/{assignment_id}/unpublish").status_code == 303


def test_once_somebody_has_started_it_is_neither_unpublished_nor_deleted(
    ada: Client, url: str, cast: Cast
) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    make_submission(assignment_id, cast.ben)
    page = ada.get(f"{url}/{assignment_id}").text
    assert "unpublish" not in page
    assert "/delete" not in page
    for act, message in (("unpublish", "cannot be unpublished"), ("delete", "cannot be deleted")):
        answer = ada.post(f"{url}/{assignment_id}/{act}")
        assert answer.status_code == 409
        assert message in answer.text
    assert is_published(assignment_id)


def test_a_draft_is_deleted_a_published_one_is_not(ada: Client, url: str, cast: Cast) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], title="Away", published_at=None)
    published = make_assignment(cast.ada_class, [make_question()])
    answer = ada.post(f"{url}/{draft}/delete")
    assert (answer.status_code, answer.location) == (303, url)
    assert "“Away” is deleted" in ada.get(url).text
    assert find(draft) is None
    assert ada.post(f"{url}/{draft}/delete").status_code == 404
    answer = ada.post(f"{url}/{published}/delete")
    assert answer.status_code == 409
    assert "Unpublish it first" in answer.text
    assert find(published) is not None


def test_it_is_copied_to_another_class_of_the_same_teacher(
    ada: Client, url: str, cast: Cast
) -> None:
    other = make_classroom(cast.ada, "Parallel")
    assignment_id = make_assignment(cast.ada_class, [make_question()], title="Quiz")
    page = ada.get(f"{url}/{assignment_id}/copy").text
    assert "Parallel" in page
    assert "Dan&#39;s class" not in page
    form = {"classroom": str(other), "once_key": "k"}
    answer = ada.post(f"{url}/{assignment_id}/copy", data=form)
    copied = db.session.execute(
        select(Assignment).where(Assignment.classroom_id == other)
    ).scalar_one()
    assert answer.status_code == 303
    assert answer.location == f"/classrooms/{other}/assignments/{copied.id}"
    assert copied.title == "Quiz"
    assert ada.post(f"{url}/{assignment_id}/copy", data=form).status_code == 409


def test_a_copy_goes_to_none_but_ones_own_classes_in_use(ada: Client, url: str, cast: Cast) -> None:
    archived = make_classroom(cast.ada, archived_at=LONG_AGO)
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    for room in ("", "nonsense", "9" * 5000, str(cast.dan_class), str(archived)):
        form = {"classroom": room, "once_key": "k"}
        answer = ada.post(f"{url}/{assignment_id}/copy", data=form)
        assert answer.status_code == 422, room
        assert "Choose one of your classes" in answer.text
    assert len(db.session.execute(select(Assignment.id)).all()) == 1


def test_last_years_assignment_is_copied_out_of_an_archived_class(
    ada: Client, url: str, cast: Cast
) -> None:
    this_year = make_classroom(cast.ada, "This year")
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    archive(cast.ada_class)
    form = {"classroom": str(this_year), "once_key": "k"}
    assert ada.post(f"{url}/{assignment_id}/copy", data=form).status_code == 303
    into = {"classroom": str(cast.ada_class), "once_key": "k2"}
    assert ada.post(f"{url}/{assignment_id}/copy", data=into).status_code == 422


def test_in_an_archived_class_nothing_is_published_or_taken_back(
    ada: Client, url: str, cast: Cast
) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], published_at=None)
    published = make_assignment(cast.ada_class, [make_question()])
    archive(cast.ada_class)
    assert ada.post(f"{url}/{draft}/publish").status_code == 409
    assert ada.post(f"{url}/{draft}/delete").status_code == 409
    assert ada.post(f"{url}/{published}/unpublish").status_code == 409
    assert "/publish" not in ada.get(f"{url}/{draft}").text


def test_nobody_but_its_teacher_may(
    url: str, cast: Cast, sign_in: SignIn, stranger: Client
) -> None:
    draft = make_assignment(cast.ada_class, [make_question()], published_at=None)
    ben, dan = sign_in(cast.ben), sign_in(cast.dan)
    for act in ACTS:
        path = f"{url}/{draft}/{act}"
        assert ben.post(path).status_code == 403
        assert dan.post(path).status_code == 404
        assert stranger.post(path).location.startswith("/login")
    assert not is_published(draft)


def test_another_classes_assignment_is_not_reached_through_ones_own(
    ada: Client, url: str, cast: Cast
) -> None:
    theirs = make_assignment(cast.dan_class, [make_question()], published_at=None)
    form = {"classroom": str(cast.ada_class), "once_key": "k"}
    for act in ACTS:
        assert ada.post(f"{url}/{theirs}/{act}", data=form).status_code == 404
    assert not is_published(theirs)
