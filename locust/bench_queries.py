"""What uncached screens ask of the database, for a small class and a large one, and how a gradebook grows."""

from __future__ import annotations

import statistics
from contextvars import Context

from bench_goals import GOALS, Finding
from bench_load import cpu_ratio, errors_in
from bench_stage import LARGE, SMALL, Stage
from bench_world import Room
from flask import Flask

from tests.queries import counted_queries

FEWEST_S = 2.0


def measure_queries(stage: Stage) -> list[Finding]:
    """Count the statements of both dashboards and of the gradebook for both classes."""
    counts = {size: _count_all(stage, room) for size, room in stage.rooms.items()}
    small, large = counts[SMALL], counts[LARGE]
    dashboards = ("student dashboard", "teacher dashboard")
    grown = max(large[name] - small[name] for name in dashboards)
    told = "; ".join(f"{name}: {small[name]} and {large[name]}" for name in small)
    return [
        Finding(GOALS["queries"], max(max(small[name], large[name]) for name in dashboards), note=told),
        Finding(GOALS["queries_grow"], grown),
        Finding(GOALS["gradebook_grow"], large["gradebook"] - small["gradebook"]),
    ]  # fmt: skip


def _count_all(stage: Stage, room: Room) -> dict[str, int]:
    student, teacher = stage.cookies[room.student_ids[0]], stage.cookies[room.teacher_id]
    return {
        "student dashboard": count_queries(stage.app, "/student/", student),
        "teacher dashboard": count_queries(stage.app, "/teacher/", teacher),
        "gradebook": count_queries(stage.app, gradebook_of(room), teacher),
    }


def count_queries(app: Flask, path: str, cookie: str) -> int:
    """How many statements a page sends, once what a worker remembers is remembered."""
    fetch(app, path, cookie)
    with counted_queries() as statements:
        fetch(app, path, cookie)
    return len(statements)


def fetch(app: Flask, path: str, cookie: str) -> int:
    """Ask for a page in this process; return its status, raise RuntimeError for a server's error."""
    client = app.test_client(use_cookies=False)
    # A context of its own: the request would find the `g` of the one that is open here.
    response = Context().run(client.get, path, headers={"Cookie": cookie})
    if response.status_code >= 400:
        message = f"{path}: status {response.status_code}"
        raise RuntimeError(message)
    return response.status_code


def gradebook_of(room: Room) -> str:
    """The address of a class's gradebook."""
    return f"/classrooms/{room.classroom_id}/gradebook"


def measure_gradebook(stage: Stage) -> list[Finding]:
    """Ask for both gradebooks in turn, one request at a time, without the cache."""
    names = {size: f"gradebook {size} uncached" for size in (SMALL, LARGE)}
    contenders = []
    for size, name in names.items():
        room = stage.rooms[size]
        visits = [stage.teacher_visit(room, gradebook_of(room))]
        contenders.append(stage.contender(name, stage.uncached, visits, connections=1))
    slices = stage.interleave(contenders, seconds=min(FEWEST_S, stage.pace.seconds))
    small, large = slices[names[SMALL]], slices[names[LARGE]]
    times = [b.median_ms / a.median_ms for a, b in zip(small, large, strict=True)]
    return [
        Finding(
            GOALS["gradebook"], statistics.median(times), cpu_ratio(small, large),
            note=f"{small[0].median_ms:.0f} and {large[0].median_ms:.0f} ms",
            faults=tuple(errors_in(slices, *names.values())),
        )
    ]  # fmt: skip
