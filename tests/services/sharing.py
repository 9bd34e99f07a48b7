"""One set of servers for a whole run: started when the first test asks, shared by the runner's workers."""

import os
import secrets
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

from tests.services.chromium import find_chromium
from tests.services.errors import ServiceUnavailable
from tests.services.postgres import PostgresServer, given_postgres, start_postgres
from tests.services.process import KeptProcess
from tests.services.redis_server import RedisServer, given_redis, start_redis

Provided = PostgresServer | RedisServer | Path


class Services:
    """Starts or finds each thing at most once and stops what it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._makers: dict[str, Callable[[], Provided]] = {
            "postgres": self._postgres,
            "redis": self._redis,
            "chromium": find_chromium,
        }
        self._made: dict[str, Provided | ServiceUnavailable] = {}
        self._kept: list[KeptProcess] = []

    def get(self, name: str) -> Provided:
        """What is called `postgres`, `redis` or `chromium`; raises ServiceUnavailable, each time the same one."""
        with self._lock:
            if name not in self._made:
                try:
                    self._made[name] = self._makers[name]()
                except ServiceUnavailable as problem:
                    self._made[name] = problem
            made = self._made[name]
        if isinstance(made, ServiceUnavailable):
            raise made
        return made

    def stop(self) -> None:
        """Stop our servers, and drop our databases and keys on somebody else's."""
        with self._lock:
            for server in self._made.values():
                if isinstance(server, PostgresServer) and server.process_id is None:
                    server.drop_all()
                elif isinstance(server, RedisServer) and server.process_id is None:
                    server.empty()
            self._made.clear()
            while self._kept:
                self._kept.pop().stop()

    def _postgres(self) -> PostgresServer:
        if url := os.environ.get("TEST_DATABASE_URL", "").strip():
            return given_postgres(url)
        server, process = start_postgres()
        self._kept.append(process)
        return server

    def _redis(self) -> RedisServer:
        if url := os.environ.get("TEST_REDIS_URL", "").strip():
            return given_redis(url)
        server, process = start_redis()
        self._kept.append(process)
        return server


class Counter:
    """Where the workers of a run ask for servers: in the process that outlives them all.

    A server started by a worker would end with it, and a second worker would start a second one.
    """

    def __init__(self, services: Services, failed: Callable[[str], None]) -> None:
        self._services = services
        self._failed = failed
        self._key = secrets.token_bytes(32)
        self._listener = Listener(("127.0.0.1", 0), authkey=self._key)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def ticket(self) -> dict[str, Any]:
        """What a worker needs in order to ask."""
        return {"address": list(self._listener.address), "key": self._key.hex()}

    def close(self) -> None:
        """Serve no more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                with self._listener.accept() as connection:
                    connection.send(self._answer(connection.recv()))
            except OSError:
                return

    def _answer(self, name: str) -> Provided | ServiceUnavailable:
        try:
            return self._services.get(name)
        except ServiceUnavailable as problem:
            self._failed(str(problem))
            return problem


def ask(ticket: dict[str, Any], name: str) -> Provided:
    """Ask the run's counter for a server, waiting while it starts."""
    with Client(tuple(ticket["address"]), authkey=bytes.fromhex(ticket["key"])) as connection:
        connection.send(name)
        answer = connection.recv()
    if isinstance(answer, ServiceUnavailable):
        raise answer
    provided: Provided = answer
    return provided
