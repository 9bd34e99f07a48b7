"""Slices of load: who is asked, for how long, what came of it and what it cost."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from bench_client import Visit

CLIENT = Path(__file__).with_name("bench_client.py")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Contender:
    """One thing that is measured."""

    name: str
    port: int
    roots: tuple[int, ...]
    """The processes whose trees work for it: gunicorn, PostgreSQL, Redis."""
    visits: tuple[Visit, ...]
    connections: int = 16
    warm: int = 16
    """How many of the visits are made before each slice; for a cache, all of them."""
    pause_s: float = 0.0
    """Between two visits, for a person who looks again and again; on one connection only."""
    most: int = 0
    """Ends the slice after so many requests, before its time is up; 0: as many as there is time for."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What some seconds of one contender gave."""

    requests: int
    seconds: float
    cpu_parts_s: tuple[float, ...]
    """Processor time of each of the contender's roots."""
    times_s: tuple[float, ...]
    client_cpu_s: float
    errors: int
    first_errors: tuple[str, ...]

    @property
    def per_s(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a request, of application, PostgreSQL and Redis together."""
        return sum(self.cpu_parts_ms)

    @property
    def cpu_parts_ms(self) -> tuple[float, ...]:
        """The same for each of them."""
        return tuple(1000 * part / max(1, self.requests) for part in self.cpu_parts_s)

    @property
    def median_ms(self) -> float:
        """The median time of a request."""
        return 1000 * statistics.median(self.times_s)


class LoadClient:
    """The load generator's process."""

    def __init__(self) -> None:
        process = subprocess.Popen(
            [sys.executable, str(CLIENT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Its end is ours to order: Ctrl-C is for the bench, which then stops everything in turn.
            start_new_session=True,
        )
        self._process, self._orders, self._answers = process, process.stdin, process.stdout

    def measure(self, contender: Contender, seconds: float) -> Slice:
        """Load a contender for some seconds, after its first visits have been made once."""
        order = {
            "port": contender.port,
            "connections": contender.connections,
            "seconds": seconds,
            "warm": contender.warm,
            "pause_s": contender.pause_s,
            "most": contender.most,
            "visits": [asdict(visit) for visit in contender.visits],
        }
        self._tell(json.dumps(order))
        self._hear()
        before = [cpu_seconds(root) for root in contender.roots]
        self._tell("go")
        said = self._hear()
        return Slice(
            requests=said["requests"],
            seconds=said["seconds"],
            cpu_parts_s=tuple(
                cpu_seconds(root) - was for root, was in zip(contender.roots, before, strict=True)
            ),
            times_s=tuple(said["times_s"]),
            client_cpu_s=said["client_cpu_s"],
            errors=said["errors"],
            first_errors=tuple(said["first_errors"]),
        )

    def _tell(self, line: str) -> None:
        if self._orders:
            self._orders.write(line + "\n")
            self._orders.flush()

    def _hear(self) -> Any:
        line = self._answers.readline() if self._answers else ""
        if not line:
            message = "The load generator ended; what it said stands above."
            raise RuntimeError(message)
        return json.loads(line)

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()


@contextmanager
def load_client() -> Iterator[LoadClient]:
    """A load generator that ends with the block."""
    client = LoadClient()
    try:
        yield client
    finally:
        client.stop()


def cpu_seconds(root: int) -> float:
    """Processor time that a process, its children and those that have ended below it have had."""
    process, total = psutil.Process(root), 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it ended just now, and its parent has its time
        total += times.user + times.system
        total += getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
    return total


def interleave(
    client: LoadClient, contenders: Sequence[Contender], *, rounds: int, seconds: float, say: Say
) -> dict[str, list[Slice]]:
    """Measure each in turn, round after round, so that what drifts meets all of them alike."""
    slices: dict[str, list[Slice]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in contenders:
            slices[one.name].append(client.measure(one, seconds))
        told = "  ".join(f"{name} {many[-1].per_s:.0f}/s" for name, many in slices.items())
        say(f"round {number + 1} of {rounds}: {told}")
    return slices


@dataclass(frozen=True, slots=True)
class Medians:
    """The median over the rounds of what each gave."""

    per_s: float
    cpu_ms: float
    cpu_parts_ms: tuple[float, ...]
    """Of application, PostgreSQL and Redis; of the application alone where nothing else works for it."""
    median_ms: float
    errors: int
    """All of them, not a median."""


def median_of(slices: Sequence[Slice]) -> Medians:
    """The medians of a contender's rounds."""
    return Medians(
        per_s=statistics.median(one.per_s for one in slices),
        cpu_ms=statistics.median(one.cpu_ms for one in slices),
        cpu_parts_ms=tuple(
            statistics.median(parts)
            for parts in zip(*(one.cpu_parts_ms for one in slices), strict=True)
        ),
        median_ms=statistics.median(one.median_ms for one in slices),
        errors=sum(one.errors for one in slices),
    )


def rate_ratio(above: Sequence[Slice], below: Sequence[Slice]) -> float:
    """The median over the rounds of requests a second, one divided by the other."""
    return statistics.median(a.per_s / b.per_s for a, b in zip(above, below, strict=True))


def cpu_ratio(above: Sequence[Slice], below: Sequence[Slice]) -> float:
    """The same by processor time: how many of the first could be had for one of the second."""
    return statistics.median(b.cpu_ms / a.cpu_ms for a, b in zip(above, below, strict=True))


def errors_in(slices: Mapping[str, Sequence[Slice]], *names: str) -> list[str]:
    """What went wrong with these contenders: the count, and the first few in words."""
    told: list[str] = []
    for name in names:
        count = sum(one.errors for one in slices[name])
        words = [text for one in slices[name] for text in one.first_errors]
        if count:
            told.append(f"{name}: {count} wrong replies, such as {words[0]}")
    return told
