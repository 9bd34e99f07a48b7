"""What the machine did during a load test: who had its processors, and how much memory the workers took."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field

import psutil
from bench_load import cpu_seconds

EVERY_S = 2.0
LINE = re.compile(r"^(\w+)(?:\{(.*)\})? ([\d.eE+-]+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Sample:
    """One look."""

    at: float
    """By the wall clock."""
    cpu_s: Mapping[str, float]
    """Processor time so far, by whose."""
    memory_mb: float
    """Of all workers together: what they share is counted once."""
    workers: int


@dataclass(slots=True)
class Watch:
    """Looks every two seconds, in a thread of its own."""

    roots: Callable[[], Mapping[str, int]]
    """The process whose tree is meant, by name; "app" is gunicorn."""
    samples: list[Sample] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(psutil.Error):
                self.samples.append(look(self.roots()))
            self._stop.wait(EVERY_S)

    def shares(self) -> dict[str, float]:
        """How many processors each kept busy, on average: 1.0 is one of them."""
        if len(self.samples) < 2:
            return {}
        first, last = self.samples[0], self.samples[-1]
        seconds = last.at - first.at
        return {
            name: (last.cpu_s[name] - first.cpu_s.get(name, 0)) / seconds for name in last.cpu_s
        }

    def growth_percent(self, since_s: float) -> float:
        """How much more memory the workers take in the last tenth than in the first after so many seconds."""
        warm = [one.memory_mb for one in self.samples if one.at >= self.samples[0].at + since_s]
        tenth = max(1, len(warm) // 10)
        if not warm:
            return 0.0
        early, late = sum(warm[:tenth]) / tenth, sum(warm[-tenth:]) / tenth
        return 100 * (late - early) / early


def look(roots: Mapping[str, int]) -> Sample:
    """Take one sample."""
    workers = psutil.Process(roots["app"]).children()
    return Sample(
        time.time(), {name: cpu_seconds(root) for name, root in roots.items()},
        sum(memory_mb(one) for one in workers), len(workers),
    )  # fmt: skip


def memory_mb(process: psutil.Process) -> float:
    """Its proportional share of what it uses; where the system does not say, what it holds in all."""
    try:
        info = process.memory_full_info()
    except psutil.Error:
        return 0.0
    return float(getattr(info, "pss", 0) or info.rss) / 2**20


@dataclass(frozen=True, slots=True)
class Metrics:
    """What /metrics says."""

    values: Mapping[tuple[str, tuple[tuple[str, str], ...]], float]

    def total(self, name: str, **labels: str) -> float:
        """The sum of a metric over all labels but these."""
        wanted = set(labels.items())
        return sum(
            value
            for (one, have), value in self.values.items()
            if one == name and wanted <= set(have)
        )

    def by(self, name: str, label: str) -> dict[str, float]:
        """The sums of a metric by one label."""
        found: Counter[str] = Counter()
        for (one, have), value in self.values.items():
            if one == name:
                found[dict(have).get(label, "")] += value  # type: ignore[assignment]
        return dict(found)


def fetch_metrics(port: int, token: str) -> Metrics:
    """Ask for the metrics."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
        return parse_metrics(connection.getresponse().read().decode())


def parse_metrics(text: str) -> Metrics:
    """Read Prometheus' text format."""
    return Metrics(
        {
            (name, tuple(sorted(LABEL.findall(labels or "")))): float(value)
            for name, labels, value in LINE.findall(text)
        }
    )
