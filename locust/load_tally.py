"""Every request of a load test: when it began, how long it took, what it was, and how it ended."""

from __future__ import annotations

import json
import math
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

MOST_FAULTS = 200
FLOOR_ERRORS_PERCENT, FLOOR_P95_MS = 1.0, 2000.0
"""What the guide asks for; ours stand in load_goals.py."""


class End(IntEnum):
    """How a request ended."""

    FINE = 0
    FAULT = 1
    """A wrong status, a limit, a page for nobody, no answer."""
    WRONG = 2
    """Somebody else's page."""
    SHED = 3
    """The server said that it is too busy (503 with Retry-After), or took no connection."""


@dataclass(slots=True)
class Tally:
    """What one generator saw. Times are seconds since `began`, by the wall clock, so that several can be added."""

    began: float = field(default_factory=time.time)
    at_s: array[float] = field(default_factory=lambda: array("d"))
    took_ms: array[float] = field(default_factory=lambda: array("f"))
    what: array[int] = field(default_factory=lambda: array("H"))
    end: array[int] = field(default_factory=lambda: array("B"))
    names: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    marks: list[tuple[float, str]] = field(default_factory=list)
    """From which second on which part of the run is on."""
    users: list[tuple[float, int]] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, began: float, took_ms: float, end: End, fault: str = "") -> None:
        """Keep one request that began at a moment of the wall clock."""
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = len(self.names)
            self.names.append(name)
        self.at_s.append(began - self.began)
        self.took_ms.append(took_ms)
        self.what.append(place)
        self.end.append(end)
        if end:
            text = f"{name}: {fault}"
            if text in self.faults or len(self.faults) < MOST_FAULTS:
                self.faults[text] += 1

    def mark(self, part: str) -> None:
        """A part of the run begins now."""
        self.marks.append((time.time() - self.began, part))

    def count_users(self, number: int) -> None:
        """So many people are there now."""
        self.users.append((time.time() - self.began, number))

    def recent(self, seconds: float) -> list[int]:
        """Which requests ended in the last seconds."""
        since, found = time.time() - self.began - seconds, []
        for place in range(len(self.at_s) - 1, -1, -1):
            if self.at_s[place] + self.took_ms[place] / 1000 >= since:
                found.append(place)
            elif self.at_s[place] < since - 60:
                break
        return found

    def write(self, path: Path) -> None:
        """Write it to a file."""
        content = {
            "began": self.began, "names": self.names, "faults": self.faults, "marks": self.marks,
            "users": self.users, "at_s": [round(one, 3) for one in self.at_s],
            "took_ms": [round(one, 2) for one in self.took_ms],
            "what": self.what.tolist(), "end": self.end.tolist(),
        }  # fmt: skip
        path.write_text(json.dumps(content))


def read_tallies(paths: Iterable[Path]) -> Tally:
    """Return what several generators wrote, as one."""
    contents = [json.loads(path.read_text()) for path in paths]
    whole = Tally(began=min((one["began"] for one in contents), default=time.time()))
    for one in contents:
        later = one["began"] - whole.began
        for at_s, took_ms, what, end in zip(
            one["at_s"], one["took_ms"], one["what"], one["end"], strict=True
        ):
            whole.note(one["names"][what], whole.began + later + at_s, took_ms, End(end))
        whole.users += [(at_s + later, number) for at_s, number in one["users"]]
        if not whole.marks:
            whole.marks = [(at_s + later, part) for at_s, part in one["marks"]]
    whole.faults = sum((Counter(one["faults"]) for one in contents), Counter())
    whole.users.sort()
    return whole


@dataclass(frozen=True, slots=True)
class Figures:
    """Some requests, summed up. Times in ms."""

    requests: int
    faults: int
    wrong: int
    shed: int
    p50: float
    p95: float
    p99: float
    longest: float

    @property
    def error_percent(self) -> float:
        """What went wrong, of a hundred; another's page and what was turned away are errors too."""
        return 100 * (self.faults + self.wrong + self.shed) / max(1, self.requests)


@dataclass(frozen=True, slots=True)
class View:
    """A tally, ready to be asked."""

    tally: Tally

    def parts(self) -> list[tuple[str, float, float]]:
        """The parts of the run: name, first second, last second."""
        marks = self.tally.marks or [(0.0, "whole")]
        ends = [at_s for at_s, _ in marks[1:]] + [math.inf]
        return [(part, at_s, end) for (at_s, part), end in zip(marks, ends, strict=True)]

    def places(self, *, part: str = "", name: Callable[[str], bool] | None = None) -> list[int]:
        """Which requests began in a part of the run (every one of that name) and are called so."""
        tally = self.tally
        spans = [(begin, end) for one, begin, end in self.parts() if part in ("", one)]
        wanted = {place for place, one in enumerate(tally.names) if name is None or name(one)}
        if part == "":
            spans = [(-math.inf, math.inf)]
        return [
            place
            for place, (at_s, what) in enumerate(zip(tally.at_s, tally.what, strict=True))
            if what in wanted and any(begin <= at_s < end for begin, end in spans)
        ]

    def figures(self, *, part: str = "", name: Callable[[str], bool] | None = None) -> Figures:
        """Sum up what `places` finds."""
        return self.sum_up(self.places(part=part, name=name))

    def sum_up(self, places: Sequence[int]) -> Figures:
        """Sum up these requests."""
        tally = self.tally
        ends = Counter(tally.end[place] for place in places)
        times = sorted(tally.took_ms[place] for place in places if tally.end[place] != End.SHED)
        return Figures(
            requests=len(places), faults=ends[End.FAULT], wrong=ends[End.WRONG], shed=ends[End.SHED],
            p50=percentile(times, 50), p95=percentile(times, 95), p99=percentile(times, 99),
            longest=times[-1] if times else math.nan,
        )  # fmt: skip


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that so many of a hundred do not exceed; not a number where there are none."""
    if not ordered:
        return math.nan
    return ordered[min(len(ordered), math.ceil(len(ordered) * share / 100)) - 1]


def is_write(name: str) -> bool:
    """Whether a request changes something; signing in aside, which is no work of theirs."""
    return not name.startswith("GET ") and "/login" not in name


def holds(figures: Figures) -> bool:
    """Whether the guide's floor holds. Who is turned away waits for nothing, so times alone would not show it."""
    return figures.p95 <= FLOOR_P95_MS and figures.error_percent < FLOOR_ERRORS_PERCENT
