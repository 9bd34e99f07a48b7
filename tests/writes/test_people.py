"""People: made, given passwords, suspended, reinstated; what each touches and records."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.new_passwords import NewPassword, choose_password, make_first_passwords
from cozmic.access.people import get_person, get_person_to_suspend, get_proven_person, get_role_of
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
from tests.factories import LONG_AGO, Cast, enrol, make_user, password_hash

ADA: dict[str, Any] = {
    "username": "ada.l",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada.l@school.example",
    "now": LONG_AGO,
}
WORDS = "three quiet words"


def chosen() -> NewPassword:
    return choose_password(WORDS, role=Role.TEACHER, username="")


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
    password = chosen()
    with transaction() as touched:
        user_id = create_person(touched, Role.TEACHER, password=password, **ADA).id
    assert find_user_by_credentials("ada.l", WORDS) is not None
    assert db.session.get(PersonRevision, user_id) is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ada"}, "username"),
        ({"email": "ada@school.example"}, "email"),
    ],
)
def test_what_is_taken_is_refused_with_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    password = chosen()
    with pytest.raises(Invalid) as caught, transaction() as touched:
        create_person(touched, Role.TEACHER, password=password, **{**ADA, **changes})
    assert caught.value.field == field


def test_two_who_choose_the_same_name_at_once_make_one_person(app: Flask) -> None:
    password = chosen()

    def make(number: int) -> bool:
        with app.app_context():
            try:
                with transaction() as touched:
                    own = {**ADA, "email": f"a{number}@x.example"}
                    create_person(touched, Role.TEACHER, password=password, **own)
            except CozmicError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(make, range(4))) == 1


def test_a_changed_password_keeps_this_session_alone(cast: Cast) -> None:
    here, _there = sign_in_somewhere(cast.ada), sign_in_somewhere(cast.ada)
    password = chosen()
    with transaction() as touched:
        user = get_person(cast.ada)
        change_password(touched, user, password, keep_session_id=here, now=LONG_AGO)
    assert sessions_of(cast.ada) == [here]
    assert touched.person_ids == {cast.ada}
    assert verbs() == ["change_password"]


def test_a_reset_ends_every_session_and_acts_once(cast: Cast) -> None:
    sign_in_somewhere(cast.ben)
    first, second = make_first_passwords(2)
    with transaction() as touched:
        reset_password(
            touched, get_person(cast.ben), first, actor_id=cast.ada, now=LONG_AGO,
            classroom_id=cast.ada_class, once_key="k",
        )  # fmt: skip
    assert sessions_of(cast.ben) == []
    with pytest.raises(Conflict), transaction() as touched:
        reset_password(
            touched, get_person(cast.ben), second, actor_id=cast.ada, now=LONG_AGO, once_key="k"
        )
    assert find_user_by_credentials("ben", first.plain) is not None
    event = db.session.query(AuditEvent).one()
    assert (event.actor_id, event.subject_id, event.classroom_id) == (
        cast.ada,
        cast.ben,
        cast.ada_class,
    )
    assert first.plain not in event.detail


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
    for get in (get_person, get_role_of):
        with pytest.raises(NotFound):
            get(999_999)


def test_who_has_proven_a_password_that_has_been_changed_since_is_refused(cast: Cast) -> None:
    proven, password = password_hash(), chosen()
    with transaction() as touched:
        user = get_proven_person(cast.ada, proven)
        change_password(touched, user, password, keep_session_id=None, now=LONG_AGO)
    with pytest.raises(Conflict), transaction():
        get_proven_person(cast.ada, proven)
