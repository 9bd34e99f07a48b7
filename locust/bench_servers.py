"""The servers of `make bench`: PostgreSQL, Redis, and as many gunicorns as there are things to compare.

Each has a keeper that ends it with us, however we end.
"""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from cozmic.config import ROOT
from tests.services.postgres import PostgresServer, administering, start_postgres
from tests.services.process import (
    Identity,
    KeptProcess,
    free_port,
    new_folder,
    wait_until_ready,
)
from tests.services.redis_server import RedisServer, connect, start_redis

MINE = Identity(None, None)
HERE = Path(__file__).resolve().parent
POSTGRES_SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "2GB", "maintenance_work_mem": "128MB"}  # fmt: skip
WORKERS, THREADS = 4, 2
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Served:
    """A running gunicorn."""

    port: int
    root: int
    """The process id of its master."""
    folder: Path
    stop: Callable[[], None]

    @property
    def log(self) -> Path:
        """What it and the application said."""
        return self.folder / "log"


@dataclass(slots=True)
class Servers:
    """All that was started; leaving the block of `servers()` stops it."""

    postgres: PostgresServer
    redis: RedisServer
    stack: ExitStack
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def postgres_root(self) -> int:
        """The process id of the postmaster, whose children are its backends."""
        return self.postgres.process_id or 0

    @property
    def redis_root(self) -> int:
        """The process id of Redis."""
        return self.redis.process_id or 0

    def environ(self, database_url: str, **changes: str) -> dict[str, str]:
        """The settings of a school in production on these servers, over plain HTTP."""
        return {
            "COZMIC_CONFIG": "production",
            "COZMIC_INSTANCE": str(self.folder("instance")),
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis.url,
            "FORCE_HTTPS": "0",
            **changes,
        }

    def versions(self) -> dict[str, str]:
        """What answers behind the platform."""
        with administering(self.postgres.url) as connection:
            postgres = str(connection.execute(text("SHOW server_version")).scalar_one())
        with connect(self.redis.url) as client:
            facts = client.info("server")
        redis = facts["redis_version"] if isinstance(facts, dict) else "unknown"
        return {"PostgreSQL": postgres.split(maxsplit=1)[0], "Redis": redis}

    def folder(self, name: str) -> Path:
        """An empty folder that goes when all is over."""
        folder = new_folder(f"bench-{name}", MINE)
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def serve(
        self, environ: Mapping[str, str], *, workers: int = WORKERS, threads: int = THREADS,
        module: str = "wsgi:app",
    ) -> Served:  # fmt: skip
        """Start the platform under gunicorn and wait until it is ready."""
        arguments = [str(ROOT / "gunicorn.conf.py"), f"--pythonpath={HERE}", module]
        return self._start(environ, arguments, "/readyz", workers, threads)

    def serve_hello(self) -> Served:
        """Start the bare application under the same gunicorn."""
        arguments = [str(HERE / "bench_gunicorn.py"), f"--pythonpath={HERE}", "bench_hello:app"]
        return self._start({}, arguments, "/", WORKERS, THREADS)

    def _start(
        self, environ: Mapping[str, str], arguments: list[str], ready: str, workers: int, threads: int
    ) -> Served:  # fmt: skip
        port, folder = free_port(), new_folder("bench-gunicorn", MINE)
        settings = {
            **environ,
            "PORT": str(port),
            "WEB_CONCURRENCY": str(workers),
            "WEB_THREADS": str(threads),
        }
        command = [sys.executable, "-m", "gunicorn", f"--chdir={ROOT}", "--config", *arguments]
        with changed_environ({**settings, "PYTHONPATH": str(ROOT)}):
            process = KeptProcess(command, folder, identity=MINE, stop=signal.SIGTERM)
        self.stack.callback(process.stop)
        wait_until_ready(process, lambda: answers(port, ready))
        return Served(port, process.pid, folder, process.stop)


@contextmanager
def servers() -> Iterator[Servers]:
    """Start PostgreSQL, which keeps what it promises on this disk, and Redis; stop all at the end."""
    with ExitStack() as stack:
        postgres, kept = start_postgres(fsync=True, settings=POSTGRES_SETTINGS)
        stack.callback(kept.stop)
        redis, kept = start_redis()
        stack.callback(kept.stop)
        yield Servers(postgres, redis, stack)


@contextmanager
def changed_environ(settings: Mapping[str, str]) -> Iterator[None]:
    """These settings in the environment, for what is started in the block, and none that somebody's shell holds."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update({name: before[name] for name in KEPT if name in before}, **settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def answers(port: int, path: str) -> bool:
    """Whether a server answers 200."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status == 200
    except OSError:
        return False
