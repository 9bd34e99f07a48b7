"""A wire to a PostgreSQL that counts the questions on it, and can be cut or hold its breath."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ASKS = frozenset(b"QS")
"""What ends a question, which the server answers with ReadyForQuery: a simple query, or Sync."""


class Wire:
    """Carries messages between clients and a server, a thread for each direction."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.questions_n = 0
        self.opens = threading.Event()
        """Clear it, and nothing comes through any more: packets are swallowed, nobody is told."""
        self.opens.set()
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(self._target)
                self._ends += [client, server]
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        """Carry what the client says, and count its questions: a first message without a type, then type and length."""
        with suppress(OSError, EOFError):
            head = _read(client, 4)
            server.sendall(head + _read(client, struct.unpack("!I", head)[0] - 4))
            while True:
                head = _read(client, 5)
                body = _read(client, struct.unpack("!I", head[1:])[0] - 4)
                self.questions_n += head[0] in ASKS
                self.opens.wait()
                server.sendall(head + body)
        _shut(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while part := server.recv(65536):
                self.opens.wait()
                client.sendall(part)
        _shut(client)

    def close(self) -> None:
        """Close everything."""
        self.opens.set()
        self._door.close()
        for end in self._ends:
            _shut(end)
            end.close()


@contextmanager
def wired(host: str, port: int) -> Iterator[Wire]:
    """A wire to a server's port."""
    wire = Wire(host, port)
    try:
        yield wire
    finally:
        wire.close()


def _read(client: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = client.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
