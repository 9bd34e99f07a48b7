"""Where the time of one cached dashboard goes, function by function, through the whole application in one process."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from contextvars import Context

from bench_stage import LARGE, UNLIMITED, Stage
from bench_world import mark_of
from werkzeug.test import create_environ, run_wsgi_app

from cozmic import create_app
from cozmic.config import load_config
from cozmic.extensions import db

WARM, PROFILED, SHOWN = 200, 2000, 25


def profile(stage: Stage) -> dict[str, list[str]]:
    """Ask for cached dashboards, as gunicorn would but without HTTP's own part; return the tables."""
    app = create_app(load_config(stage.servers.environ(stage.url, **UNLIMITED)))
    room = stage.rooms[LARGE]
    pupils = room.student_ids[:WARM]
    environs = [create_environ("/student/", headers={"Cookie": stage.cookies[one]}) for one in pupils]  # fmt: skip

    def ask(place: int) -> bytes:
        environ = {**environs[place % len(pupils)], "wsgi.input": io.BytesIO()}
        return b"".join(run_wsgi_app(app, environ)[0])

    for place, one in enumerate(pupils):
        if mark_of("p", one).encode() not in Context().run(ask, place):
            message = "The page to be profiled is not its pupil's."
            raise RuntimeError(message)
    begun = time.thread_time()
    for place in range(PROFILED):
        Context().run(ask, place)
    plain_ms = 1000 * (time.thread_time() - begun) / PROFILED
    profiler = cProfile.Profile(
        time.thread_time
    )  # waits are the servers' time, and told by their own figures
    for place in range(PROFILED):
        profiler.runcall(Context().run, ask, place)
    with app.app_context():
        db.engine.dispose()
    return {
        "A cached student dashboard in the application alone": [f"{plain_ms:.2f} ms of processor time"],
        **{
        f"Where {PROFILED} cached student dashboards spend their processor time (s), by {name}": _table(profiler, key)
        for name, key in (("own time", "tottime"), ("time with what they call", "cumulative"))
        },
    }  # fmt: skip


def _table(profiler: cProfile.Profile, key: str) -> list[str]:
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).strip_dirs().sort_stats(key).print_stats(SHOWN)
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]
