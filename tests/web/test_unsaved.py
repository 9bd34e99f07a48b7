"""No error costs somebody the words they wrote."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from cozmic.transaction import transaction
from cozmic.writes.sessions import end_sessions
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast

NOTE = "Bring a ruler on Thursday, please: we fold <b>fraction</b> strips."
SHOWN = "Bring a ruler on Thursday, please: we fold &lt;b&gt;fraction&lt;/b&gt; strips."
HERE, ELSEWHERE = "http://localhost", "http://evil.example"
FORGED = {"X-CSRFToken": "forged"}


def post(
    client: Client, cast: Cast, *, before: str = HERE, headers: dict[str, str] | None = None, **fields: str
) -> TestResponse:  # fmt: skip
    room = f"/classrooms/{cast.ada_class}"
    sent: dict[str, Any] = {"body": NOTE, "once_key": "k", **fields}
    referrer = {"Referer": f"{before}{room}/?a=b"} if before else {}
    return client.post(f"{room}/announcements", data=sent, headers={**(headers or {}), **referrer})


def test_who_was_signed_out_meanwhile_sees_what_they_wrote(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    with transaction():
        end_sessions(cast.ada)
    answer = post(client, cast)
    assert answer.status_code == 401
    assert "You are signed out" in answer.text
    assert SHOWN in answer.text
    assert f'href="/classrooms/{cast.ada_class}/?a=b"' in answer.text


def test_a_form_from_before_another_sign_in_is_shown_again(cast: Cast, sign_in: SignIn) -> None:
    answer = post(sign_in(cast.ada), cast, headers=FORGED)
    assert answer.status_code == 400
    assert "out of date" in answer.text
    assert SHOWN in answer.text


def test_what_came_too_late_is_shown_with_the_way_back(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert client.post(f"/classrooms/{cast.ada_class}/settings/archive").status_code == 303
    answer = post(client, cast)
    assert answer.status_code == 409
    assert SHOWN in answer.text
    assert "Open that page again" in answer.text


@pytest.mark.parametrize("before", [ELSEWHERE, ""])
def test_words_from_another_site_are_not_shown(cast: Cast, sign_in: SignIn, before: str) -> None:
    answer = post(sign_in(cast.ada), cast, before=before, headers=FORGED)
    assert answer.status_code == 400
    assert "fraction" not in answer.text
    assert "Open that page again" not in answer.text
    assert "evil" not in answer.text


def test_neither_passwords_nor_small_things_are_shown(cast: Cast, sign_in: SignIn) -> None:
    fields = {"current_password": "blue river stone", "body": "Hi", "once_key": "x" * 40}
    answer = post(sign_in(cast.ada), cast, headers=FORGED, **fields)
    assert "What you wrote" not in answer.text
    assert "river" not in answer.text


def test_a_page_that_cannot_be_opened_again_is_not_offered(cast: Cast, sign_in: SignIn) -> None:
    room = f"/classrooms/{cast.ada_class}"
    headers = {"Referer": f"{HERE}{room}/announcements", **FORGED}
    answer = sign_in(cast.ada).post(f"{room}/announcements", data={"body": NOTE}, headers=headers)
    assert SHOWN in answer.text
    assert "Open that page again" not in answer.text


def test_a_button_alone_leads_to_signing_in(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    with transaction():
        end_sessions(cast.ada)
    answer = post(client, cast, body="")
    assert answer.status_code == 303
    assert "/login" in answer.location
