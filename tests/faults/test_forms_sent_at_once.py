"""A button pressed twice, or by two people for one thing, at the same moment: on PostgreSQL, where nothing queues."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from flask import Flask

from cozmic.extensions import db
from cozmic.models import Question, User
from tests.client import Client, signed_in
from tests.factories import PASSWORD, Cast, make_question

pytestmark = [pytest.mark.database, pytest.mark.parametrize("app", ["postgresql"], indirect=True)]
TRIES = 6
"""Of two at once one is sometimes done before the other begins."""


def together(app: Flask, pages: Sequence[Client], path: str, data: dict[str, str]) -> list[int]:
    """Send one form from all pages at one moment; return the statuses, in order of size."""
    barrier, statuses = threading.Barrier(len(pages)), list[int]()
    faults: list[Exception] = []

    def press(page: Client) -> None:
        with app.app_context():
            barrier.wait(5)
            try:
                statuses.append(page.post(path, data=data).status_code)
            except Exception as error:  # noqa: BLE001  raised again where the test sees it
                faults.append(error)

    threads = [threading.Thread(target=press, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    for fault in faults:
        raise fault
    db.session.rollback()
    return sorted(statuses)


def test_a_question_saved_twice_at_once_is_written_once(app: Flask, cast: Cast) -> None:
    fields = {
        "prompt": "How many?",
        "answer": "3",
        "tolerance": "0",
        "unit": "",
        "difficulty": "2",
        "skill": "",
    }
    pages = [signed_in(app, cast.ada) for _ in range(2)]
    for number in range(TRIES):
        data = {**fields, "once_key": f"key {number}"}
        assert together(app, pages, "/teacher/questions/new/numeric", data) == [303, 409]
        assert db.session.query(Question).count() == number + 1


def test_a_question_copied_twice_at_once_is_copied_once(app: Flask, cast: Cast) -> None:
    pages, source = [signed_in(app, cast.ada) for _ in range(2)], make_question()
    for number in range(TRIES):
        data = {"once_key": f"key {number}"}
        assert together(app, pages, f"/teacher/questions/{source}/copy", data) == [303, 409]
        assert db.session.query(Question).count() == number + 2


def test_two_who_take_one_address_at_once_do_not_both_get_it(app: Flask, cast: Cast) -> None:
    pages = [signed_in(app, cast.ben), signed_in(app, cast.cleo)]
    for number in range(TRIES):
        address = f"pupil{number}@school.example"
        data = {"email": address, "current_password": PASSWORD}
        assert together(app, pages, "/account/email", data) == [303, 422]
        assert db.session.query(User).filter_by(email=address).count() == 1
