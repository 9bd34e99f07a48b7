"""The one way to Redis: a pool that cache and limits share, short waits, no second tries, and a breaker inside.

redis-py's defaults turned one GET of a Redis that was gone into 3 to 7 seconds.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as RedisSlow
from redis.retry import Retry

from cozmic.observe.tally import current_tally

WAIT_S = 0.15
"""The longest wait for Redis to connect, to take a command or to answer it."""
PROBE_EVERY_S = 1.0
AWAY = "Redis did not answer a moment ago"


class Breaker:
    """Opens at the first failure; while open it lets one request through each second, to see whether Redis is back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._retry_at = 0.0  # by time.monotonic(); 0: closed

    @property
    def is_open(self) -> bool:
        """Whether Redis counts as gone."""
        return self._retry_at > 0

    def admits(self) -> bool:
        """Whether this request may go to Redis: always while closed, else the first one each second."""
        if not self._retry_at:
            return True
        now = time.monotonic()
        with self._lock:
            if self._retry_at > now:
                return False
            self._retry_at = now + PROBE_EVERY_S
            return True

    def note_failure(self) -> None:
        """Redis did not answer."""
        with self._lock:
            self._retry_at = time.monotonic() + PROBE_EVERY_S

    def note_success(self) -> None:
        """Redis answered."""
        if self._retry_at:
            with self._lock:
                self._retry_at = 0.0


class _Watched:
    """A connection that tells the breaker how it fared, and the tally of each command."""

    breaker: Breaker
    is_ready = False
    """Whether it is open, and has said what a new connection says."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except (RedisGone, RedisSlow, OSError):
            self.breaker.note_failure()
            raise
        self.is_ready = True

    def disconnect(self, *args: Any) -> None:
        self.is_ready = False
        super().disconnect(*args)  # type: ignore[misc]

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:  # noqa: FBT001, FBT002
        if self.is_ready:  # what opening a connection says to Redis is no command of a request's
            current_tally().redis_n += 1
        try:
            super().send_packed_command(command, check_health=check_health)  # type: ignore[misc]
        except (RedisGone, RedisSlow, OSError):
            self.breaker.note_failure()
            raise

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        try:
            answer = super().read_response(*args, **kwargs)  # type: ignore[misc]
        except (RedisGone, RedisSlow, OSError):
            self.breaker.note_failure()
            raise
        self.breaker.note_success()
        return answer


class BreakingPool(ConnectionPool):
    """Refuses connections at once while the breaker is open."""

    def __init__(self, **options: Any) -> None:
        self.breaker = Breaker()
        plain = options.pop("connection_class", Connection)
        watched = type(f"Watched{plain.__name__}", (_Watched, plain), {"breaker": self.breaker})
        super().__init__(connection_class=watched, **options)

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Return a connection; raise redis.ConnectionError where Redis is, or counts as, gone."""
        if not self.breaker.admits():
            raise RedisGone(AWAY)
        return super().get_connection(*args, **kwargs)

    def open_connection(self) -> Any:
        """Return a connection whatever the breaker says: it has been asked."""
        return super().get_connection()


@lru_cache(maxsize=8)
def shared_redis(url: str) -> Redis:
    """Return this process's client for a Redis (redis://, rediss:// or unix://).

    Commands raise redis.ConnectionError or redis.TimeoutError after at most 150 ms a step, and at once while the
    breaker is open. A pool that is inherited by a fork opens connections of its own.
    """
    pool = BreakingPool.from_url(
        url, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S, retry=Retry(NoBackoff(), 0),
        health_check_interval=0, max_connections=512, protocol=2,
    )  # fmt: skip
    return Redis(connection_pool=pool)


class Script:
    """A Lua script, asked for by its digest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def run(self, client: Redis, keys: Sequence[str], *arguments: Any) -> Any:
        """Run it as ask() does: one round trip, and a second one where Redis does not know it yet."""
        try:
            return ask(client, "EVALSHA", self.digest, len(keys), *keys, *arguments)
        except NoScriptError:  # the first time of all, or Redis was restarted
            return ask(client, "EVAL", self.text, len(keys), *keys, *arguments)


class _Kept:
    """A connection that a thread keeps; it goes back to the pool with the thread's end."""

    def __init__(self, pool: BreakingPool) -> None:
        self.pid, self._pool = 0, pool
        self.connection = pool.open_connection()
        self.pid = os.getpid()

    def __del__(self) -> None:
        if self.pid == os.getpid():
            self._pool.release(self.connection)


class _Threads(threading.local):
    def __init__(self) -> None:
        self.connections: dict[BreakingPool, _Kept] = {}


_threads = _Threads()


def ask(client: Redis, *command: Any) -> Any:
    """Send one command on a connection that this thread keeps, and return the answer. One round trip.

    Half the cost of client.execute_command(), which takes a connection from the pool and polls it each time. Raises as
    that does. A connection that Redis had closed meanwhile is opened anew, and the command sent again: so only for
    commands that may be carried out twice.
    """
    pool: Any = client.connection_pool
    if not pool.breaker.admits():
        raise RedisGone(AWAY)
    connection = _kept_connection(pool)
    was_open = connection.is_ready
    try:
        return _exchange(connection, command)
    except RedisGone:
        if not was_open:
            raise
    return _exchange(connection, command)


def _exchange(connection: Any, command: tuple[Any, ...]) -> Any:
    try:
        connection.connect()
        connection.send_command(*command)
        return connection.read_response()
    except ResponseError:
        raise
    except BaseException:
        connection.disconnect()  # an answer left unread would be taken for the next command's
        raise


def _kept_connection(pool: BreakingPool) -> Any:
    kept = _threads.connections.get(pool)
    if kept is None or kept.pid != os.getpid():
        kept = _threads.connections[pool] = _Kept(pool)
    return kept.connection


def breaker_of(client: Redis) -> Breaker | None:
    """Return the breaker in a client's pool; None for a client without one."""
    breaker = getattr(client.connection_pool, "breaker", None)
    return breaker if isinstance(breaker, Breaker) else None
