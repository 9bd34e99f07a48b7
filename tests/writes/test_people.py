"""People: made, given passwords, suspended, reinstated; what each touches and records."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.people import get_person, get_person_to_suspend, get_self
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, CozmicError, Invalid, NotFound
from cozmic.extensions import db
from cozmic.models import AuditEvent, PersonRevision, User, UserSession
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.people import (
    change_password,
    create_person,
    reinstate,
    rename_person,
    reset_password,
    set_email,
    suspend,
    touch_person_everywhere,
)
from cozmic.writes.sessions import open_session
from tests.credentials import find_user_by_credentials
from tests.factories import LONG_AGO, PASSWORD, Cast, enrol, make_user

ADA: dict[str, Any] = {
    "username": "ada.l",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada.l@school.example",
    "password": "three quiet words",
    "now": LONG_AGO,
}


def sign_in_somewhere(user_id: int) -> int:
    with transaction():
        return open_session(
            db.session.get_one(User, user_id), now=get_now(), hours=1, device="x"
        ).id


def sessions_of(user_id: int) -> list[int]:
    rows = db.session.execute(select(UserSession.id).where(UserSession.user_id == user_id))
    return list(rows.scalars())


def verbs() -> list[str]:
    return list(db.session.execute(select(AuditEvent.verb)).scalars())


def test_a_person_is_made_with_a_revision_and_a_password_that_works(app: Flask) -> None:
    with transaction() as touched:
        user_id = create_person(touched, Role.TEACHER, **ADA).id
    assert find_user_by_credentials("ada.l", ADA["password"]) is not None
    assert db.session.get(PersonRevision, user_id) is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ada"}, "username"),
        ({"email": "ada@school.example"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "ada.l" * 2, "username": "ada.lada.l"}, "password"),
    ],
)
def test_what_is_taken_or_weak_is_refused_with_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught, transaction() as touched:
        create_person(touched, Role.TEACHER, **{**ADA, **changes})
    assert caught.value.field == field


def test_two_who_choose_the_same_name_at_once_make_one_person(app: Flask) -> None:
    def make(number: int) -> bool:
        with app.app_context():
            try:
                with transaction() as touched:
                    create_person(touched, Role.TEACHER, **{**ADA, "email": f"a{number}@x.example"})
            except CozmicError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(make, range(4))) == 1


def test_a_changed_password_keeps_this_session_alone(cast: Cast) -> None:
    here, _there = sign_in_somewhere(cast.ada), sign_in_somewhere(cast.ada)
    with transaction() as touched:
        user = get_self(cast.ada, PASSWORD)
        change_password(touched, user, "three quiet words", keep_session_id=here, now=LONG_AGO)
    assert sessions_of(cast.ada) == [here]
    assert touched.person_ids == {cast.ada}
    assert verbs() == ["change_password"]


def test_a_reset_ends_every_session_and_acts_once(cast: Cast) -> None:
    sign_in_somewhere(cast.ben)
    with transaction() as touched:
        first = reset_password(
            touched, get_person(cast.ben), actor_id=cast.ada, now=LONG_AGO,
            classroom_id=cast.ada_class, once_key="k",
        )  # fmt: skip
    assert sessions_of(cast.ben) == []
    with pytest.raises(Conflict), transaction() as touched:
        reset_password(touched, get_person(cast.ben), actor_id=cast.ada, now=LONG_AGO, once_key="k")
    assert find_user_by_credentials("ben", first) is not None
    event = db.session.query(AuditEvent).one()
    assert (event.actor_id, event.subject_id, event.classroom_id) == (
        cast.ada,
        cast.ben,
        cast.ada_class,
    )
    assert first not in event.detail


def test_suspension_ends_sessions_and_touches_all_that_shows_the_person(cast: Cast) -> None:
    sign_in_somewhere(cast.ben)
    enrol(cast.dan_class, cast.ben, removed_at=LONG_AGO)
    with transaction() as touched:
        suspend(touched, get_person_to_suspend(cast.ben), actor_id=cast.root, now=LONG_AGO)
    assert sessions_of(cast.ben) == []
    assert touched.person_ids == {cast.ben}
    assert touched.classroom_posts == touched.classroom_work == {cast.ada_class, cast.dan_class}
    with transaction() as touched:
        reinstate(touched, get_person(cast.ben), actor_id=cast.root, now=LONG_AGO)
    assert touched.classroom_posts == {cast.ada_class, cast.dan_class}
    assert verbs() == ["suspend_person", "reinstate_person"]


def test_a_teachers_classes_are_touched_too(cast: Cast) -> None:
    touched = Touched()
    touch_person_everywhere(touched, cast.ada)
    assert touched.classroom_posts == {cast.ada_class}


def test_two_admins_who_suspend_each_other_at_once_leave_one(app: Flask, cast: Cast) -> None:
    second = make_user(Role.ADMIN, "Second")

    def act(pair: tuple[int, int]) -> bool:
        actor_id, user_id = pair
        with app.app_context():
            try:
                with transaction() as touched:
                    suspend(
                        touched, get_person_to_suspend(user_id), actor_id=actor_id, now=LONG_AGO
                    )
            except Conflict:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(act, [(cast.root, second), (second, cast.root)])) == [False, True]


def test_a_name_and_an_address_that_stay_the_same_are_no_event(cast: Cast) -> None:
    with transaction() as touched:
        user = get_person(cast.ada)
        set_email(touched, user, "ada@school.example", actor_id=cast.root, now=LONG_AGO)
        rename_person(
            touched, user, given_name="Ada", family_name="", actor_id=cast.root, now=LONG_AGO
        )
    assert verbs() == []
    assert touched.person_ids == set()


def test_one_part_of_a_name_may_move_to_the_other(cast: Cast) -> None:
    with transaction() as touched:
        rename_person(
            touched, get_person(cast.ada), given_name="Ada Lovelace", family_name="",
            actor_id=cast.root, now=LONG_AGO,
        )  # fmt: skip
    with transaction() as touched:
        rename_person(
            touched, get_person(cast.ada), given_name="Ada", family_name="Lovelace",
            actor_id=cast.root, now=LONG_AGO,
        )  # fmt: skip
    assert db.session.get_one(User, cast.ada).family_name == "Lovelace"
    assert touched.classroom_posts == {cast.ada_class}


def test_nobody_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        get_person(999_999)
