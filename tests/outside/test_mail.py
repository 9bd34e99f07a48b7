"""Mail goes out by SMTP, or into the log; no server, however bad, holds anybody for longer than the deadline."""

from __future__ import annotations

import socket
import time

import pytest

from cozmic.outside import mail as module
from cozmic.outside.mail import DEADLINE_S, LogMailer, Mail, SmtpMailer
from tests.outside.mail_server import (
    Behaviour,
    drip,
    hang,
    hang_at_the_end,
    mail_server,
    refuse_mail,
    take_mail,
)

MAIL = Mail(to="ada@school.example", subject="Ein neues Paßwort", text="Hier: https://x/ä\n.\n")


def mailer(url: str) -> SmtpMailer:
    return SmtpMailer(url, "Cozmic <cozmic@school.example>")


def test_a_mail_arrives_whole() -> None:
    with mail_server(take_mail) as server:
        assert mailer(server.url).send(MAIL).is_sent()
        read = server.wait_for_mail()
    assert read["To"] == "ada@school.example"
    assert read["From"] == "Cozmic <cozmic@school.example>"
    assert read["Subject"] == "Ein neues Paßwort"
    assert read["Date"]
    assert read["Message-ID"].endswith("@school.example>")
    assert read.get_content().splitlines()[0] == "Hier: https://x/ä"


@pytest.mark.parametrize("behave", [hang, drip])
def test_a_server_that_hangs_or_drips_is_given_up_at_the_deadline(
    behave: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(behave) as server:
        started = time.monotonic()
        assert not mailer(server.url).send(MAIL).is_sent()
        assert time.monotonic() - started < DEADLINE_S + 0.3
        wait_for_log(caplog, "not sent")
    assert "no answer within 2 s" in caplog.text or "timed out" in caplog.text


def test_starting_a_delivery_waits_for_nothing() -> None:
    with mail_server(hang) as server:
        started = time.monotonic()
        delivery = mailer(server.url).send(MAIL)
        assert time.monotonic() - started < 0.2
        assert not delivery.is_sent()


def test_a_server_that_takes_the_mail_and_then_falls_silent_has_taken_it() -> None:
    with mail_server(hang_at_the_end) as server:
        assert mailer(server.url).send(MAIL).is_sent()


def test_a_refusal_and_a_closed_port_are_logged_with_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mail_server(refuse_mail) as server:
        assert not mailer(server.url).send(MAIL).is_sent()
        wait_for_log(caplog, "no mail today")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert not mailer(f"smtp://127.0.0.1:{port}").send(MAIL).is_sent()
    wait_for_log(caplog, "refused")


def test_a_host_without_a_name_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert not mailer("smtp://no-such-host.invalid:25").send(MAIL).is_sent()


def test_only_a_few_wait_for_a_hanging_server_and_the_rest_are_turned_away_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mail_server(hang) as server:
        deliveries = [mailer(server.url).send(MAIL) for _ in range(module.MOST_AT_ONCE)]
        started = time.monotonic()
        assert not mailer(server.url).send(MAIL).is_sent()
        assert time.monotonic() - started < 0.2
        assert not any(delivery.is_sent() for delivery in deliveries)
    assert "others wait" in caplog.text


def test_without_a_server_the_mail_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert not LogMailer().send(MAIL).is_sent()
    assert "ada@school.example" in caplog.text
    assert "https://x/ä" in caplog.text


def test_a_password_is_not_sent_in_the_clear_to_another_machine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mail_server(take_mail) as server:
        url = f"smtp://ada:secret@127.1:{server.port}"  # a spelling that does not show it is this machine
        assert not mailer(url).send(MAIL).is_sent()
        wait_for_log(caplog, "no encryption")
        assert not server.mails


def wait_for_log(caplog: pytest.LogCaptureFixture, words: str) -> None:
    for _ in range(60):
        if words in caplog.text:
            return
        time.sleep(0.05)
    raise AssertionError(f"{words!r} is not in the log: {caplog.text}")
