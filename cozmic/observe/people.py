"""How many people are at work, counted by all workers of a server in one piece of memory.

Each has a byte, found by the last bits of their id, in which stands the minute when they last asked for something. No
request counts anything, and nobody's id is kept: who shares those bits is one, which begins to matter in a district
of more than 65,536 people.
"""

from __future__ import annotations

import mmap
import os
from datetime import datetime
from pathlib import Path

from cozmic.observe.workers import find_folder

BYTES = 1 << 16
WITHIN_MINUTES = 5
ROUND = 250
"""Minutes until a byte says the same again: count_people() rubs out what is old long before."""


class _Place:
    pid = 0
    folder: Path | None = None
    marks: mmap.mmap | bytearray = bytearray(BYTES)


def note_person(user_id: int, now: datetime) -> None:
    """Note that somebody asked for something. Under a microsecond."""
    _marks()[user_id % BYTES] = _mark(now)


def count_people(now: datetime) -> int:
    """Return how many asked for something within WITHIN_MINUTES, and rub out those before. About 2 ms."""
    marks, minute = _marks(), int(now.timestamp() // 60)
    recent = {(minute - back) % ROUND + 1 for back in range(WITHIN_MINUTES + 1)}
    kept = bytes(marks)
    for place in (place for place, mark in enumerate(kept) if mark and mark not in recent):
        marks[place] = 0
    return sum(map(kept.count, (bytes([mark]) for mark in recent)))


def _mark(now: datetime) -> int:
    return int(now.timestamp() // 60) % ROUND + 1


def _marks() -> mmap.mmap | bytearray:
    """The memory of this server; of this process alone where it counts for itself."""
    folder = find_folder()
    if _Place.pid != os.getpid() or _Place.folder != folder:
        _Place.pid, _Place.folder = os.getpid(), folder
        _Place.marks = bytearray(BYTES) if folder is None else _open(folder / "people.marks")
    return _Place.marks


def _open(path: Path) -> mmap.mmap:
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(number, BYTES)
        return mmap.mmap(number, BYTES)
    finally:
        os.close(number)
