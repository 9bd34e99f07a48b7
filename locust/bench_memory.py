"""What a worker weighs after 100,000 requests, with recycling off."""

from __future__ import annotations

import psutil
from bench_client import Visit
from bench_goals import GOALS, Finding
from bench_load import Contender
from bench_queries import gradebook_of
from bench_stage import LARGE, SMALL, UNLIMITED, Stage

STEPS = 10
WORKERS = 2
LONGEST_STEP_S = 60.0
"""A machine on which a tenth takes longer gets no figure, rather than an hour."""
MB = 2**20


def measure_memory(stage: Stage) -> list[Finding]:
    """Send a mix of pages, most of them cached dashboards, and weigh every worker after each tenth of them."""
    environ = {**stage.servers.environ(stage.url, **UNLIMITED), "MAX_REQUESTS": "0"}
    served = stage.servers.serve(environ, workers=WORKERS)
    visits = _mix(stage)
    per_step = stage.pace.worker_requests * WORKERS // STEPS
    sizes: list[list[float]] = []
    faults: list[str] = []
    for number in range(STEPS):
        contender = Contender("mix", served.port, (), visits, warm=0, most=per_step)
        result = stage.client.measure(contender, LONGEST_STEP_S)
        faults += result.first_errors
        if result.requests < per_step:
            faults.append(
                f"only {result.requests:,} of {per_step:,} requests in {LONGEST_STEP_S:.0f} s"
            )
            break
        sizes.append([one.memory_info().rss / MB for one in psutil.Process(served.root).children()])
        told = " and ".join(f"{size:.1f}" for size in sizes[-1])
        stage.say(f"{per_step * (number + 1):,} requests: {told} MB")
    served.stop()
    half = sizes[max(0, len(sizes) // 2 - 1)]
    growth = max(100 * (last / middle - 1) for last, middle in zip(sizes[-1], half, strict=True))
    told = ", ".join(f"{max(step):.0f}" for step in sizes)
    note = f"resident MB of the larger of {WORKERS} workers after each tenth: {told}"
    return [
        Finding(GOALS["memory"], max(sizes[-1]), note=note, faults=tuple(faults[:3])),
        Finding(GOALS["memory_grow"], growth),
    ]


def _mix(stage: Stage) -> tuple[Visit, ...]:
    """Every pupil's first page many times over, and now and then each page that a class and its teacher open."""
    small, large = stage.rooms[SMALL], stage.rooms[LARGE]
    pupils = stage.student_visits(large)
    staff = [
        stage.teacher_visit(room, path)
        for room in (small, large)
        for path in (
            "/teacher/", f"/classrooms/{room.classroom_id}/", f"/classrooms/{room.classroom_id}/people",
            gradebook_of(room),
        )
    ]  # fmt: skip
    return (*pupils, *staff)
