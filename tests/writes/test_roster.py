"""What the roster's and the classes' writes touch, and two of them at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cozmic.access.classrooms import get_open_classroom, get_place, get_taught_classroom
from cozmic.access.clock import get_now
from cozmic.access.new_passwords import NewPassword
from cozmic.access.people import get_person
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Classroom, Enrolment, User
from cozmic.rules.roster import Planned, Step
from cozmic.transaction import transaction
from cozmic.writes import announcements, classrooms, roster
from tests.client import Client, anonymous, signed_in
from tests.factories import LONG_AGO, Cast, enrol, make_classroom, make_user, password_hash

Act = Callable[[Touched, Cast], object]
EMMA = Planned(1, "Emma", "Thompson", "", Step.ADD, None, (), ())


def add_emma(touched: Touched, cast: Cast) -> None:
    room = get_open_classroom(cast.ada_class, cast.ada)
    first = NewPassword("three quiet words", password_hash())
    roster.add_pupils(touched, room, [EMMA], firsts=[first], once_key="k", now=get_now())


def remove_ben(touched: Touched, cast: Cast) -> None:
    place, _ = get_place(cast.ada_class, cast.ada, cast.ben)
    roster.remove_pupil(touched, place, actor_id=cast.ada, now=get_now())


def let_cleo_join(touched: Touched, cast: Cast) -> None:
    room = db.session.get_one(Classroom, cast.ada_class)
    roster.join_with_code(touched, room, get_person(cast.cleo), now=get_now())


def rename(touched: Touched, cast: Cast) -> None:
    room = get_open_classroom(cast.ada_class, cast.ada)
    classrooms.rename_classroom(touched, room, name="5B", grade=None)


def archive(touched: Touched, cast: Cast) -> None:
    room = get_taught_classroom(cast.ada_class, cast.ada)
    classrooms.archive_classroom(touched, room, now=get_now())


def announce(touched: Touched, cast: Cast) -> None:
    room = get_open_classroom(cast.ada_class, cast.ada)
    announcements.announce(touched, room, "Hello", once_key="k", now=get_now())


@pytest.mark.parametrize(
    ("act", "people", "posts", "work"),
    [
        (add_emma, {"Emma"}, True, True),
        (remove_ben, {"Ben"}, True, True),
        (let_cleo_join, {"Cleo"}, True, True),
        (archive, {"Ada", "Ben"}, True, True),
        (rename, set(), True, False),
        (announce, set(), True, False),
    ],
)
def test_a_write_touches_every_screen_that_it_changes(
    cast: Cast, act: Act, *, people: set[str], posts: bool, work: bool
) -> None:
    with transaction() as touched:
        act(touched, cast)
    names = select(User.given_name).where(User.id.in_(touched.person_ids))
    assert set(db.session.execute(names).scalars()) == people
    assert touched.classroom_posts == ({cast.ada_class} if posts else set())
    assert touched.classroom_work == ({cast.ada_class} if work else set())


@pytest.mark.parametrize("act", [remove_ben, archive, announce])
@pytest.mark.exact_revisions
def test_doing_it_again_changes_nothing(cast: Cast, act: Act) -> None:
    with transaction() as touched:
        act(touched, cast)
    if act is archive:
        db.session.rollback()
    with transaction() as again:
        act(again, cast)
    assert again == Touched()


def test_a_class_of_somebody_else_is_not_found_to_be_changed(cast: Cast) -> None:
    for look in (get_taught_classroom, get_open_classroom):
        with pytest.raises(NotFound):
            look(cast.dan_class, cast.ada)
    with pytest.raises(NotFound):
        get_place(cast.ada_class, cast.dan, cast.ben)
    with pytest.raises(NotFound):
        get_place(cast.ada_class, cast.ada, cast.cleo)


def test_an_archived_class_is_not_changed_even_past_the_pages(cast: Cast) -> None:
    room = make_classroom(cast.ada, "Old", archived_at=LONG_AGO)
    enrol(room, cast.ben)
    with pytest.raises(Conflict):
        get_open_classroom(room, cast.ada)
    with pytest.raises(Conflict):
        get_place(room, cast.ada, cast.ben)


def at_once(app: Flask, *sends: Callable[[], TestResponse]) -> list[int]:
    """Send requests at the same moment; return their statuses, sorted."""
    barrier = Barrier(len(sends))

    def run(send: Callable[[], TestResponse]) -> int:
        with app.app_context():
            barrier.wait()
            return send().status_code

    with ThreadPoolExecutor(len(sends)) as pool:
        return sorted(pool.map(run, sends))


def post(client: Client, path: str, **form: str) -> Callable[[], TestResponse]:
    return lambda: client.post(path, data=form)


def count(model: type[User | Enrolment]) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_list_confirmed_twice_at_once_is_carried_out_once(app: Flask, cast: Cast) -> None:
    path = f"/classrooms/{cast.ada_class}/people/import/confirm"
    form = {"text": "Emma Thompson\nIvy Low", "layout": "names", "once_key": "k"}
    before = count(User)
    sends = [post(signed_in(app, cast.ada), path, **form) for _ in range(4)]
    assert at_once(app, *sends) == [200, 409, 409, 409]
    assert count(User) == before + 2


def test_a_class_opened_twice_at_once_is_opened_once(app: Flask, cast: Cast) -> None:
    form = {"name": "5B", "grade": "", "once_key": "k"}
    sends = [post(signed_in(app, cast.ada), "/teacher/classrooms/new", **form) for _ in range(4)]
    assert at_once(app, *sends) == [303, 409, 409, 409]


def test_a_pupil_who_joins_twice_at_once_has_one_place(app: Flask, cast: Cast) -> None:
    make_classroom(cast.ada, "Stars", join_code="CDFGHJKM")
    before = count(Enrolment)
    sends = [post(signed_in(app, cast.cleo), "/join", code="cdfghjkm") for _ in range(4)]
    assert at_once(app, *sends) == [303] * 4
    assert count(Enrolment) == before + 1


def test_newcomers_of_one_name_at_once_get_user_names_of_their_own(app: Flask, cast: Cast) -> None:
    make_classroom(cast.ada, "Stars", join_code="CDFGHJKM")
    before = count(User)
    sends = [
        post(
            anonymous(app), "/join", code="CDFGHJKM", given_name="Emma", family_name="Thompson",
            password="three blue whales", once_key=key,
        )
        for key in ("a", "b", "c", "c")
    ]  # fmt: skip
    assert at_once(app, *sends) == [303] * 4
    assert count(User) == before + 3


def test_two_teachers_who_add_one_name_at_once_make_two_pupils(app: Flask, cast: Cast) -> None:
    make_user(given_name="Other")
    before = count(User)
    sends = [
        post(
            signed_in(app, teacher), f"/classrooms/{room}/people/new",
            given_name="Emma", family_name="Thompson", once_key=str(room),
        )
        for teacher, room in ((cast.ada, cast.ada_class), (cast.dan, cast.dan_class))
    ]  # fmt: skip
    assert at_once(app, *sends) == [200, 200]
    assert count(User) == before + 2
