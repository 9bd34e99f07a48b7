"""How gunicorn serves the application: every setting from the environment, each with its reason.

Read by gunicorn before the application exists, so it reads the environment itself.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def number(name: str, default: int, low: int = 0) -> int:
    """Return the whole number in a variable; end with one line where it is none, or below the lowest."""
    raw = os.environ.get(name, "").strip() or str(default)
    if not raw.isdecimal() or int(raw) < low:
        raise SystemExit(f"cozmic: {name} is {raw!r}; it takes a whole number from {low} on.")
    return int(raw)


# 127.0.0.1 unless said otherwise: a school's server stands behind a proxy, a host sets BIND_HOST=0.0.0.0.
host = os.environ.get("BIND_HOST", "").strip() or "127.0.0.1"
try:
    socket.getaddrinfo(host.strip("[]"), None)
except OSError:  # gunicorn would try for five seconds, and say so in tracebacks
    raise SystemExit(
        f"cozmic: BIND_HOST is {host!r}; this machine knows no such address."
    ) from None
bind = f"{host}:{number('PORT', 8000)}"

# 4 x 2 serve 8 requests at once: processes for the processors, threads for the waits on the database.
workers = number("WEB_CONCURRENCY", 4, low=1)
threads = number("WEB_THREADS", 2, low=1)
# gthread with one thread more in each worker, in which those who sign in wait for each other and for nobody's page.
worker_class = "cozmic.serving.LanedWorker"

# One import, shared by all workers: the second start is twice as fast. No engine may be used before the fork.
preload_app = True

# Browsers and proxies keep connections open between pages; longer than a proxy's own idle time avoids resets.
keepalive = number("KEEPALIVE_S", 75)

# Kept connections count, and a worker that has so many takes no more: with gunicorn's 1000 the 4001st visitor would
# wait until somebody's idle connection ends. Each takes a file: the system's limit is raised as far as it lets us.
FILES_BESIDE = 128
worker_connections = number("WORKER_CONNECTIONS", 4000)


def raise_files(wanted: int) -> int:
    """Let each process open so many files, or as many as the system lets it; return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


# One file too many would end a worker, so rather fewer connections.
worker_connections = max(
    threads + 1,
    min(worker_connections, raise_files(worker_connections + FILES_BESIDE) - FILES_BESIDE),
)

# A leak cannot grow for ever. The guide's 1000 cut throughput to a sixth: at 667 requests a second a worker lived 6 s.
max_requests = number("MAX_REQUESTS", 100_000)
max_requests_jitter = number("MAX_REQUESTS_JITTER", 10_000)

# Silence of a whole worker, not a deadline for a request: requests end by the database's deadlines.
timeout = number("WORKER_TIMEOUT_S", 30)
graceful_timeout = number("GRACEFUL_TIMEOUT_S", 20)

# Where liveness is told by a thread of the master, so that busy workers do not look dead; 0 is nowhere. For systemd and
# Kubernetes: /healthz on PORT waits for a free thread. At the address that PORT is bound to.
health_port = number("HEALTH_PORT", 0)
# All workers silent for so long is dead: earlier than the master replaces them, later than the busiest pause.
silent_s = max(2.0, timeout / 3) if timeout else 10.0

# The heartbeat file in memory: on a busy disk its touch can block and the worker is taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# Shared by every instance of the same user from 25.1 on: two schools on one server would collide.
control_socket_disable = True

accesslog = os.environ.get("ACCESS_LOG", "").strip() or None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "").strip().lower() or "info"
if loglevel not in {"debug", "info", "warning", "error", "critical"}:
    raise SystemExit(
        f"cozmic: LOG_LEVEL is {loglevel!r}; it takes debug, info, warning, error or critical."
    )


MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())  # noqa: S108
COUNTED = "PROMETHEUS_MULTIPROC_DIR"


def make_metrics_folder() -> Path:
    """Return the folder in memory in which this server's workers count; a reload (HUP) keeps the one it has.

    Each server has its own, and locks it as long as a process of it lives: what nobody locks was left by one that was
    killed, and goes. The client library reads the variable when it is imported, so this comes first.
    """
    prefix = f"cozmic-metrics-{os.getuid()}-"
    mine = Path(os.environ.get(COUNTED, ""))
    if mine.name.startswith(f"{prefix}{os.getpid()}-") and mine.is_dir():
        return mine
    for left in MEMORY.glob(f"{prefix}*"):
        with suppress(OSError):
            lock = os.open(left / "living.lock", os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
            finally:
                os.close(lock)
    mine = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=MEMORY))
    # Never closed: the lock ends with the last of the processes that inherit it.
    fcntl.flock(os.open(mine / "living.lock", os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_SH)
    os.environ[COUNTED] = str(mine)
    return mine


metrics_folder = make_metrics_folder()


def when_ready(server: Any) -> None:
    """Say what is in use, and tell from now on that the server lives.

    Before the first worker is made, so that none inherits a thread.
    """
    say_what_is_in_use(server)
    if health_port:
        from cozmic.observe.liveness import tell_liveness  # noqa: PLC0415

        tell_liveness(server, host=host, port=health_port, silent_s=silent_s)


def say_what_is_in_use(server: Any) -> None:
    """Name the database and the store in the log, without passwords: the first question when pages fail."""
    from sqlalchemy import make_url  # noqa: PLC0415

    config = server.app.wsgi().config
    database = make_url(config["SQLALCHEMY_DATABASE_URI"]).set(query={})
    server.log.info("Database: %s", database.render_as_string(hide_password=True))
    server.log.info("Cache and limits: %s", "Redis" if config["REDIS_URL"] else "in each worker")


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker an engine of its own, should anything have used it before the fork.

    A connection shared by two processes mixes their answers; a pre-ping does not notice.
    """
    from cozmic.extensions import db  # noqa: PLC0415  gunicorn reads this file before the application
    from cozmic.observe.liveness import leave_liveness_to_the_master  # noqa: PLC0415
    from cozmic.observe.workers import count_in  # noqa: PLC0415

    leave_liveness_to_the_master()
    count_in(metrics_folder)
    application = server.app.wsgi()
    with application.app_context():
        db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Let each worker take its turn at measuring the server."""
    from cozmic.jobs.sampling import start_sampling  # noqa: PLC0415

    start_sampling(worker.app.wsgi(), folder=metrics_folder, threads=worker.cfg.threads)


def child_exit(server: Any, worker: Any) -> None:
    """Keep what a worker has counted that lives no more, and let its gauges go."""
    from cozmic.observe.workers import fold_in_the_dead  # noqa: PLC0415

    fold_in_the_dead(metrics_folder, living={os.getpid(), *server.WORKERS} - {worker.pid})


def on_exit(_server: Any) -> None:
    """Leave nothing in memory."""
    shutil.rmtree(metrics_folder, ignore_errors=True)
