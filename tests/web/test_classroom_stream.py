"""The stream of a class."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Announcement
from cozmic.reads.stream import PAGE
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import LONG_AGO, Cast, make_assignment, make_classroom, save


def post_note(cast: Cast, body: str, **fields: object) -> int:
    values = {"classroom_id": cast.ada_class, "author_id": cast.ada, "posted_at": LONG_AGO}
    return save(Announcement(body=body, **{**values, **fields}))


def count_notes() -> int:
    return db.session.execute(select(func.count()).select_from(Announcement)).scalar_one()


def stream_of(cast: Cast) -> str:
    return f"/classrooms/{cast.ada_class}/"


def test_what_a_teacher_posts_its_pupils_read_with_line_breaks_and_links(
    cast: Cast, sign_in: SignIn
) -> None:
    body = "Bring a <b>ruler</b>.\r\nSee https://example.org/rulers."
    answer = sign_in(cast.ada).post(
        stream_of(cast) + "announcements", data={"body": body, "once_key": "k"}
    )
    assert answer.status_code == 303
    page = sign_in(cast.ben).get(stream_of(cast)).text
    assert "Bring a &lt;b&gt;ruler&lt;/b&gt;.\nSee " in page
    assert '<a href="https://example.org/rulers" rel="noopener noreferrer nofollow">' in page


def test_posting_the_same_form_twice_posts_once(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    for _ in range(2):
        form = {"body": "Hello", "once_key": "same"}
        assert client.post(stream_of(cast) + "announcements", data=form).status_code == 303
    assert count_notes() == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [("", "Write what you want"), (" \n ", "Write what you want"), ("x" * 4001, "at most 4000")],
)
def test_what_cannot_be_announced_says_why_and_keeps_the_text(
    cast: Cast, sign_in: SignIn, body: str, message: str
) -> None:
    answer = sign_in(cast.ada).post(
        stream_of(cast) + "announcements", data={"body": body, "once_key": "k"}
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert body.strip() in answer.text
    assert count_notes() == 0


def test_the_newest_stands_first_and_older_ones_are_a_link_away(
    cast: Cast, sign_in: SignIn
) -> None:
    for number in range(PAGE + 5):
        post_note(cast, f"note {number:02}.", posted_at=LONG_AGO + timedelta(hours=number // 2))
    client = sign_in(cast.ben)
    first = client.get(stream_of(cast)).text
    assert first.index("note 24.") < first.index("note 23.") < first.index("note 05.")
    assert "note 04." not in first
    older = first.split("?before=")[1].split('"')[0]
    second = client.get(stream_of(cast), query_string={"before": older}).text
    assert [number for number in range(PAGE + 5) if f"note {number:02}." in second] == [
        0,
        1,
        2,
        3,
        4,
    ]


@pytest.mark.parametrize(
    "before", ["x", "1-x", "-", "9" * 40 + "-1", "1-" + "9" * 40, "٣-٣", "\x00"]
)
def test_a_cursor_that_nobody_gave_shows_the_newest(
    cast: Cast, sign_in: SignIn, before: str
) -> None:
    post_note(cast, "Here I am")
    answer = sign_in(cast.ben).get(stream_of(cast), query_string={"before": before})
    assert answer.status_code == 200
    assert "Here I am" in answer.text


def test_what_is_taken_back_is_gone(cast: Cast, sign_in: SignIn) -> None:
    note = post_note(cast, "Wrong class")
    path = f"{stream_of(cast)}announcements/{note}/take-back"
    assert sign_in(cast.ada).post(path).status_code == 303
    assert "Wrong class" not in sign_in(cast.ben).get(stream_of(cast)).text
    assert sign_in(cast.ada).post(path).status_code == 404


def test_an_announcement_of_another_class_is_out_of_reach(cast: Cast, sign_in: SignIn) -> None:
    note = post_note(cast, "Dan's", classroom_id=cast.dan_class, author_id=cast.dan)
    answer = sign_in(cast.ada).post(f"{stream_of(cast)}announcements/{note}/take-back")
    assert answer.status_code == 404
    assert count_notes() == 1


def test_what_is_due_soon_is_published_open_and_within_two_weeks(
    cast: Cast, sign_in: SignIn
) -> None:
    now, room = get_now(), cast.ada_class
    tomorrow = now + timedelta(days=1)
    make_assignment(room, [], title="Due tomorrow", due_at=tomorrow)
    make_assignment(room, [], title="A draft", due_at=tomorrow, published_at=None)
    make_assignment(room, [], title="Was due", due_at=now - timedelta(hours=1))
    make_assignment(room, [], title="Far away", due_at=now + timedelta(days=30))
    make_assignment(room, [], title="Not open", due_at=tomorrow, opens_at=now + timedelta(hours=2))
    for person in (cast.ben, cast.ada):
        page = sign_in(person).get(stream_of(cast)).text
        assert "Due tomorrow" in page
        for title in ("A draft", "Was due", "Far away", "Not open"):
            assert title not in page


def test_pupils_see_neither_the_code_nor_a_form(cast: Cast, sign_in: SignIn) -> None:
    post_note(cast, "Hello")
    page = sign_in(cast.ben).get(stream_of(cast)).text
    assert "Class code" not in page
    assert "Take back" not in page
    assert "/announcements" not in page


def test_an_archived_class_is_read_and_not_changed(cast: Cast, sign_in: SignIn) -> None:
    room = make_classroom(cast.ada, "Old", archived_at=LONG_AGO)
    note = post_note(cast, "Old news", classroom_id=room)
    client = sign_in(cast.ada)
    page = client.get(f"/classrooms/{room}/").text
    assert "Old news" in page
    assert "This class is archived" in page
    for path in ("announcements", f"announcements/{note}/take-back"):
        answer = client.post(f"/classrooms/{room}/{path}", data={"body": "x", "once_key": "k"})
        assert answer.status_code == 409
    assert count_notes() == 1


def test_others_are_refused(cast: Cast, sign_in: SignIn, stranger: Client) -> None:
    path = stream_of(cast) + "announcements"
    assert "/login" in stranger.get(stream_of(cast)).location
    assert sign_in(cast.cleo).get(stream_of(cast)).status_code == 404
    assert sign_in(cast.dan).get(stream_of(cast)).status_code == 404
    assert sign_in(cast.root).get(stream_of(cast)).status_code == 403
    assert sign_in(cast.ben).post(path, data={"body": "x"}).status_code == 403
    assert sign_in(cast.dan).post(path, data={"body": "x"}).status_code == 404
    assert count_notes() == 0
