"""How busy the processors are and how full the memory is: the container's where it has limits, else the machine's.

In a container the machine's figures mislead: it has memory to spare while the container is about to be killed for
passing its own limit. Linux tells limits in the files of cgroups, of version 2 or 1; without them psutil is asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024
CGROUPS, OWN_CGROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
SHORTEST_S = 1.0
"""Over less, the processor's ticks of 10 ms are most of the figure."""


@dataclass(frozen=True, slots=True)
class HostUse:
    """One reading. None: cannot be told here."""

    cores: float | None
    """Processors that may be used: 0.5 in a container that may use half of one."""
    memory_mb: int | None
    """Memory that may be used."""
    cpu_percent: float | None
    """Since the reading before; None at the first."""
    memory_percent: float | None
    """Without what is only kept for reading files faster, which gives way at once."""


@dataclass(frozen=True, slots=True)
class _Busy:
    """Processor time used until a moment."""

    seconds: float
    at: float
    cores: float


class Host:
    """Reads what it is asked for, and remembers the last reading: the processor's use is a difference."""

    def __init__(self, cgroups: Path = CGROUPS, own: Path = OWN_CGROUP) -> None:
        self._folders = _list_folders(cgroups, own)
        self._before: _Busy | None = None

    def read(self) -> HostUse:
        """Return how it is now. Some files are read; about 1 ms, no waiting."""
        used, most = self._memory()
        busy, before = self._busy(), self._before
        cpu = None
        if before is not None and before.cores == busy.cores and busy.at - before.at >= SHORTEST_S:
            share = (busy.seconds - before.seconds) / (busy.at - before.at) / busy.cores
            cpu = min(max(100 * share, 0.0), 100.0)
        self._before = busy
        return HostUse(
            cores=busy.cores,
            memory_mb=most // MEBIBYTE,
            cpu_percent=cpu,
            memory_percent=min(100 * used / most, 100.0) if most else None,
        )

    def _memory(self) -> tuple[int, int]:
        whole = psutil.virtual_memory()
        used, most = whole.total - whole.available, whole.total
        for folder in self._folders:
            limit = _first(folder, _limit, "memory.max", "memory/memory.limit_in_bytes")
            now = _first(folder, int, "memory.current", "memory/memory.usage_in_bytes")
            if limit is not None and now is not None and limit < most:
                used, most = max(now - _reclaimable(folder), 0), int(limit)
        return used, most

    def _busy(self) -> _Busy:
        cores = float(os.cpu_count() or 1)
        found = None
        for folder in self._folders:
            quota, seconds = _quota(folder), _seconds(folder)
            if quota is not None and seconds is not None and quota < cores:
                cores, found = quota, seconds
        # The machine's clock only measures how long it has been since the reading before.
        now = time.monotonic()
        if found is not None:
            return _Busy(found, now, cores)
        times = psutil.cpu_times()
        waiting = times.idle + getattr(times, "iowait", 0.0)
        # Guests are counted within user time, as stolen time is time that others were given.
        counted = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        return _Busy(counted - waiting, now, cores)


def _list_folders(cgroups: Path, own: Path) -> list[Path]:
    """The folders whose limits hold for this process: its own group's and those it stands in, up to the root."""
    inside = ""
    with suppress(OSError, StopIteration):
        groups = (line.split(":", 2) for line in own.read_text().splitlines())
        inside = next(one[2] for one in groups if len(one) == 3 and one[1] in {"", "memory"})
    mine = cgroups / inside.lstrip("/")
    # A container that is not told its own place names one that it cannot see; the root is its own then.
    return [
        one
        for one in (mine, *mine.parents)
        if one.is_relative_to(cgroups) and ".." not in one.parts and one.is_dir()
    ]


def _first(folder: Path, read: Callable[[str], float | None], *names: str) -> float | None:
    for name in names:
        with suppress(OSError, ValueError):
            return read((folder / name).read_text().strip())
    return None


def _limit(text: str) -> float | None:
    return None if text == "max" else int(text)


def _quota(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    quota_us = _first(folder, int, "cpu/cpu.cfs_quota_us")
    period_us = _first(folder, int, "cpu/cpu.cfs_period_us")
    return quota_us / period_us if quota_us and period_us and quota_us > 0 else None


def _seconds(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        return _named(folder / "cpu.stat", "usage_usec") / 1e6
    nanoseconds = _first(folder, int, "cpuacct/cpuacct.usage")
    return None if nanoseconds is None else nanoseconds / 1e9


def _reclaimable(folder: Path) -> int:
    for name, key in (
        ("memory.stat", "inactive_file"),
        ("memory/memory.stat", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError):
            return _named(folder / name, key)
    return 0


def _named(path: Path, key: str) -> int:
    for line in path.read_text().splitlines():
        name, _, value = line.partition(" ")
        if name == key:
            return int(value)
    raise ValueError(key)
