"""The application with one slow page: the pupil's first page takes LAW_SLOW_S, and each computation is noted in Redis.

Served by gunicorn as tests.law.slow_app:app.
"""

from __future__ import annotations

import os
import time
from datetime import datetime

from cozmic import create_app
from cozmic.reads.student_dashboard import StudentDashboard, get_student_dashboard
from cozmic.student import dashboard
from tests.law.crowd import COMPUTED
from tests.services.redis_server import connect


def find_slowly(student_id: int, *, now: datetime) -> StudentDashboard:
    """Note the computation, and take the time."""
    with connect(os.environ["REDIS_URL"]) as client:
        client.rpush(COMPUTED, os.getpid())
    time.sleep(float(os.environ["LAW_SLOW_S"]))
    return get_student_dashboard(student_id, now=now)


vars(dashboard)["get_student_dashboard"] = find_slowly
app = create_app()
