"""A message is posted to where it was meant for, within a deadline, or nowhere."""

from __future__ import annotations

import time

import pytest

from cozmic.outside import webhook as module
from cozmic.outside.webhook import DEADLINE_S, HttpWebhook, NoWebhook
from tests.outside.hook_server import babble, bad_server, drip, hang, hook_server

MESSAGE = {"text": "Look at it: Memory at 75.0 %", "value": 75.0}


def wait_for_the_place() -> None:
    """A thread that was given up still holds it until its server lets go."""
    assert module._place.acquire(timeout=15)
    module._place.release()


def test_a_message_arrives_whole() -> None:
    with hook_server() as server:
        assert HttpWebhook(server.url).post(MESSAGE)
    assert server.bodies == [MESSAGE]
    assert server.paths == ["/hooks/s3cret?room=1"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with hook_server() as elsewhere, hook_server(status, elsewhere.url) as server:
        assert not HttpWebhook(server.url).post(MESSAGE)
    assert elsewhere.bodies == []
    assert f"the answer was {status}" in caplog.text


@pytest.mark.parametrize("behave", [hang, drip])
def test_a_server_that_hangs_or_drips_is_given_up(
    behave: object, caplog: pytest.LogCaptureFixture
) -> None:
    with bad_server(behave) as url:  # type: ignore[arg-type]
        started = time.monotonic()
        assert not HttpWebhook(url).post(MESSAGE)
        assert time.monotonic() - started < DEADLINE_S + 0.5
        assert "not posted" in caplog.text
    wait_for_the_place()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/hooks/s3cret",
        "https://127.0.0.1:1/hooks/s3cret",
        "http://127.0.0.1:1/hooks/s3cret é",
    ],
)
def test_nobody_there_is_no_more_than_a_line_without_the_address(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert not HttpWebhook(url).post(MESSAGE)
    assert "not posted" in caplog.text
    assert "s3cret" not in caplog.text


def test_what_is_no_http_is_no_more_than_a_line(caplog: pytest.LogCaptureFixture) -> None:
    with bad_server(babble) as url:
        assert not HttpWebhook(url).post(MESSAGE)
    assert "not posted" in caplog.text
    wait_for_the_place()


def test_a_refusal_is_a_refusal(caplog: pytest.LogCaptureFixture) -> None:
    with hook_server(500) as server:
        assert not HttpWebhook(server.url).post(MESSAGE)
    assert "the answer was 500" in caplog.text


def test_without_an_address_nothing_is_posted() -> None:
    assert not NoWebhook().post(MESSAGE)
