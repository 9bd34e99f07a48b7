"""Many pupils at once, by a list or a file."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cozmic.extensions import db
from cozmic.models import Enrolment, User
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import LONG_AGO, Cast, enrol, make_user
from tests.queries import counted_queries

LOGIN = re.compile(r"<dd><code>([^<]+)</code></dd>")


def look(client: Client, cast: Cast, text: str = "", **fields: object) -> TestResponse:
    form = {"text": text, "layout": "names", "once_key": "k", **fields}
    return client.post(f"/classrooms/{cast.ada_class}/people/import", data=form)


def confirm(client: Client, cast: Cast, text: str, **fields: str) -> TestResponse:
    form = {"text": text, "layout": "names", "once_key": "k", **fields}
    return client.post(f"/classrooms/{cast.ada_class}/people/import/confirm", data=form)


def upload(data: bytes, name: str = "roster.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def count_users() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(User)).scalar_one()


def roster_names(cast: Cast) -> set[str]:
    db.session.rollback()
    on_roster = (
        select(User.given_name)
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(Enrolment.classroom_id == cast.ada_class, Enrolment.removed_at.is_(None))
    )
    return set(db.session.execute(on_roster).scalars())


def test_a_list_is_shown_line_by_line_and_nothing_is_written(cast: Cast, sign_in: SignIn) -> None:
    before = count_users()
    answer = look(sign_in(cast.ada), cast, "Emma Thompson\nLow, Ivy")
    assert answer.status_code == 200
    assert answer.text.count("New account") == 2
    assert "Add 2 pupils" in answer.text
    assert count_users() == before


def test_a_confirmed_list_makes_cards_that_work_for_two_emmas(cast: Cast, sign_in: SignIn) -> None:
    answer = confirm(sign_in(cast.ada), cast, "Emma Thompson\nEmma Taylor\nIvy Low")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    logins = LOGIN.findall(answer.text)
    assert logins[0::2] == ["emma.t", "emma.t2", "ivy.l"]
    for username, password in zip(logins[0::2], logins[1::2], strict=True):
        assert find_user_by_credentials(username, password) is not None
    assert roster_names(cast) == {"Ben", "Emma", "Ivy"}


def test_confirming_twice_creates_once(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert confirm(client, cast, "Emma Thompson").status_code == 200
    after = count_users()
    for fields in ({}, {"is_checked": "y"}):
        again = confirm(client, cast, "Emma Thompson", **fields)
        assert again.status_code == 409
        assert "not shown again" in again.text
    assert count_users() == after


def test_what_is_wrong_is_named_by_line_above_the_box(cast: Cast, sign_in: SignIn) -> None:
    page = look(sign_in(cast.ada), cast, "Emma Thompson\n12345\n" + "e@x.org\n" * 11).text
    named, _, rest = page.partition("<textarea")
    assert "<li>Line 2: “12345” has no letters" in named
    assert named.count("<li>Line ") == 10
    assert "And 2 more" in named
    assert rest.count("line-fault") == 12


def test_who_has_an_account_is_sent_to_the_class_code(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ada).get(f"/classrooms/{cast.ada_class}/people/import").text
    assert "Give them the class code" in page


def test_a_faulty_list_is_explained_kept_and_not_written(cast: Cast, sign_in: SignIn) -> None:
    client, text = sign_in(cast.ada), "Emma Thompson\n12345\nIvy Low"
    before = count_users()
    for answer in (look(client, cast, text), confirm(client, cast, text)):
        assert answer.status_code == 422
        assert "1 of 3 lines must be put right first" in answer.text
        assert "has no letters" in answer.text
        assert "12345\nIvy Low" in answer.text
        assert "Add 2 pupils" not in answer.text
    assert count_users() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "The list is empty"), ("\n".join(["Emma T"] * 301), "301 names"), ("\x00\n", "empty")],
)
def test_a_list_that_is_none_says_so(cast: Cast, sign_in: SignIn, text: str, message: str) -> None:
    answer = look(sign_in(cast.ada), cast, text)
    assert answer.status_code == 422
    assert message in answer.text


def test_a_file_is_read_and_stays_editable(cast: Cast, sign_in: SignIn) -> None:
    data = "Surname;Given name\r\nMüller;Zoë\r\n;\r\n99;\r\n".encode("cp1252")
    answer = look(sign_in(cast.ada), cast, "ignored", file=upload(data))
    assert answer.status_code == 422
    assert "Zoë" in answer.text
    assert "The given name is missing" in answer.text
    assert "Surname;Given name\nMüller;Zoë" in answer.text
    assert '<td class="number" data-label="Line">4</td>' in answer.text


def test_a_file_without_a_heading_has_the_given_name_first(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    page = look(client, cast, file=upload("Emma,Thompson\n".encode("utf-16"))).text
    assert '<td data-label="Given name">Emma</td>' in page
    answer = confirm(client, cast, "Emma,Thompson\n", layout="given-first")
    assert LOGIN.findall(answer.text)[0] == "emma.t"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04xlsx", "Save it as CSV"),
        (b"\x00\x01\x02\x00", "not a text file"),
        (b"", "The list is empty"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_send(
    cast: Cast, sign_in: SignIn, data: bytes, message: str
) -> None:
    answer = look(sign_in(cast.ada), cast, "Emma Thompson", file=upload(data))
    assert answer.status_code == 422
    assert message in answer.text


def test_more_than_2_mb_is_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ada).post(
        f"/classrooms/{cast.ada_class}/people/import",
        data=b"a" * (2 * 1024 * 1024 + 1),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def test_doubts_must_be_looked_at_before_anything_is_written(cast: Cast, sign_in: SignIn) -> None:
    client, text = sign_in(cast.ada), "Ben\nEmma Low\nemma low"
    page = look(client, cast, text).text
    assert "in the class already" in page
    assert "stands on line 2" in page
    before = count_users()
    answer = confirm(client, cast, text)
    assert answer.status_code == 422
    assert "Look at the lines with a question first" in answer.text
    assert count_users() == before
    assert confirm(client, cast, text, is_checked="y").status_code == 200
    assert count_users() == before + 3


def test_pupils_of_the_school_are_enrolled_not_made_again(cast: Cast, sign_in: SignIn) -> None:
    back = make_user(given_name="Gone", username="gone")
    enrol(cast.ada_class, back, removed_at=LONG_AGO)
    before = count_users()
    text = "given name,user name\nCleo,cleo\nBen,BEN\nGone,gone\nNew,new.one\n"
    page = look(sign_in(cast.ada), cast, text).text
    for step in ("joins the class", "In the class already", "comes back", "New account"):
        assert step in page
    answer = confirm(sign_in(cast.ada), cast, text)
    assert LOGIN.findall(answer.text)[:3] == ["cleo", "gone", "new.one"]
    assert answer.text.count("the one you have") == 2
    assert roster_names(cast) == {"Ben", "Cleo", "Gone", "New"}
    assert count_users() == before + 1


@pytest.mark.parametrize("line", ["Somebody,cleo", "Dan,dan", "Root,root"])
def test_a_user_name_of_somebody_else_is_a_line_error_that_tells_nothing(
    cast: Cast, sign_in: SignIn, line: str
) -> None:
    answer = look(sign_in(cast.ada), cast, f"given name,username\n{line}")
    assert answer.status_code == 422
    assert "does not belong to a pupil of this name" in answer.text
    assert "Cleo" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [{"layout": "sideways"}, {"layout": ""}, {"once_key": ""}, {"once_key": "k" * 65}],
)
def test_a_form_with_foreign_values_is_refused_and_kept(
    cast: Cast, sign_in: SignIn, fields: dict[str, str]
) -> None:
    for send in (look, confirm):
        answer = send(sign_in(cast.ada), cast, "Emma Thompson", **fields)
        assert answer.status_code == 422
        assert "Emma Thompson" in answer.text
    assert roster_names(cast) == {"Ben"}


def test_300_lines_are_previewed_with_as_many_queries_as_one(cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in(cast.ada), []
    for number in (1, 300):
        text = "given name,username\n" + "\n".join(f"Pupil,pupil{n}" for n in range(number))
        with counted_queries() as queries:
            assert look(client, cast, text).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_others_are_refused(cast: Cast, sign_in: SignIn) -> None:
    for send in (look, confirm):
        for person, status in (
            (cast.dan, 404),
            (cast.ben, 403),
            (cast.cleo, 404),
            (cast.root, 403),
        ):
            assert send(sign_in(person), cast, "Emma Thompson").status_code == status
    assert roster_names(cast) == {"Ben"}
