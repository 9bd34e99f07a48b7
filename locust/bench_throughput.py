"""How many dashboards a second, at what cost: beside a bare application, without the cache, for a large class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench_client import Visit
from bench_goals import GOALS, Finding
from bench_load import Contender, Slice, cpu_ratio, errors_in, median_of, rate_ratio
from bench_stage import LARGE, SMALL, Stage, fetch_etag

CRLF, NO_ETAG = "\r\n", "none"
HELLO = Visit("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n", needs=("hello",))
COMPARED = {
    "cached": ("student cached", "hello"),
    "unchanged": ("student 304", "hello"),
    "student": ("student cached", "student uncached"),
    "teacher_30": ("teacher 30 cached", "teacher 30 uncached"),
    "teacher_300": ("teacher 300 cached", "teacher 300 uncached"),
    "size": ("teacher 300 cached", "teacher 30 cached"),
}
Slices = Mapping[str, Sequence[Slice]]


def measure_throughput(stage: Stage) -> tuple[list[Finding], Slices]:
    """Load everything in turn; return the ratios, and the slices for the table of medians."""
    slices = stage.interleave(_contenders(stage))
    findings = [
        compare(key, slices, above=above, below=below) for key, (above, below) in COMPARED.items()
    ]
    return findings, slices


def compare(key: str, slices: Slices, *, above: str, below: str) -> Finding:
    """The finding for one ratio of two contenders."""
    return Finding(
        GOALS[key], rate_ratio(slices[above], slices[below]), cpu_ratio(slices[above], slices[below]),
        note=f"{median_of(slices[above]).per_s:,.0f} and {median_of(slices[below]).per_s:,.0f} a second",
        faults=tuple(errors_in(slices, above, below)),
    )  # fmt: skip


def _contenders(stage: Stage) -> list[Contender]:
    small, large = stage.rooms[SMALL], stage.rooms[LARGE]
    cached, uncached, hello = stage.cached, stage.uncached, stage.hello
    students = stage.student_visits(large)
    return [
        Contender("hello", hello.port, (hello.root,), (HELLO,)),
        stage.contender("student cached", cached, students),
        stage.contender("student 304", cached, unchanged_visits(cached.port, students)),
        stage.contender("student uncached", uncached, students),
        stage.contender("teacher 30 cached", cached, stage.teacher_visits(small)),
        stage.contender("teacher 30 uncached", uncached, stage.teacher_visits(small)),
        stage.contender("teacher 300 cached", cached, stage.teacher_visits(large)),
        stage.contender("teacher 300 uncached", uncached, stage.teacher_visits(large)),
    ]


def unchanged_visits(port: int, visits: Sequence[Visit]) -> list[Visit]:
    """The same people, who have the page already and ask whether it is still so.

    A page without an ETag is asked for with one that fits nothing, so its 200 counts as wrong.
    """
    return [
        replace(
            visit, status=304, needs=(), mark_end="",
            request=f"{visit.request.removesuffix(CRLF)}If-None-Match: {fetch_etag(port, visit) or NO_ETAG}{CRLF * 2}",
        )
        for visit in visits
    ]  # fmt: skip
