"""The load generator of `make bench`: a process of its own that asks over keep-alive connections and checks each reply.

Sockets and one selector, no HTTP library: it shares the processors with what it measures, so it must cost little.

It reads orders from standard input, one line of JSON each, and answers each with two lines: `"warm"` once the first
visits have been made (the measurer then reads its clocks and sends any line), and the result once the time is up.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from typing import Any

HEAD_END, SENT_TWICE = b"\r\n\r\n", 3
MOST_ERRORS_TOLD = 5
ANSWER_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, and how to tell that the reply is the right one."""

    request: str
    status: int = 200
    needs: tuple[str, ...] = ()
    """What must stand in the body; the first is its mark, of which the body may hold no other one's."""
    mark_end: str = ""
    """How every mark ends; empty: bodies of this visit hold none."""

    def fault_of(self, status: int, body: bytes) -> str:
        """Return what is wrong with a reply, or nothing."""
        if status != self.status:
            return f"status {status} instead of {self.status}"
        if status == 304:
            return "304 with a body" if body else ""
        for need in self.needs:
            if need.encode() not in body:
                return f"{need!r} is missing"
        if self.mark_end and body.count(self.mark_end.encode()) != body.count(
            self.needs[0].encode()
        ):
            return "somebody else's mark is in the page"
        return ""


@dataclass(slots=True)
class Tally:
    """What one run of visits gave."""

    requests: int = 0
    errors: int = 0
    reconnects: int = 0
    bytes_in: int = 0
    first_errors: list[str] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)

    def note(self, visit: Visit, status: int, body: bytes, took_s: float) -> None:
        """Count one reply."""
        self.requests += 1
        self.bytes_in += len(body)
        self.times_s.append(took_s)
        if fault := visit.fault_of(status, body):
            self.note_error(f"{visit.request.split(' HTTP', 1)[0]}: {fault}")

    def note_error(self, text: str) -> None:
        """Count one failure."""
        self.errors += 1
        if len(self.first_errors) < MOST_ERRORS_TOLD:
            self.first_errors.append(text)


class Line:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.visit = Visit("")
        self._buffer = b""
        self._sent_at = 0.0
        self._tries = 0
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_WITHIN_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, visit: Visit) -> None:
        """Ask."""
        self.visit, self._tries = visit, 1
        self._sent_at = time.perf_counter()
        self.socket.sendall(visit.request.encode())

    def send_again(self) -> bool:
        """Ask again on a new connection, as a browser does where a kept one was closed; False after some tries."""
        self.socket.close()
        self._buffer = b""
        if self._tries >= SENT_TWICE:
            return False
        self._tries += 1
        self.socket = self._connect()
        self.socket.sendall(self.visit.request.encode())
        return True

    def read(self) -> tuple[int, bytes, float] | None:
        """Read what is there; return status, body and seconds once the reply is whole. Raise OSError where it ends."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            message = "the connection was closed"
            raise ConnectionError(message)
        self._buffer += chunk
        head, found, body = self._buffer.partition(HEAD_END)
        if not found or len(body) < length_of(head):
            return None
        self._buffer = b""
        return int(head[9:12]), body, time.perf_counter() - self._sent_at


def length_of(head: bytes) -> int:
    """The length of the body that a head announces."""
    lowered = head.lower()
    place = lowered.find(b"content-length:")
    if place < 0 or lowered[9:12] == b"304":
        return 0
    return int(lowered[place + 15 :].split(b"\r\n", 1)[0])


class Caller:
    """Makes visits in turn over a number of connections to one server."""

    def __init__(
        self, port: int, connections: int, visits: Sequence[Visit], *, pause_s: float = 0
    ) -> None:
        self._visits = visits
        self._pause_s = pause_s
        self._lines = [Line(port) for _ in range(connections)]

    def warm_up(self, most: int) -> Tally:
        """Make each visit once, but no more than so many."""
        return self._run(iter(self._visits[:most]), until=float("inf"))

    def run(self, seconds: float, most: int = 0) -> Tally:
        """Go on making visits for so long, or until so many are made; every one that was begun is waited for."""
        visits = islice(cycle(self._visits), most or None)
        return self._run(visits, until=time.perf_counter() + seconds)

    def close(self) -> None:
        """Leave."""
        for line in self._lines:
            line.socket.close()

    def _run(self, visits: Iterator[Visit], *, until: float) -> Tally:
        tally = Tally()
        with selectors.DefaultSelector() as selector:
            for line in self._lines:
                self._next(line, visits, until, selector, is_new=True)
            while selector.get_map():
                ready = selector.select(ANSWER_WITHIN_S)
                if not ready:
                    tally.note_error(f"no answer within {ANSWER_WITHIN_S:.0f} s")
                    break
                for key, _ in ready:
                    if self._is_answered(key.data, selector, tally):
                        self._next(key.data, visits, until, selector, is_new=False)
        return tally

    def _next(
        self, line: Line, visits: Iterator[Visit], until: float, selector: Any, *, is_new: bool
    ) -> None:
        if self._pause_s and not is_new:
            time.sleep(self._pause_s)
        visit = next(visits, None) if time.perf_counter() < until else None
        if visit is None:
            if not is_new:
                selector.unregister(line.socket)
            return
        line.send(visit)
        if is_new:
            selector.register(line.socket, selectors.EVENT_READ, line)

    @staticmethod
    def _is_answered(line: Line, selector: Any, tally: Tally) -> bool:
        """Take what came; True once this connection is free for the next visit."""
        try:
            reply = line.read()
        except OSError as problem:
            selector.unregister(line.socket)
            tally.reconnects += 1
            if line.send_again():
                selector.register(line.socket, selectors.EVENT_READ, line)
            else:
                tally.note_error(f"{line.visit.request.split(' HTTP', 1)[0]}: {problem}")
            return False
        if reply is None:
            return False
        tally.note(line.visit, *reply)
        return True


def main() -> None:
    """Take orders until standard input ends."""
    for text in sys.stdin:
        order = json.loads(text)
        visits = [Visit(**{**one, "needs": tuple(one["needs"])}) for one in order["visits"]]
        caller = Caller(order["port"], order["connections"], visits, pause_s=order["pause_s"])
        warm = caller.warm_up(order["warm"])
        print(json.dumps("warm"), flush=True)
        sys.stdin.readline()
        begun, cpu = time.perf_counter(), time.process_time()
        tally = caller.run(order["seconds"], order["most"])
        took_s = time.perf_counter() - begun
        caller.close()
        said = {
            **asdict(tally),
            "errors": tally.errors + warm.errors,
            "first_errors": warm.first_errors + tally.first_errors,
            "seconds": took_s,
            "client_cpu_s": time.process_time() - cpu,
        }
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
