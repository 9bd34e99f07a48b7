"""A container's own limits count, and not the machine that it stands on."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from cozmic.observe import host as module
from cozmic.observe.host import Host

GIB = 1024**3


class Cgroups:
    """A tree of cgroup files, and which place in it is ours."""

    def __init__(self, folder: Path) -> None:
        self.root, self.own = folder / "cgroup", folder / "self"
        self.root.mkdir()
        self.own.write_text("0::/\n")

    def write(self, **files: str) -> None:
        """Write files; a double underscore is a slash, a single one a dot."""
        for name, text in files.items():
            path = self.root / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def host(self) -> Host:
        """A reader of them."""
        return Host(self.root, self.own)


@pytest.fixture
def cgroups(tmp_path: Path) -> Cgroups:
    return Cgroups(tmp_path)


@pytest.fixture(autouse=True)
def _any_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORTEST_S", 0.0)


def test_without_limits_the_machine_is_read(cgroups: Cgroups) -> None:
    cgroups.write(memory_DOT_max="max\n", memory_DOT_current="1000\n", cpu_DOT_max="max 100000\n")
    use = cgroups.host().read()
    assert use.memory_mb == psutil.virtual_memory().total // 1024**2
    assert use.cores == os.cpu_count()
    assert use.cpu_percent is None  # nothing to compare with yet
    assert use.memory_percent is not None
    assert 0 < use.memory_percent < 100


def test_the_machines_processor_is_a_share_of_all_it_has(cgroups: Cgroups) -> None:
    host = cgroups.host()
    host.read()
    sum(number * number for number in range(3_000_000))
    use = host.read()
    assert use.cpu_percent is not None
    assert 0 < use.cpu_percent <= 100


def test_a_containers_memory_limit_counts_without_what_gives_way(cgroups: Cgroups) -> None:
    cgroups.write(
        memory_DOT_max=f"{GIB // 2}\n",
        memory_DOT_current=f"{GIB // 4 + GIB // 8}\n",
        memory_DOT_stat=f"anon 1\ninactive_file {GIB // 8}\nactive_file 7\n",
    )
    use = cgroups.host().read()
    assert (use.memory_mb, use.memory_percent) == (512, 50.0)


def test_the_older_kind_of_cgroups_is_read_too(cgroups: Cgroups) -> None:
    cgroups.own.write_text("11:cpu,cpuacct:/\n9:memory:/\n")
    cgroups.write(
        memory__memory_DOT_limit_in_bytes=f"{GIB // 2}\n",
        memory__memory_DOT_usage_in_bytes=f"{GIB // 4}\n",
        memory__memory_DOT_stat=f"cache 5\ntotal_inactive_file {GIB // 8}\n",
        cpu__cpu_DOT_cfs_quota_us="50000\n",
        cpu__cpu_DOT_cfs_period_us="100000\n",
        cpuacct__cpuacct_DOT_usage="1000000000\n",
    )
    use = cgroups.host().read()
    assert (use.memory_mb, use.memory_percent, use.cores) == (512, 25.0, 0.5)


def test_no_limit_in_the_older_kind_is_a_number_beyond_any_machine(cgroups: Cgroups) -> None:
    cgroups.write(
        memory__memory_DOT_limit_in_bytes="9223372036854771712\n",
        memory__memory_DOT_usage_in_bytes="5\n",
        cpu__cpu_DOT_cfs_quota_us="-1\n",
        cpu__cpu_DOT_cfs_period_us="100000\n",
    )
    use = cgroups.host().read()
    assert use.memory_mb == psutil.virtual_memory().total // 1024**2
    assert use.cores == os.cpu_count()


def test_half_a_processor_that_is_used_whole_is_busy(
    cgroups: Cgroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([100.0, 160.0, 220.0])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    cgroups.write(cpu_DOT_max="50000 100000\n", cpu_DOT_stat="usage_usec 5000000\nuser_usec 1\n")
    host = cgroups.host()
    assert host.read().cpu_percent is None
    cgroups.write(cpu_DOT_stat="usage_usec 20000000\n")  # 15 s of the 30 s that it had
    use = host.read()
    assert use.cores == 0.5
    assert use.cpu_percent == pytest.approx(50.0)
    cgroups.write(cpu_DOT_stat="usage_usec 80000000\n")
    assert host.read().cpu_percent == 100.0


def test_the_tightest_limit_of_all_that_one_stands_in_counts(cgroups: Cgroups) -> None:
    cgroups.own.write_text("0::/school/web\n")
    cgroups.write(
        school__memory_DOT_max=f"{GIB // 2}\n", school__memory_DOT_current=f"{GIB // 4}\n",
        school__web__memory_DOT_max=f"{GIB}\n", school__web__memory_DOT_current="7\n",
    )  # fmt: skip
    use = cgroups.host().read()
    assert (use.memory_mb, use.memory_percent) == (512, 50.0)


@pytest.mark.parametrize("own", ["", "nonsense\n", "0::/../../elsewhere\n", "0::/not/there\n"])
def test_a_place_that_cannot_be_seen_is_the_root(cgroups: Cgroups, own: str) -> None:
    """A container is told its place on the machine, which it cannot see; its root is its own."""
    cgroups.own.write_text(own)
    cgroups.write(memory_DOT_max=f"{GIB // 2}\n", memory_DOT_current=f"{GIB // 4}\n")
    assert cgroups.host().read().memory_mb == 512


def test_what_cannot_be_read_is_passed_over(cgroups: Cgroups) -> None:
    cgroups.write(
        memory_DOT_max="?\n", memory_DOT_current="\n", cpu_DOT_max="\n", cpu_DOT_stat="\n"
    )
    assert cgroups.host().read().memory_mb == psutil.virtual_memory().total // 1024**2
    gone = Host(cgroups.root / "none", cgroups.root / "none")
    assert gone.read().cores == os.cpu_count()


def test_this_machine_is_read() -> None:
    host = Host()
    host.read()
    use = host.read()
    assert use.memory_mb
    assert use.memory_percent is not None
