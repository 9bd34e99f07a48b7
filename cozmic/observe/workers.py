"""The files in which gunicorn's workers count: what the dead have counted is kept, in one file instead of one each.

Workers are replaced all the time (MAX_REQUESTS). Their files, kept for ever, would fill the memory that they stand in
and slow every scrape down; removed, they would make counters fall, which Prometheus takes for a restart.
"""

from __future__ import annotations

import fcntl
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import mark_process_dead

LOCK = "folding.lock"
NOBODY = 0
"""No process has this id: the file under it holds what the dead have counted."""


class _Place:
    folder: Path | None = None


def count_in(folder: Path) -> None:
    """Say where the workers of this server count; called in each of them, by gunicorn's hook."""
    _Place.folder = folder


def find_folder() -> Path | None:
    """Return where the workers of this server count; None for a process that counts for itself alone."""
    return _Place.folder


@contextmanager
def folding_waits(folder: Path) -> Iterator[None]:
    """Keep the dead from being folded in while somebody adds up, who would count them twice or not at all."""
    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def fold_in_the_dead(folder: Path, living: Iterable[int]) -> bool:
    """Add the counts of processes that live no more to one file, and remove theirs.

    Return False, with all left for the next time, where somebody is adding up: the server must not wait for a worker.
    """
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        kept = {NOBODY, *living}
        for kind in ("counter", "histogram"):
            _fold(
                folder,
                kind,
                [path for path in folder.glob(f"{kind}_*.db") if _pid(path) not in kept],
            )
        for path in folder.glob("gauge_*.db"):
            if _pid(path) not in kept:
                mark_process_dead(_pid(path), str(folder))  # type: ignore[no-untyped-call]
    return True


def _pid(path: Path) -> int:
    return int(path.stem.rpartition("_")[2])


def _fold(folder: Path, kind: str, dead: list[Path]) -> None:
    if not dead:
        return
    total = MmapedDict(str(folder / f"{kind}_{NOBODY}.db"))  # type: ignore[no-untyped-call]
    for path in dead:
        try:
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
                total.write_value(key, total.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
        except struct.error:  # killed while it made the file: nothing was counted there
            pass
        path.unlink()
    total.close()  # type: ignore[no-untyped-call]
