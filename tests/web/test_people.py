"""The roster: looked at, one pupil added, removed, brought back, given a new password."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from cozmic.extensions import db
from cozmic.models import AuditEvent, Enrolment, User
from tests.client import Client
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import LONG_AGO, PASSWORD, Cast, enrol, make_classroom, make_user


def people_of(cast: Cast) -> str:
    return f"/classrooms/{cast.ada_class}/people"


def find_by_name(given_name: str) -> User | None:
    db.session.rollback()
    return db.session.execute(
        select(User).where(User.given_name == given_name)
    ).scalar_one_or_none()


def count_users() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(User)).scalar_one()


def verbs() -> list[str]:
    db.session.rollback()
    return list(db.session.execute(select(AuditEvent.verb)).scalars())


def card_of(page: str) -> tuple[str, str]:
    """The user name and password on the one card of a page."""
    username, password = re.findall(r"<dd><code>([^<]+)</code></dd>", page)
    return username, password


def add(client: Client, cast: Cast, given: str, family: str = "", **fields: str) -> tuple[int, str]:
    form = {"given_name": given, "family_name": family, "once_key": "k", **fields}
    answer = client.post(f"{people_of(cast)}/new", data=form)
    return answer.status_code, answer.text


def test_the_roster_is_sorted_by_family_name_and_tells_the_removed_apart(
    cast: Cast, sign_in: SignIn
) -> None:
    for given, family in (("Zoe", "Adams"), ("Adam", "émile"), ("Yan", "Zuse")):
        enrol(cast.ada_class, make_user(given_name=given, family_name=family))
    enrol(cast.ada_class, make_user(given_name="Gone", family_name="Away"), removed_at=LONG_AGO)
    page = sign_in(cast.ada).get(people_of(cast)).text
    here, removed = page.split("<h2>Removed</h2>")
    places = [here.index(name) for name in ("Zoe Adams", "Adam émile", "Yan Zuse")]
    assert places == sorted(places)
    assert "4 pupils" in here
    assert "Gone Away" in removed
    assert "Cleo" not in page


def test_an_empty_class_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    room = make_classroom(cast.ada, "New")
    page = sign_in(cast.ada).get(f"/classrooms/{room}/people").text
    assert "No pupils yet" in page
    assert f"/classrooms/{room}/people/import" in page


def test_a_new_pupil_gets_a_login_card_that_works(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert "Add one pupil" in client.get(f"{people_of(cast)}/new").text
    status, page = add(client, cast, " Emma  Jane ", "Thompson")
    assert status == 200
    username, password = card_of(page)
    assert username == "emmajane.t"
    user = find_user_by_credentials(username, password)
    assert user is not None
    assert (user.given_name, user.family_name) == ("Emma Jane", "Thompson")
    assert sign_in(user.id).get(f"/classrooms/{cast.ada_class}/").status_code == 200


def test_the_card_is_never_stored_and_never_made_twice(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    form = {"given_name": "Emma", "family_name": "", "once_key": "k"}
    answer = client.post(f"{people_of(cast)}/new", data=form)
    assert answer.headers["Cache-Control"] == "no-store"
    _, password = card_of(answer.text)
    before = count_users()
    again = client.post(f"{people_of(cast)}/new", data=form)
    assert again.status_code == 409
    assert "shown again" in again.text
    assert count_users() == before
    assert password not in client.get(people_of(cast)).text


def test_a_name_that_the_class_has_needs_a_second_look(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    status, page = add(client, cast, "ben")
    assert status == 422
    assert "in the class already" in page
    before = count_users()
    status, _ = add(client, cast, "ben", is_checked="y")
    assert status == 200
    assert count_users() == before + 1


@pytest.mark.parametrize(
    ("given", "family", "message"),
    [
        ("", "Thompson", "Type the given name"),
        ("  ", "", "A given name has 1 to 80"),
        ("x" * 81, "", "A given name has 1 to 80"),
        ("Emma", "y" * 81, "at most 80"),
        ("123", "", "has no letters"),
        ("e@x.org", "", "e-mail address"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_kept(
    cast: Cast, sign_in: SignIn, given: str, family: str, message: str
) -> None:
    before = count_users()
    status, page = add(sign_in(cast.ada), cast, given, family)
    assert status == 422
    assert message in page
    assert (given.strip() or family) in page
    assert count_users() == before


def test_without_its_key_the_form_is_refused(cast: Cast, sign_in: SignIn) -> None:
    status, page = add(sign_in(cast.ada), cast, "Emma", once_key="")
    assert status == 422
    assert "not sent whole" in page
    assert add(sign_in(cast.ada), cast, "Emma", once_key="k" * 65)[0] == 422


def test_a_removed_pupil_is_out_at_once_and_back_with_the_same_place(
    cast: Cast, sign_in: SignIn
) -> None:
    ada, ben = sign_in(cast.ada), sign_in(cast.ben)
    path = f"{people_of(cast)}/{cast.ben}"
    assert ada.post(f"{path}/remove").status_code == 303
    assert "/login" in ben.get("/student/").location
    assert sign_in(cast.ben).get(f"/classrooms/{cast.ada_class}/").status_code == 404
    assert ada.post(f"{path}/remove").status_code == 303
    assert ada.post(f"{path}/bring-back").status_code == 303
    assert sign_in(cast.ben).get(f"/classrooms/{cast.ada_class}/").status_code == 200
    assert verbs() == ["remove_pupil", "bring_back_pupil"]
    assert db.session.execute(select(func.count()).select_from(Enrolment)).scalar_one() == 2


def test_the_people_page_leads_to_who_was_removed(cast: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast.ada)
    ada.post(f"{people_of(cast)}/{cast.ben}/remove")
    page = ada.get(people_of(cast))
    assert page.status_code == 200
    removed = page.text.split("<h2>Removed</h2>")[1]
    assert f'href="{people_of(cast)}/{cast.ben}"><' in removed
    assert "Bring back" in ada.get(f"{people_of(cast)}/{cast.ben}").text


def test_a_new_password_is_shown_once_and_ends_the_old_one(cast: Cast, sign_in: SignIn) -> None:
    ada, ben = sign_in(cast.ada), sign_in(cast.ben)
    path = f"{people_of(cast)}/{cast.ben}/password"
    answer = ada.post(path, data={"once_key": "k"})
    assert answer.headers["Cache-Control"] == "no-store"
    username, password = card_of(answer.text)
    assert username == "ben"
    assert find_user_by_credentials("ben", password) is not None
    assert find_user_by_credentials("ben", PASSWORD) is None
    assert "/login" in ben.get("/student/").location
    assert verbs() == ["reset_password"]
    assert ada.post(path, data={"once_key": "k"}).status_code == 409
    assert find_user_by_credentials("ben", password) is not None


def test_a_reset_without_its_key_is_refused(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.ada).post(f"{people_of(cast)}/{cast.ben}/password").status_code == 400
    assert find_user_by_credentials("ben", PASSWORD) is not None


def test_a_removed_pupils_password_is_out_of_reach(cast: Cast, sign_in: SignIn) -> None:
    enrol(cast.ada_class, cast.cleo, removed_at=LONG_AGO)
    answer = sign_in(cast.ada).post(
        f"{people_of(cast)}/{cast.cleo}/password", data={"once_key": "k"}
    )
    assert answer.status_code == 409
    assert find_user_by_credentials("cleo", PASSWORD) is not None


def rename(client: Client, cast: Cast, given: str, family: str = "") -> tuple[int, str]:
    form = {"given_name": given, "family_name": family}
    answer = client.post(f"{people_of(cast)}/{cast.ben}/name", data=form)
    return answer.status_code, answer.text


def test_a_name_is_corrected_and_the_user_name_stays(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert rename(client, cast, " Benjamin ", "Low")[0] == 303
    page = client.get(people_of(cast)).text
    assert "Benjamin Low" in page
    assert "<code>ben</code>" in page
    assert verbs() == ["rename_person"]


@pytest.mark.parametrize(
    ("given", "message"),
    [("", "Type the given name"), ("123", "has no letters"), ("<b>Ben", "has a “&lt;” in it")],
)
def test_a_correction_that_is_no_name_is_refused(
    cast: Cast, sign_in: SignIn, given: str, message: str
) -> None:
    status, page = rename(sign_in(cast.ada), cast, given)
    assert status == 422
    assert message in page
    assert verbs() == []


@pytest.mark.parametrize("act", ["password", "remove", "bring-back", "name"])
def test_acts_reach_only_the_teachers_own_pupils(
    cast: Cast, sign_in: SignIn, stranger: Client, act: str
) -> None:
    form = {"once_key": "k", "given_name": "Eve"}
    bens = f"{people_of(cast)}/{cast.ben}/{act}"
    assert "/login" in stranger.post(bens, data=form).location
    assert sign_in(cast.dan).post(bens, data=form).status_code == 404
    assert sign_in(cast.root).post(bens, data=form).status_code == 403
    assert sign_in(cast.ben).post(bens, data=form).status_code == 403
    assert sign_in(cast.cleo).post(bens, data=form).status_code == 404
    for other in (cast.cleo, cast.dan, cast.ada, cast.root, 999_999):
        answer = sign_in(cast.ada).post(f"{people_of(cast)}/{other}/{act}", data=form)
        assert answer.status_code == 404
    assert verbs() == []


def test_an_archived_class_keeps_its_roster(cast: Cast, sign_in: SignIn) -> None:
    room = make_classroom(cast.ada, "Old", archived_at=LONG_AGO)
    enrol(room, cast.ben)
    client, path = sign_in(cast.ada), f"/classrooms/{room}/people"
    assert "Ben" in client.get(path).text
    for act in ("new", "import", "import/confirm", f"{cast.ben}/remove", f"{cast.ben}/password"):
        assert client.post(f"{path}/{act}", data={"once_key": "k"}).status_code == 409


@pytest.mark.parametrize("page", ["", "/new", "/import"])
def test_pupils_and_others_see_no_roster(cast: Cast, sign_in: SignIn, page: str) -> None:
    path = people_of(cast) + page
    assert sign_in(cast.ben).get(path).status_code == 403
    assert sign_in(cast.dan).get(path).status_code == 404
