"""Inviting teachers and admins."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import AuditEvent, Invitation
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from cozmic.writes.invitations import invite
from tests.client import Client, anonymous
from tests.factories import LONG_AGO, Cast, save
from tests.outside.mail_server import hang, mail_server, take_mail

GRACE = {
    "given_name": "Grace",
    "family_name": "Hopper",
    "email": "Grace@School.example",
    "role": "teacher",
    "once_key": "k1",
}
LINK = re.compile(r'<input id="link" readonly value="([^"]+)"')


def link_on(page: str) -> str:
    found = LINK.search(page)
    assert found is not None, page
    return html.unescape(found.group(1))


def test_an_invitation_is_mailed_and_its_link_shown_once(
    app: Flask, cast: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://cozmic.example")
    with mail_server(take_mail) as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        answer = root.post("/ops/invitations", data=GRACE)
        mail = server.wait_for_mail()
    url = link_on(answer.text)
    assert "The mail is sent" in answer.text
    assert url.startswith("https://cozmic.example/invitations/")
    assert mail["To"] == "grace@school.example"
    assert url in mail.get_content()
    assert "Root has invited you to join Test School" in mail.get_content()
    page = root.get("/ops/invitations").text
    assert "grace@school.example" in page
    assert url not in page
    assert anonymous(app).get(urlsplit(url).path).status_code == 200


def test_without_mail_the_admin_passes_the_link_on(app: Flask, cast: Cast, root: Client) -> None:
    answer = root.post("/ops/invitations", data=GRACE)
    assert answer.status_code == 200
    assert "could not be sent" in answer.text
    assert anonymous(app).get(urlsplit(link_on(answer.text)).path).status_code == 200


def test_a_mail_server_that_hangs_costs_two_seconds_at_most(
    app: Flask, cast: Cast, root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(hang) as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        started = get_now()
        answer = root.post("/ops/invitations", data=GRACE)
        assert (get_now() - started).total_seconds() < 3
    assert "could not be sent" in answer.text


def test_the_same_form_sent_twice_invites_once(cast: Cast, root: Client) -> None:
    assert root.post("/ops/invitations", data=GRACE).status_code == 200
    assert root.post("/ops/invitations", data=GRACE).status_code == 409
    assert db.session.query(Invitation).count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "ada@school.example"}, "Another account"),
        ({"email": "nonsense"}, "not a whole e-mail address"),
        ({"email": ""}, "Type the e-mail address"),
        ({"given_name": ""}, "Type the given name"),
        ({"given_name": "x" * 99}, "1 to 80"),
        ({"role": "student"}, "Choose teacher or admin"),
        ({"role": "guardian"}, "Choose teacher or admin"),
        ({"once_key": ""}, "not sent whole"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    cast: Cast, root: Client, changes: dict[str, str], words: str
) -> None:
    answer = root.post("/ops/invitations", data={**GRACE, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Hopper"' in answer.text
    assert db.session.query(Invitation).count() == 0


def test_open_too_old_and_accepted_ones_are_told_apart(
    app: Flask, cast: Cast, root: Client
) -> None:
    shared = {
        "role": Role.TEACHER,
        "family_name": "",
        "invited_by_id": cast.root,
        "created_at": LONG_AGO,
    }
    save(Invitation(given_name="Olda", email="o@x.example", expires_at=LONG_AGO, **shared))
    save(
        Invitation(
            given_name="Acca", email="a@x.example", expires_at=LONG_AGO, accepted_at=LONG_AGO, **shared
        )
    )  # fmt: skip
    root.post("/ops/invitations", data=GRACE)
    page = root.get("/ops/invitations").text
    assert "Grace Hopper" in page
    assert "Too old" in page
    assert "Acca" not in page
    accepted = root.get("/ops/invitations?show=accepted").text
    assert "Acca" in accepted
    assert "Olda" not in accepted


def test_an_open_invitation_is_withdrawn_and_an_accepted_one_is_not(
    app: Flask, cast: Cast, root: Client
) -> None:
    with transaction():
        row = invite(
            Role.TEACHER, given_name="Grace", family_name="", email="g@x.example", actor_id=cast.root, now=get_now()
        )  # fmt: skip
        open_id = row.id
    assert root.post(f"/ops/invitations/{open_id}/withdraw").status_code == 303
    assert root.post(f"/ops/invitations/{open_id}/withdraw").status_code == 404
    used = save(
        Invitation(
            role=Role.TEACHER, given_name="A", family_name="", email="a@x.example", invited_by_id=cast.root,
            created_at=LONG_AGO, expires_at=LONG_AGO, accepted_at=LONG_AGO,
        )
    )  # fmt: skip
    assert root.post(f"/ops/invitations/{used}/withdraw").status_code == 409
    verbs = [event.verb for event in db.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert verbs == ["invite", "withdraw_invitation"]
