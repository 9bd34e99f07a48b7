"""The one SELECT that admits a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from cozmic.access.admission import find_viewer
from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import User, UserSession
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from tests.factories import Cast, archive, enrol, save, take_off_roster
from tests.queries import counted_queries


def make_session(user_id: int, hours: float = 12) -> int:
    now = get_now()
    row = UserSession(
        id=7_000_000_000_000 + user_id,
        user_id=user_id,
        created_at=now,
        expires_at=now + timedelta(hours=hours),
        device="Test",
    )
    return save(row)


def test_a_session_admits_its_own_person(app: Flask, cast: Cast) -> None:
    viewer = find_viewer(make_session(cast.ada), cast.ada)
    assert viewer is not None
    assert (viewer.user_id, viewer.role, viewer.school_name) == (
        cast.ada,
        Role.TEACHER,
        "Test School",
    )
    assert viewer.now.utcoffset() == timedelta(0)


def test_a_session_does_not_admit_another_person(app: Flask, cast: Cast) -> None:
    assert find_viewer(make_session(cast.ada), cast.dan) is None


def test_an_expired_session_admits_nobody(app: Flask, cast: Cast) -> None:
    session_id = make_session(cast.ada, hours=1)
    assert find_viewer(session_id, cast.ada) is not None
    app.config["CLOCK_OFFSET_S"] = 3601.0
    assert find_viewer(session_id, cast.ada) is None


def test_suspension_holds_from_the_next_request(app: Flask, cast: Cast) -> None:
    session_id = make_session(cast.ben)
    with transaction():
        db.session.get_one(User, cast.ben).suspended_at = get_now()
    assert find_viewer(session_id, cast.ben) is None


@pytest.mark.parametrize(
    ("who", "right"),
    [("ada", "teacher"), ("ben", "pupil"), ("cleo", None), ("dan", None), ("root", None)],
)
def test_only_its_teacher_and_its_pupils_are_in_a_classroom(
    app: Flask, cast: Cast, who: str, right: str | None
) -> None:
    user_id = getattr(cast, who)
    viewer = find_viewer(make_session(user_id), user_id, classroom_id=cast.ada_class)
    assert viewer is not None
    room = viewer.room
    assert (room and ("teacher" if room.is_teacher else "pupil")) == right


def test_a_removed_pupil_is_in_the_classroom_no_longer(app: Flask, cast: Cast) -> None:
    session_id = make_session(cast.ben)
    take_off_roster(cast.ben)
    viewer = find_viewer(session_id, cast.ben, classroom_id=cast.ada_class)
    assert viewer is not None
    assert viewer.room is None


def test_a_teacher_enrolled_elsewhere_is_nobody_there(app: Flask, cast: Cast) -> None:
    enrol(cast.dan_class, cast.ada)
    viewer = find_viewer(make_session(cast.ada), cast.ada, classroom_id=cast.dan_class)
    assert viewer is not None
    assert viewer.room is None


def test_a_classroom_that_does_not_exist_gives_no_room(app: Flask, cast: Cast) -> None:
    viewer = find_viewer(make_session(cast.ada), cast.ada, classroom_id=999_999)
    assert viewer is not None
    assert viewer.room is None


def test_an_archived_classroom_says_so(app: Flask, cast: Cast) -> None:
    archive(cast.ada_class)
    viewer = find_viewer(make_session(cast.ada), cast.ada, classroom_id=cast.ada_class)
    assert viewer is not None
    assert viewer.room is not None
    assert viewer.room.is_archived


def test_admission_is_one_select(app: Flask, cast: Cast) -> None:
    session_id = make_session(cast.ada)
    with counted_queries() as statements:
        find_viewer(session_id, cast.ada, classroom_id=cast.ada_class)
    assert len(statements) == 1


def test_admission_leaves_its_connection_as_it_was(postgres_app: Flask) -> None:
    """The pool hands the same connection to writers: autocommit left on would make every write half done."""
    with postgres_app.app_context():
        find_viewer(1, 1)
        with db.engine.connect() as connection:
            assert connection.connection.dbapi_connection is not None
            assert connection.connection.dbapi_connection.autocommit is False
