"""What several processes know of each other: whole numbers in a shared file, each written by one thread alone."""

from __future__ import annotations

import mmap
from pathlib import Path
from types import TracebackType
from typing import Self

CLASSES, KINDS = 8, ("name", "note", "mark")
STOP, READS, STALE, WRITES, FIRST = 0, 8, 24, 40, 64
"""Places on the board: one to stop all; 16 each for reads, stale reads and writes by thread; then the numbers."""
PLACES = FIRST + CLASSES * len(KINDS)


class Board:
    """The shared numbers. A place of eight bytes is read and written whole."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8 * PLACES))
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), 8 * PLACES)
        self._numbers = memoryview(self._map).cast("q")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._numbers.release()
        self._map.close()
        self._file.close()

    def get(self, place: int) -> int:
        """The number in a place."""
        return self._numbers[place]

    def put(self, place: int, number: int) -> None:
        """Write a number into a place."""
        self._numbers[place] = number

    def total(self, first: int) -> int:
        """The sum over 16 threads."""
        return sum(self._numbers[first : first + 16])


def place_of(classroom: int, kind: str) -> int:
    """Where the last committed number of a class stands."""
    return FIRST + classroom * len(KINDS) + KINDS.index(kind)
