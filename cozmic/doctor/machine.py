"""The machine: processors, memory, disk, and who may read what lies on it."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url

from cozmic.config import ROOT
from cozmic.observe.host import Host
from cozmic.rules.deployment import (
    Finding,
    Verdict,
    doubtful,
    failed,
    judge_disk,
    judge_memory,
    judge_workers,
    passed,
)


def look_at_workers(app: Flask) -> Finding:
    """Processes against the processors that the container may use."""
    cores = Host().read().cores
    if cores is None:
        return doubtful("the processors cannot be counted here", "about two workers for each")
    return judge_workers(workers=app.config["WEB_CONCURRENCY"], cores=cores)


def look_at_memory(app: Flask) -> Finding:
    """Processes against the memory that the container may use."""
    megabytes = Host().read().memory_mb
    if not megabytes:
        return doubtful("the memory cannot be told here", "about 130 MB for each worker")
    return judge_memory(workers=app.config["WEB_CONCURRENCY"], megabytes=megabytes)


def look_at_disk(app: Flask) -> Finding:
    """Room for the database file and for backups: the worse of the two."""
    places = {"the instance folder": app.config["INSTANCE"], "BACKUP_DIR": app.config["BACKUP_DIR"]}
    findings = []
    for name, place in places.items():
        usage = shutil.disk_usage(_nearest(place))
        findings.append(judge_disk(place=name, free=usage.free, size=usage.total))
    return max(findings, key=lambda one: list(Verdict).index(one.verdict))


def _nearest(place: Path) -> Path:
    """The folder itself, or what is there of the way to it."""
    return next(one for one in (place, *place.parents) if one.is_dir())


def look_at_files(app: Flask) -> Finding:
    """Whether secrets and the school's data are for their owner alone."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    listed = [ROOT / ".env", *app.config["BACKUP_DIR"].glob("*.zip")]
    if url.get_backend_name() == "sqlite" and url.database:
        listed += [Path(f"{url.database}{end}") for end in ("", "-wal")]
    open_ = [path for path in listed if _is_open_to_others(path)]
    if open_:
        names = ", ".join(path.name for path in open_[:3])
        return failed(
            f"everybody on this machine can read {names}", "chmod o-rwx each, and its folder"
        )
    return passed(f"{sum(path.exists() for path in listed)} looked at")


def _is_open_to_others(path: Path) -> bool:
    """Whether another user of the machine can read a file: its own mode, and a way through every folder."""
    if not path.exists() or not path.stat().st_mode & stat.S_IROTH:
        return False
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
