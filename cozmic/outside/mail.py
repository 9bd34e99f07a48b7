"""Mail: by SMTP with a deadline, or into the log where no server is set.

A delivery runs in a thread of its own, since nothing else bounds all of it: socket timeouts count anew for each
answer of a dripping server, and looking up a name takes none. It ends, whatever the server does, soon after DEADLINE_S.
"""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from threading import BoundedSemaphore, Event, Thread, Timer
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

DEADLINE_S = 2.0
MOST_AT_ONCE = 4
log = logging.getLogger("cozmic.mail")
_places = BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in plain text to one person."""

    to: str
    subject: str
    text: str


class Delivery:
    """A mail on its way."""

    def __init__(self) -> None:
        self._done = Event()
        self._is_sent = False

    def finish(self, *, is_sent: bool) -> None:
        """Say how it went."""
        self._is_sent = is_sent
        self._done.set()

    def is_sent(self) -> bool:
        """Whether a server took the mail; waits for the answer until the deadline."""
        self._done.wait(DEADLINE_S)
        return self._is_sent


class Mailer(Protocol):
    """Whoever takes mails."""

    def send(self, mail: Mail) -> Delivery:
        """Take a mail; never raises, never waits."""


class LogMailer:
    """The null object: writes the mail to the log, where whoever runs a laptop finds the link in it."""

    def send(self, mail: Mail) -> Delivery:
        """Write it down."""
        log.warning(
            "MAIL_URL is not set, so this mail stays here.\nTo: %s\nSubject: %s\n\n%s",
            mail.to, mail.subject, mail.text,
        )  # fmt: skip
        delivery = Delivery()
        delivery.finish(is_sent=False)
        return delivery


class SmtpMailer:
    """A mail server: smtp://user:password@host:587 (STARTTLS where it is offered) or smtps://… (TLS from the start)."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._is_tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, mail: Mail) -> Delivery:
        """Start the delivery; a failure is logged."""
        delivery = Delivery()
        if not _places.acquire(blocking=False):
            log.error("mail to %s not sent: %d others wait for the server", mail.to, MOST_AT_ONCE)
            delivery.finish(is_sent=False)
            return delivery
        # Not a daemon: a worker that ends lets a mail that is on its way go out.
        Thread(target=self._run, args=(mail, delivery), name="mail", daemon=False).start()
        return delivery

    def find_fault(self) -> str | None:
        """Return why the server would take no mail of ours, or None; signs in where it should, and sends nothing."""
        watch = _Watch()
        try:
            _leave(self._connect(watch))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return watch.reason or str(error) or type(error).__name__
        finally:
            watch.end()
        return None

    def _run(self, mail: Mail, delivery: Delivery) -> None:
        watch = _Watch()
        try:
            smtp = self._connect(watch)
            try:
                smtp.send_message(self._message(mail))
                delivery.finish(is_sent=True)
            finally:
                _leave(smtp)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            reason = watch.reason or str(error) or type(error).__name__
            log.error("mail to %s not sent: %s", mail.to, reason)  # noqa: TRY400  one line
            delivery.finish(is_sent=False)
        finally:
            watch.end()
            _places.release()

    def _connect(self, watch: _Watch) -> smtplib.SMTP:
        # Our own name is given, since smtplib would otherwise ask a name server for it.
        kind = _SmtpTls if self._is_tls else _Smtp
        smtp = kind(
            watch, self._host, self._port, local_hostname=self._domain(), timeout=DEADLINE_S
        )
        try:
            self._sign_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if not self._is_tls:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
            elif self._password and not _is_this_machine(self._host):
                raise smtplib.SMTPException(
                    "the server offers no encryption, and the password is not sent without it"
                )
        if self._user:
            smtp.login(self._user, self._password)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._domain())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message

    def _domain(self) -> str:
        return parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"


class _Watch:
    """Cuts a connection off at the deadline, from another thread."""

    def __init__(self) -> None:
        self.reason = ""
        self._smtp: smtplib.SMTP | None = None
        self._timer = Timer(DEADLINE_S, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def over(self, smtp: smtplib.SMTP) -> None:
        """Watch over this connection, which need not be there yet."""
        self._smtp = smtp

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()

    def _cut(self) -> None:
        self.reason = f"no answer within {DEADLINE_S:g} s"
        found = self._smtp and self._smtp.sock
        if found:
            # Not close(), which would wait for the thread that reads; not the TLS socket's own, which would talk.
            with suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)


class _Smtp(smtplib.SMTP):
    def __init__(
        self, watch: _Watch, host: str, port: int, *, local_hostname: str, timeout: float
    ) -> None:
        watch.over(self)
        super().__init__(host, port, local_hostname, timeout)


class _SmtpTls(smtplib.SMTP_SSL):
    def __init__(
        self, watch: _Watch, host: str, port: int, *, local_hostname: str, timeout: float
    ) -> None:
        watch.over(self)
        context = ssl.create_default_context()
        super().__init__(host, port, local_hostname, timeout=timeout, context=context)


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; the mail has been taken or refused already, so a server that is silent now changes nothing."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def get_mailer() -> Mailer:
    """Return the mailer that the configuration names."""
    url: str = current_app.config["MAIL_URL"]
    return SmtpMailer(url, current_app.config["MAIL_FROM"]) if url else LogMailer()


def find_mail_fault() -> str | None:
    """Return why no mail would go out, or None. Some round trips to the mail server; ends soon after DEADLINE_S."""
    url: str = current_app.config["MAIL_URL"]
    if not url:
        return "MAIL_URL is not set"
    return SmtpMailer(url, current_app.config["MAIL_FROM"]).find_fault()
