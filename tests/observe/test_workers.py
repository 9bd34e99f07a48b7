"""What dead workers have counted is kept, in one file."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from cozmic.observe.workers import fold_in_the_dead, folding_waits
from tests.observe.serving import counted


def write(folder: Path, pid: int, *, requests: float, quick: float) -> None:
    """Count as a worker does."""
    for kind, name, sample, labels, value in (
        ("counter", "requests", "requests_total", {"endpoint": "a"}, requests),
        ("histogram", "seconds", "seconds_bucket", {"le": "0.1"}, quick),
        ("histogram", "seconds", "seconds_bucket", {"le": "+Inf"}, requests - quick),
        ("gauge_livesum", "workers", "workers", {}, 1),
    ):
        file = MmapedDict(str(folder / f"{kind}_{pid}.db"))  # type: ignore[no-untyped-call]
        file.write_value(  # type: ignore[no-untyped-call]
            mmap_key(name, sample, list(labels), list(labels.values()), "Help."), value, 0
        )
        file.close()  # type: ignore[no-untyped-call]


def scrape(folder: Path) -> str:
    collector = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(collector).decode()


def test_counts_of_the_dead_stay_and_their_files_and_gauges_go(tmp_path: Path) -> None:
    for pid in (11, 12, 13):
        write(tmp_path, pid, requests=10 * pid, quick=pid)
    before = scrape(tmp_path)
    assert fold_in_the_dead(tmp_path, living={13})
    assert fold_in_the_dead(tmp_path, living={13})
    after = scrape(tmp_path)
    for name in ("requests_total", "seconds_bucket", "seconds_count"):
        assert counted(name, after) == counted(name, before) > 0
    assert (counted("workers", before), counted("workers", after)) == (3, 1)
    assert {path.name for path in tmp_path.glob("*.db")} == {
        "counter_0.db", "histogram_0.db", "counter_13.db", "histogram_13.db", "gauge_livesum_13.db",
    }  # fmt: skip


def test_those_that_die_later_are_added_to_those_before(tmp_path: Path) -> None:
    for pid in (11, 12):
        write(tmp_path, pid, requests=pid, quick=1)
        fold_in_the_dead(tmp_path, living=set())
    assert counted("requests_total", scrape(tmp_path)) == 23


def test_nothing_is_folded_in_amid_a_scrape_and_the_server_does_not_wait(tmp_path: Path) -> None:
    write(tmp_path, 11, requests=5, quick=1)
    with folding_waits(tmp_path):
        assert not fold_in_the_dead(tmp_path, living=set())
        assert (tmp_path / "counter_11.db").exists()
    assert fold_in_the_dead(tmp_path, living=set())


def test_a_file_of_one_killed_at_its_beginning_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "counter_11.db").touch()
    assert fold_in_the_dead(tmp_path, living=set())
    assert not (tmp_path / "counter_11.db").exists()
