"""The way in for teachers."""

from __future__ import annotations

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.access.links import make_invitation_token
from cozmic.extensions import db
from cozmic.models import AuditEvent, Invitation
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.invitations import invite, withdraw_invitation
from tests.client import Client, anonymous
from tests.credentials import find_user_by_credentials
from tests.factories import Cast

CHOSEN = {"username": "grace.h", "password": "three quiet words"}


def invite_grace(cast: Cast, role: Role = Role.TEACHER) -> str:
    with transaction():
        invitation = invite(
            role, given_name="Grace", family_name="Hopper", email="grace@school.example",
            actor_id=cast.root, now=get_now(),
        )  # fmt: skip
        return f"/invitations/{make_invitation_token(invitation)}"


@pytest.mark.parametrize(("role", "home"), [(Role.TEACHER, "/teacher/"), (Role.ADMIN, "/ops/")])
def test_who_is_invited_chooses_a_name_and_is_in(
    cast: Cast, stranger: Client, role: Role, home: str
) -> None:
    path = invite_grace(cast, role)
    page = stranger.get(path)
    assert "Welcome, Grace" in page.text
    assert 'value="grace.h"' in page.text
    assert stranger.post(path, data=CHOSEN).headers["Location"] == "/"
    assert stranger.get("/").headers["Location"] == home
    user = find_user_by_credentials("grace.h", CHOSEN["password"])
    assert user is not None
    assert (user.role, user.email, user.name) == (role, "grace@school.example", "Grace Hopper")


def test_an_invitation_is_accepted_once(app: Flask, cast: Cast, stranger: Client) -> None:
    path = invite_grace(cast)
    stranger.post(path, data=CHOSEN)
    assert stranger.get(path).status_code == 410
    again = anonymous(app).post(path, data={**CHOSEN, "username": "second.g"})
    assert again.status_code == 410
    assert db.session.query(AuditEvent).filter_by(verb="accept_invitation").count() == 1


def test_an_invitation_is_open_for_fourteen_days(app: Flask, cast: Cast, stranger: Client) -> None:
    path = invite_grace(cast)
    app.config["CLOCK_OFFSET_S"] = 14 * 86400 - 60
    assert stranger.get(path).status_code == 200
    app.config["CLOCK_OFFSET_S"] = 14 * 86400 + 1
    assert stranger.get(path).status_code == 410
    assert stranger.post(path, data=CHOSEN).status_code == 410


def test_a_second_invitation_ends_the_first_and_withdrawing_ends_it(
    cast: Cast, stranger: Client
) -> None:
    first, second = invite_grace(cast), invite_grace(cast)
    assert stranger.get(first).status_code == 410
    assert stranger.get(second).status_code == 200
    with transaction():
        invitation = db.session.query(Invitation).one()
        withdraw_invitation(invitation, actor_id=cast.root, now=get_now())
    assert stranger.get(second).status_code == 410


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "ada"}, "This user name is taken"),
        ({"username": "a b"}, "begins with a letter"),
        ({"username": ""}, "Choose a user name"),
        ({"username": "x" * 999}, "at most 64"),
        ({"password": "too short"}, "at least 10"),
        ({"password": ""}, "that you want to use"),
    ],
)
def test_a_refused_choice_keeps_the_invitation_open(
    cast: Cast, stranger: Client, changes: dict[str, str], words: str
) -> None:
    path = invite_grace(cast)
    answer = stranger.post(path, data={**CHOSEN, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é"])
def test_a_forged_invitation_opens_nothing(cast: Cast, stranger: Client, token: str) -> None:
    assert stranger.get(f"/invitations/{token}").status_code == 410
