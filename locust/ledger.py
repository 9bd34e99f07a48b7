"""What the server said it had kept, to be compared with the database at the end.

An act is noted before it is sent and once more when it is acknowledged. What was acknowledged has to be there, once;
what was sent without an answer may be there or not, but not twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Act:
    """Something that one person did to one thing: the last that was acknowledged, and all that was not."""

    acknowledged: str | None = None
    version: int | None = None
    """Of a saved answer, as the server counts; None: it does not say."""
    pending: list[str] = field(default_factory=list)
    """Sent since, and not (yet) acknowledged."""


@dataclass(slots=True)
class Ledger:
    """The acts, by kind and by what they are done to."""

    acts: dict[str, dict[str, Act]] = field(default_factory=dict)

    def send(self, kind: str, key: str, value: str) -> None:
        """Note what is about to be sent; the same again is no second act."""
        pending = self._act(kind, key).pending
        if value not in pending:
            pending.append(value)

    def acknowledge(self, kind: str, key: str, value: str, version: int | None = None) -> None:
        """Note that the server said it is kept. Whatever was sent before has been overtaken by it."""
        act = self._act(kind, key)
        act.acknowledged, act.version = value, version
        act.pending.clear()

    def refuse(self, kind: str, key: str, value: str) -> None:
        """Note that the server said it is not kept."""
        pending = self._act(kind, key).pending
        if value in pending:
            pending.remove(value)

    def _act(self, kind: str, key: str) -> Act:
        return self.acts.setdefault(kind, {}).setdefault(key, Act())

    def count(self, kind: str) -> int:
        """How many things of a kind have something acknowledged."""
        return sum(act.acknowledged is not None for act in self.acts.get(kind, {}).values())

    def write(self, path: Path) -> None:
        """Write it to a file."""
        content = {
            kind: {key: [act.acknowledged, act.version, act.pending] for key, act in acts.items()}
            for kind, acts in self.acts.items()
        }
        path.write_text(json.dumps(content))


def read_ledgers(paths: Iterable[Path]) -> Ledger:
    """Return what several generators wrote, as one; no two of them act on the same thing."""
    ledger = Ledger()
    for path in paths:
        for kind, acts in json.loads(path.read_text()).items():
            mine = ledger.acts.setdefault(kind, {})
            for key, (acknowledged, version, pending) in acts.items():
                mine[key] = Act(acknowledged, version, pending)
    return ledger


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of one thing."""

    value: str | None
    times: int = 1
    """How often it is there; acts that change a row in place are there once."""
    version: int | None = None


@dataclass(slots=True)
class Verdict:
    """What the comparison found."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def judge(self, kind: str, acts: Mapping[str, Act], kept: Mapping[str, Kept]) -> None:
        """Compare all acts of a kind."""
        for key, act in acts.items():
            there = kept.get(key, Kept(None, 0))
            if there.times > 1:
                self.doubled.append(f"{kind} {key} is there {there.times} times")
            if act.acknowledged is None:
                continue
            self.acknowledged += 1
            if there.value != act.acknowledged and there.value not in act.pending:
                self.lost.append(
                    f"{kind} {key}: {act.acknowledged!r} was kept, {there.value!r} is there"
                )
            elif _is_saved_twice(act, there):
                self.doubled.append(
                    f"{kind} {key}: version {act.version} was kept, {there.version} is there"
                )

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing is there twice."""
        return not self.lost and not self.doubled


def _is_saved_twice(act: Act, there: Kept) -> bool:
    return act.version is not None and not act.pending and there.version != act.version
