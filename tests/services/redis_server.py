"""A Redis server for tests and measurements: ours, started and stopped, or one whose address was given."""

import secrets
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError

from tests.services.binaries import REDIS, find_or_install
from tests.services.errors import ServiceUnavailable
from tests.services.process import (
    KeptProcess,
    free_port,
    new_folder,
    reachable,
    unprivileged,
    wait_until_ready,
)

DATABASES = 64


@dataclass(frozen=True)
class RedisServer:
    """A place in a Redis that belongs to one worker of the run."""

    url: str
    key_prefix: str
    """What every key must begin with on a server that is not ours; different in each run and worker."""
    process_id: int | None = None
    """None: somebody else's server."""

    def for_worker(self, number: int) -> "RedisServer":
        """The part of this server that one worker uses: a database of ours, or a prefix in somebody else's."""
        if self.process_id is None:
            return replace(self, key_prefix=f"{self.key_prefix}{number}:")
        return replace(self, url=f"{self.url.rpartition('/')[0]}/{number % DATABASES}")

    def empty(self) -> None:
        """Remove our keys: the whole database if we started the server, else what carries our prefix."""
        with connect(self.url) as client:
            if self.process_id is None:
                for key in client.scan_iter(f"{self.key_prefix}*", count=1000):
                    client.unlink(key)
                return
            if answering_process(client) != self.process_id:
                raise ServiceUnavailable(
                    "Another Redis answers where ours was, so nothing was flushed."
                )
            client.flushdb()


def connect(url: str) -> Redis:
    """A client that gives up quickly."""
    return Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)


def answering_process(client: Redis) -> int:
    """Which process answers, on its own machine."""
    facts: dict[str, Any] = client.info("server")  # type: ignore[assignment]  # redis types it as awaitable too
    return int(facts["process_id"])


def given_redis(url: str) -> RedisServer:
    """A server that is somebody else's; raises ServiceUnavailable when it cannot be used."""
    if urlsplit(url.strip()).scheme not in {"redis", "rediss", "unix"}:
        raise ServiceUnavailable("TEST_REDIS_URL must look like redis://:password@host:6379/0.")
    try:
        with connect(url.strip()) as client:
            client.ping()
    except RedisError as problem:
        raise ServiceUnavailable(f"TEST_REDIS_URL cannot be used: {problem}") from problem
    return RedisServer(url.strip(), f"cozmic-test-{secrets.token_hex(4)}:")


def start_redis(settings: Mapping[str, str] | None = None) -> tuple[RedisServer, KeptProcess]:
    """Start a new server on a free port of 127.0.0.1 that writes nothing to disk; stopping the process removes it."""
    found = find_or_install(REDIS)
    identity = unprivileged()
    folder = new_folder("redis", identity)
    program = reachable(found.program, found.home, folder=folder, identity=identity)
    port, password = free_port(), secrets.token_hex(16)
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        # Any user of this machine can reach the port, and Redis writes files where it is told to.
        "requirepass": password,
        "databases": str(DATABASES),
        "save": '""',
        "appendonly": "no",
        **(settings or {}),
    }
    configuration = folder / "redis.conf"
    identity.write_secret(
        configuration, "".join(f"{name} {value}\n" for name, value in options.items())
    )
    process = KeptProcess([program, configuration], folder, identity=identity, stop=signal.SIGTERM)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    server = RedisServer(url, f"cozmic-test-{secrets.token_hex(4)}:", process.pid)
    wait_until_ready(process, lambda: answers(server))
    return server, process


def answers(server: RedisServer) -> bool:
    """Whether the process that we started is the one that answers."""
    try:
        with connect(server.url) as client:
            return answering_process(client) == server.process_id
    except RedisError:
        return False
