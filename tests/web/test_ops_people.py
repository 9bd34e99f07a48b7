"""Everybody, for admins, and what they may do for one person."""

from __future__ import annotations

import re
import sys

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.people import get_person
from cozmic.extensions import db
from cozmic.models import AuditEvent, User
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.people import suspend
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import PASSWORD, Cast, make_user
from tests.queries import counted_queries

NAME = re.compile(r'<a href="/ops/people/\d+">([^<]+)</a>')
FIRST_PASSWORD = re.compile(r'value="([a-z]+(?:-[a-z]+)+-\d\d)"')


def names(client: Client, query: str = "") -> list[str]:
    return NAME.findall(client.get(f"/ops/people{query}").text)


def verbs() -> list[str]:
    rows = db.session.execute(select(AuditEvent.verb).order_by(AuditEvent.id))
    return list(rows.scalars())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?text=ben", ["Ben"]),
        ("?text=BEN", ["Ben"]),
        ("?text=ada@school", ["Ada"]),
        ("?text=wren.c", ["Christopher Wren"]),
        ("?text=chris+wren", ["Christopher Wren"]),
        ("?text=élise", ["Élise Œuvrard"]),
        ("?text=Œuvrard", ["Élise Œuvrard"]),
        ("?text=%25", []),
        ("?text=_", []),
        ("?role=admin", ["Root"]),
        ("?role=teacher&text=dan", ["Dan"]),
        ("?role=student&text=dan", []),
        ("?text=wren&role=nonsense&state=nonsense", ["Christopher Wren"]),
        ("?text=" + "x" * 5000, []),
        ("?text=%00", ["Ada", "Ben", "Cleo", "Dan", "Root", "Christopher Wren", "Élise Œuvrard"]),
    ],
)  # fmt: skip
def test_people_are_found_by_name_user_name_and_e_mail(
    cast: Cast, root: Client, query: str, found: list[str]
) -> None:
    make_user(Role.STUDENT, "Christopher", family_name="Wren", username="wren.c")
    make_user(Role.TEACHER, "Élise", family_name="Œuvrard", username="elise")
    assert sorted(names(root, query)) == sorted(found)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("path", ["/ops/", "/ops/people"])
def test_an_empty_school_shows_its_first_steps(sign_in: SignIn, path: str) -> None:
    admin = sign_in(make_user(Role.ADMIN, "Olga", username="olga"))
    page = admin.get(path).text
    assert "First steps" in page
    assert "flask seed bank" in page
    make_user(Role.TEACHER, "Ada", username="ada")
    assert "First steps" not in admin.get(path).text


def test_the_suspended_are_found_alone(cast: Cast, root: Client) -> None:
    make_user(Role.STUDENT, "Sue", suspended_at=get_now())
    assert names(root, "?state=suspended") == ["Sue"]


def test_a_long_list_is_turned_page_by_page_and_back_without_gaps(cast: Cast, root: Client) -> None:
    for number in range(113):
        # Many share a name, so that the pages have to part between equals.
        make_user(Role.STUDENT, f"G{number % 3}", family_name=f"F{number % 7}")
    pages, url = [], "/ops/people?role=student"
    for _ in range(9):
        page = root.get(url).text
        pages.append(NAME.findall(page))
        more = re.search(r'href="(/ops/people\?[^"]*after=\d+)"', page)
        if more is None:
            break
        url = more.group(1).replace("&amp;", "&")
    assert [len(page) for page in pages] == [50, 50, 15]
    everybody = [name for page in pages for name in page]
    assert everybody == sorted(everybody, key=lambda name: (name.split()[1:], name))

    back = re.search(r'href="(/ops/people\?[^"]*before=\d+)"', root.get(url).text)
    assert back is not None
    middle = root.get(back.group(1).replace("&amp;", "&")).text
    assert NAME.findall(middle) == pages[1]
    first = re.search(r'href="(/ops/people\?[^"]*before=\d+)"', middle)
    assert first is not None
    assert names(root, first.group(1).removeprefix("/ops/people").replace("&amp;", "&")) == pages[0]


@pytest.mark.parametrize("cursor", ["after=999999", "before=1x", "after=-1", f"after={'9' * 40}"])
def test_a_cursor_that_leads_nowhere_starts_over(cast: Cast, root: Client, cursor: str) -> None:
    assert len(names(root, f"?{cursor}")) == 5


def test_the_list_takes_as_many_queries_for_a_hundred_as_for_five(cast: Cast, root: Client) -> None:
    with counted_queries() as few:
        root.get("/ops/people")
    for _ in range(95):
        make_user()
    with counted_queries() as many:
        root.get("/ops/people")
    assert len(few) == len(many) == 3


def test_a_person_is_shown_with_classes_devices_and_events(
    cast: Cast, root: Client, sign_in: SignIn
) -> None:
    sign_in(cast.ben)
    root.post(f"/ops/people/{cast.ben}/suspend")
    root.post(f"/ops/people/{cast.ben}/reinstate")
    with counted_queries() as queries:
        page = root.get(f"/ops/people/{cast.ben}").text
    assert len(queries) <= 6
    assert "Ada&#39;s class" in page
    assert "Dan&#39;s class" not in page
    assert "Not signed in anywhere" in page
    assert "suspended" in page
    assert "reinstated" in page


@pytest.mark.parametrize("user_id", ["0", "99999999", "x", "9" * 30])
def test_nobody_is_not_found(cast: Cast, root: Client, user_id: str) -> None:
    assert root.get(f"/ops/people/{user_id}").status_code == 404
    assert root.post(f"/ops/people/{user_id}/suspend").status_code == 404


def test_suspending_keeps_somebody_out_from_the_next_request(
    cast: Cast, root: Client, sign_in: SignIn
) -> None:
    ben = sign_in(cast.ben)
    assert root.post(f"/ops/people/{cast.ben}/suspend").status_code == 303
    assert ben.get("/account/").status_code == 303
    root.post(f"/ops/people/{cast.ben}/suspend")
    assert verbs() == ["suspend_person"]
    root.post(f"/ops/people/{cast.ben}/reinstate")
    root.post(f"/ops/people/{cast.ben}/reinstate")
    assert verbs() == ["suspend_person", "reinstate_person"]
    assert ben.get("/account/").status_code == 303
    assert sign_in(cast.ben).get("/account/").status_code == 200


def test_an_admin_cannot_suspend_themselves_and_so_there_is_always_one(
    cast: Cast, root: Client
) -> None:
    answer = root.post(f"/ops/people/{cast.root}/suspend")
    assert answer.status_code == 409
    assert "yourself" in answer.text
    second = make_user(Role.ADMIN, "Second")
    assert root.post(f"/ops/people/{second}/suspend").status_code == 303
    assert root.get("/ops/people").status_code == 200


def test_the_last_admin_cannot_be_suspended_by_one_who_just_was(cast: Cast, app: Flask) -> None:
    second = make_user(Role.ADMIN, "Second", suspended_at=get_now())
    with pytest.raises(Exception, match="last admin"), transaction() as touched:
        suspend(touched, get_person(cast.root), actor_id=second, now=get_now())


def test_a_new_password_is_shown_once_and_works(cast: Cast, root: Client, sign_in: SignIn) -> None:
    ben = sign_in(cast.ben)
    answer = root.post(f"/ops/people/{cast.ben}/password", data={"once_key": "k1"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = FIRST_PASSWORD.search(answer.text)
    assert found is not None
    assert find_user_by_credentials("ben", found.group(1)) is not None
    assert find_user_by_credentials("ben", PASSWORD) is None
    assert ben.get("/account/").status_code == 303
    assert found.group(1) not in root.get(f"/ops/people/{cast.ben}").text

    again = root.post(f"/ops/people/{cast.ben}/password", data={"once_key": "k1"})
    assert again.status_code == 409
    assert find_user_by_credentials("ben", found.group(1)) is not None


def test_a_teachers_first_password_is_longer(cast: Cast, root: Client) -> None:
    answer = root.post(f"/ops/people/{cast.ada}/password", data={"once_key": "k1"})
    found = FIRST_PASSWORD.search(answer.text)
    assert found is not None
    assert found.group(1).count("-") == 3


@pytest.mark.parametrize("once_key", ["", "x" * 65])
def test_a_password_form_that_was_not_sent_whole_does_nothing(
    cast: Cast, root: Client, once_key: str
) -> None:
    answer = root.post(f"/ops/people/{cast.ben}/password", data={"once_key": once_key})
    assert answer.status_code == 422
    assert "not sent whole" in answer.text
    assert find_user_by_credentials("ben", PASSWORD) is not None


def test_a_name_is_corrected_and_the_user_name_stays(cast: Cast, root: Client) -> None:
    data = {"given_name": " Benjamin \n Arthur ", "family_name": "Able"}
    assert root.post(f"/ops/people/{cast.ben}/name", data=data).status_code == 303
    user = db.session.get_one(User, cast.ben)
    assert (user.name, user.username) == ("Benjamin Arthur Able", "ben")
    root.post(f"/ops/people/{cast.ben}/name", data=data)
    assert verbs() == ["rename_person"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"given_name": " ", "family_name": "Able"}, "1 to 80"),
        ({"given_name": "B" * 81}, "1 to 80"),
        ({"given_name": "Ben", "family_name": "A" * 81}, "at most 80"),
        ({}, "Type the given name"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_kept_in_the_form(
    cast: Cast, root: Client, data: dict[str, str], words: str
) -> None:
    answer = root.post(f"/ops/people/{cast.ben}/name", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.get_one(User, cast.ben).name == "Ben"


def test_an_address_is_set_removed_and_never_shared(cast: Cast, root: Client) -> None:
    path = f"/ops/people/{cast.ben}/email"
    assert root.post(path, data={"email": "Ben@School.example"}).status_code == 303
    assert db.session.get_one(User, cast.ben).email == "ben@school.example"
    refused = root.post(path, data={"email": "ada@school.example"})
    assert refused.status_code == 422
    assert "Another account" in refused.text
    assert root.post(path, data={"email": "no address"}).status_code == 422
    assert root.post(path, data={"email": ""}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(User, cast.ben).email is None


def test_people_are_counted_no_further_than_anybody_reads(
    cast: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("cozmic.reads.ops_people", "cozmic.ops.people"):
        monkeypatch.setattr(sys.modules[module], "MOST_COUNTED", 1)
    make_user(Role.STUDENT, "Another")
    page = root.get("/ops/people").text
    assert "over 1 pupil" in page
    assert "over 1 admin" not in page
