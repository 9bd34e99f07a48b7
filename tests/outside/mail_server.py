"""Small mail servers on real sockets: one that takes mail, and ones that behave badly."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread

Behaviour = Callable[["MailServer", socket.socket], None]


@dataclass
class MailServer:
    """What it heard."""

    port: int
    mails: list[bytes] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    stopping: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """For MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for_mail(self) -> EmailMessage:
        """The first mail."""
        assert self.arrived.wait(5), "no mail arrived"
        mail = message_from_bytes(self.mails[0], policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail


@contextmanager
def mail_server(behave: Behaviour) -> Iterator[MailServer]:
    """Run a server that treats every connection like this."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = MailServer(door.getsockname()[1])
        thread = Thread(target=_serve, args=(door, server, behave), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            thread.join(5)


def _serve(door: socket.socket, server: MailServer, behave: Behaviour) -> None:
    door.settimeout(0.05)
    while not server.stopping.is_set():
        try:
            connection, _ = door.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(5)
            try:
                behave(server, connection)
            except OSError:
                continue


def take_mail(server: MailServer, connection: socket.socket) -> None:
    """Speak just enough SMTP."""
    with connection.makefile("rwb") as wire:
        say = _speaker(wire.write, wire.flush)
        say("220 ready")
        for line in iter(wire.readline, b""):
            verb = line[:4].upper().decode("ascii", "replace")
            if verb == "EHLO":
                say("250-here\r\n250 8BITMIME")
            elif verb == "DATA":
                say("354 go on")
                server.mails.append(_read_mail(iter(wire.readline, b"")))
                say("250 taken")
                server.arrived.set()
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


def _speaker(
    write: Callable[[bytes], object], flush: Callable[[], object]
) -> Callable[[str], None]:
    def say(text: str) -> None:
        write(text.encode() + b"\r\n")
        flush()

    return say


def _read_mail(lines: Iterator[bytes]) -> bytes:
    text = b""
    for line in lines:
        if line == b".\r\n":
            break
        text += line
    return text


def refuse_mail(_server: MailServer, connection: socket.socket) -> None:
    """Be full."""
    connection.sendall(b"554 no mail today\r\n")


def hang(server: MailServer, _connection: socket.socket) -> None:
    """Take the connection and never say a word."""
    server.stopping.wait(10)


def drip(server: MailServer, connection: socket.socket) -> None:
    """Say one letter every so often, so that no timeout between two letters is ever reached."""
    for letter in b"2" * 100:
        if server.stopping.is_set():
            return
        connection.sendall(bytes([letter]))
        time.sleep(0.2)


def hang_at_the_end(server: MailServer, connection: socket.socket) -> None:
    """Take the mail, then say nothing to QUIT."""
    with connection.makefile("rwb") as wire:
        say = _speaker(wire.write, wire.flush)
        say("220 ready")
        for line in iter(wire.readline, b""):
            if line[:4] == b"QUIT":
                server.stopping.wait(10)
                return
            if line[:4] == b"data" or line[:4] == b"DATA":
                say("354 go on")
                server.mails.append(_read_mail(iter(wire.readline, b"")))
                server.arrived.set()
            say("250 ok")
