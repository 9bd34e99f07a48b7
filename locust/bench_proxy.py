"""Proxies that count from outside what the platform asks of PostgreSQL and Redis, whatever it says of itself."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

CHUNK = 65_536
READY = ord("Z")


@dataclass(slots=True)
class Count:
    """How many round trips a proxy has seen."""

    trips: int = 0


class PostgresTrips:
    """One connection: counts the server's ReadyForQuery messages, one for each time it waits for the client again."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._waiting = b""

    def from_client(self, _data: bytes) -> None:
        """What is asked is not looked at."""

    def from_server(self, data: bytes) -> None:
        """Cut the stream into messages: a letter, then a length that counts itself."""
        buffer = self._waiting + data
        place = 0
        while len(buffer) - place >= 5:
            (length,) = struct.unpack_from("!I", buffer, place + 1)
            if len(buffer) - place < 1 + length:
                break
            self._count.trips += buffer[place] == READY
            place += 1 + length
        self._waiting = buffer[place:]


class TurnTrips:
    """One connection: counts each time the client speaks after the server; commands sent together are one."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._is_clients_turn = True

    def from_client(self, _data: bytes) -> None:
        """The client asks."""
        self._count.trips += self._is_clients_turn
        self._is_clients_turn = False

    def from_server(self, _data: bytes) -> None:
        """The server answers."""
        self._is_clients_turn = True


Watcher = PostgresTrips | TurnTrips


class Proxy:
    """A proxy in a thread of its own."""

    def __init__(self, target_port: int, watch: Callable[[Count], Watcher]) -> None:
        self.count = Count()
        self.port = 0
        self._target_port = target_port
        self._watch = watch
        self._loop = asyncio.new_event_loop()
        self._is_ready = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._is_ready.wait()

    def close(self) -> None:
        """Cut every connection and end."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._leave(server))
        self._loop.close()

    async def _leave(self, server: asyncio.Server) -> None:
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        watcher = self._watch(self.count)
        there = await asyncio.open_connection("127.0.0.1", self._target_port)
        for source, sink, look in (
            (reader, there[1], watcher.from_client),
            (there[0], writer, watcher.from_server),
        ):
            task = self._loop.create_task(_pass_on(source, sink, look))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, look: Callable[[bytes], None]
) -> None:
    with suppress(OSError):
        while data := await source.read(CHUNK):
            look(data)
            sink.write(data)
            await sink.drain()
    sink.close()


@contextmanager
def proxy(target_port: int, watch: Callable[[Count], Watcher]) -> Iterator[Proxy]:
    """A counting proxy that ends with the block."""
    running = Proxy(target_port, watch)
    try:
        yield running
    finally:
        running.close()
