"""What the pool of connections is worth: the platform beside itself with a new connection for every use."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from bench_goals import GOALS, Finding
from bench_load import cpu_seconds
from bench_queries import fetch
from bench_stage import SMALL, UNCACHED, UNLIMITED, Stage
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, select

from cozmic import create_app
from cozmic.config import load_config
from cozmic.extensions import db
from cozmic.models import User

LONGEST_S = 1.5
OF_POOLS = {"pool_size", "max_overflow", "pool_recycle", "pool_timeout", "pool_use_lifo", "pool_pre_ping"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a second something could be done, and its cost."""

    per_s: float
    cpu_ms: float


def measure_pool(stage: Stage) -> list[Finding]:
    """Do a key look-up and an uncached page in this process, with and without the pool in turn."""
    with unpooled_app(stage) as unpooled:
        apps = {"pool": stage.app, "no pool": unpooled}
        return [
            _compare(stage, apps, "pool_key", _look_up(stage)),
            _compare(stage, apps, "pool_screen", _open_page(stage)),
        ]


@contextmanager
def unpooled_app(stage: Stage) -> Iterator[Flask]:
    """The platform with NullPool: a connection is opened for each use and closed after it."""
    app = create_app(load_config(stage.servers.environ(stage.url, **UNLIMITED, **UNCACHED)))
    options = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    kept = {name: value for name, value in options.items() if name not in OF_POOLS}
    with app.app_context():
        engines = cast("dict[str | None, Engine]", db.engines)
        engines[None] = create_engine(stage.url, **kept, poolclass=NullPool)
    yield app
    with app.app_context():
        db.engine.dispose()


def _look_up(stage: Stage) -> Callable[[Flask], None]:
    statement = select(User.username).where(User.id == stage.rooms[SMALL].student_ids[0])

    def act(_app: Flask) -> None:
        with db.engine.connect() as connection:
            connection.execute(statement).one()

    return act


def _open_page(stage: Stage) -> Callable[[Flask], None]:
    cookie = stage.cookies[stage.rooms[SMALL].student_ids[0]]

    def act(app: Flask) -> None:
        fetch(app, "/student/", cookie)
        if isinstance(db.engine.pool, NullPool):
            db.engine.dispose()  # the connection that this thread keeps for the admitting SELECT goes as well

    return act


def _compare(
    stage: Stage, apps: dict[str, Flask], key: str, act: Callable[[Flask], None]
) -> Finding:
    rates: dict[str, list[Rate]] = {name: [] for name in apps}
    for _ in range(stage.pace.rounds):
        for name, app in apps.items():
            rates[name].append(_rate(stage, app, act))
    pooled, unpooled = rates["pool"], rates["no pool"]
    pairs = list(zip(pooled, unpooled, strict=True))
    finding = Finding(
        GOALS[key], statistics.median(a.per_s / b.per_s for a, b in pairs),
        statistics.median(b.cpu_ms / a.cpu_ms for a, b in pairs),
        note=f"{statistics.median(a.per_s for a in pooled):,.0f} and "
        f"{statistics.median(b.per_s for b in unpooled):,.0f} a second, one after the other",
    )  # fmt: skip
    stage.say(f"{finding.goal.what}: {finding.value:.1f}, by CPU {finding.by_cpu:.1f}")
    return finding


def _rate(stage: Stage, app: Flask, act: Callable[[Flask], None]) -> Rate:
    """Do it again and again for a while."""
    root = stage.servers.postgres_root
    with app.app_context():
        act(app)
        before, own, begun = cpu_seconds(root), time.process_time(), time.perf_counter()
        done = 0
        while (took_s := time.perf_counter() - begun) < min(LONGEST_S, stage.pace.seconds):
            act(app)
            done += 1
        own = time.process_time() - own
        cpu_s = cpu_seconds(root) - before + own
    return Rate(done / took_s, 1000 * cpu_s / done)
