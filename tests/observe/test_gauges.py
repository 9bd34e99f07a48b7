"""Gauges are read seldom while a worker is busy, and once more when it falls idle."""

from __future__ import annotations

from itertools import count

from prometheus_client import Counter, Gauge

from cozmic.observe.gauges import Gauges


def test_a_worker_at_rest_reads_once_a_second() -> None:
    reads, gauges = count(), Gauges()

    def read() -> float:
        next(reads)
        return 0

    gauges.watch(Gauge("idle", "Idle.", registry=None), read)
    for _ in range(50):
        gauges.sample()
    assert next(reads) == 1
    gauges.sample(is_due=True)
    assert next(reads) == 3, "one more, and the look of this test before"


def test_what_others_count_is_added_as_it_grows() -> None:
    counter, grown = Counter("waits", "Waits.", registry=None), [2.0, 2.0, 5.0]
    gauges = Gauges()
    gauges.follow(counter, lambda: grown.pop(0))
    for _ in range(3):
        gauges.sample(is_due=True)
    assert next(iter(counter.collect())).samples[0].value == 5


def test_a_worker_that_falls_idle_leaves_no_busy_moment_behind() -> None:
    gauge, in_use = Gauge("busy", "Busy.", registry=None), [2.0, 1.0, 0.0]
    gauges = Gauges()
    gauges.watch(gauge, lambda: in_use.pop(0))
    for is_idle in (False, False, True, True, False, True):
        gauges.sample(is_idle=is_idle)
    assert in_use == [0], "read at first, and once when idle"
    assert [sample.value for sample in next(iter(gauge.collect())).samples] == [1]
