"""The one way to Redis: a pool that cache and limits share, short waits, no second tries, and a breaker inside.

redis-py's defaults turned one GET of a Redis that was gone into 3 to 7 seconds.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import NoScriptError, RedisError, ResponseError
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

    def begin(self, client: Redis, keys: Sequence[str], *arguments: Any) -> Callable[[], Any]:
        """Send it, and return the function that waits for the answer: meanwhile this thread can ask the database."""
        early = send_early(client, "EVALSHA", self.digest, len(keys), *keys, *arguments)

        def finish() -> Any:
            try:
                return early.answer()
            except NoScriptError:
                return ask(client, "EVAL", self.text, len(keys), *keys, *arguments)

        return finish


class _Kept:
    """A connection that a thread keeps; it goes back to the pool with the thread's end."""

    def __init__(self, pool: BreakingPool) -> None:
        self.pid, self._pool = 0, pool
        self.connection = pool.open_connection()
        self.pid = os.getpid()
        self.early: Early | None = None
        """What was sent on it and not read yet."""

    def settle(self) -> None:
        """Read what is still to be read, before anything else is sent."""
        if self.early is not None:
            self.early.receive()

    def __del__(self) -> None:
        if self.pid == os.getpid():
            self._pool.release(self.connection)


class _Threads(threading.local):
    def __init__(self) -> None:
        self.connections: dict[BreakingPool, _Kept] = {}


_threads = _Threads()


class Early:
    """A command that was sent, and whose answer is read later; on the same connection before anything else."""

    def __init__(self, kept: _Kept, command: tuple[Any, ...]) -> None:
        self._kept, self._command = kept, command
        self._found: Any = None
        self._failure: Exception | None = None

    def receive(self) -> None:
        """Read the answer, if it is not read yet, and keep it or what went wrong."""
        if self._kept.early is not self:
            return
        self._kept.early = None
        try:
            self._found = _receive(self._kept.connection)
        except RedisError as error:
            self._failure = error

    def answer(self) -> Any:
        """Return the answer; raises as ask() does."""
        self.receive()
        if self._failure is None:
            return self._found
        if isinstance(self._failure, RedisGone) and not isinstance(self._failure, RedisSlow):
            self._kept.settle()
            return _exchange(self._kept.connection, self._command)  # closed meanwhile: open anew
        raise self._failure


def send_early(client: Redis, *command: Any) -> Early:
    """Send a command as ask() does, and return what will read its answer."""
    kept = _kept(client)
    try:
        kept.connection.connect()
        kept.connection.send_command(*command)
    except RedisGone:
        kept.connection.disconnect()
        kept.connection.connect()
        kept.connection.send_command(*command)
    except BaseException:
        kept.connection.disconnect()
        raise
    kept.early = Early(kept, command)
    return kept.early


def ask(client: Redis, *command: Any) -> Any:
    """Send one command on a connection that this thread keeps, and return the answer. One round trip.

    Half the cost of client.execute_command(), which takes a connection from the pool and polls it each time. Raises as
    that does. A connection that Redis had closed meanwhile is opened anew, and the command sent again: so only for
    commands that may be carried out twice.
    """
    connection = _kept(client).connection
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
    except BaseException:
        connection.disconnect()
        raise
    return _receive(connection)


def _receive(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError:
        raise
    except BaseException:
        connection.disconnect()  # an answer left unread would be taken for the next command's
        raise


def _kept(client: Redis) -> _Kept:
    """Return what this thread keeps, with nothing left to read; raise RedisGone while the breaker is open."""
    pool: Any = client.connection_pool
    if not pool.breaker.admits():
        raise RedisGone(AWAY)
    kept = _threads.connections.get(pool)
    if kept is None or kept.pid != os.getpid():
        kept = _threads.connections[pool] = _Kept(pool)
    kept.settle()
    return kept


def breaker_of(client: Redis) -> Breaker | None:
    """Return the breaker in a client's pool; None for a client without one."""
    breaker = getattr(client.connection_pool, "breaker", None)
    return breaker if isinstance(breaker, Breaker) else None
