"""The pool that cache and limits share: short waits, no second tries, and a breaker inside.

redis-py's defaults turned one GET of a Redis that was gone into 3 to 7 seconds.
"""

from __future__ import annotations

import logging
import socket
import struct
import sys
import threading
import time
from functools import lru_cache
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import TimeoutError as RedisSlow
from redis.retry import Retry

from cozmic.observe.tally import current_tally

WAIT_S = 0.15
"""The longest wait for Redis to connect, to take a command or to answer it."""
PROBE_EVERY_S = 1.0
SLOW = f"Redis did not answer within {WAIT_S * 1000:.0f} ms"
AWAY = "Redis did not answer a moment ago"
GONE = "Redis does not answer: pages are computed anew, and each worker counts its own limits, until it is back"
log = logging.getLogger(__name__)


class Breaker:
    """Opens at the first failure; while open it lets one request through each second, to see whether Redis is back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._retry_at = 0.0  # by time.monotonic(); 0: closed
        self._gone_at = 0.0

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
        """Redis did not answer; the first time this is told."""
        with self._lock:
            is_first = not self._retry_at
            now = time.monotonic()
            self._retry_at = now + PROBE_EVERY_S
            if is_first:
                self._gone_at = now
        if is_first:
            log.warning(GONE)

    def note_success(self) -> None:
        """Redis answered."""
        if self._retry_at:
            with self._lock:
                is_back = self._retry_at > 0
                self._retry_at = 0.0
            if is_back:
                log.warning("Redis is back after %.0f s", time.monotonic() - self._gone_at)


class _Watched:
    """A connection that tells the breaker how it fared, and the tally of each command."""

    breaker: Breaker
    _sock: Any
    is_ready = False
    """Whether it is open, and has said what a new connection says."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]  # the other base
        except (RedisGone, RedisSlow, OSError):
            self.breaker.note_failure()
            raise
        if not self.is_ready:
            _let_the_system_wait(self._sock)
        self.is_ready = True

    def disconnect(self, *args: Any) -> None:
        self.is_ready = False
        super().disconnect(*args)  # type: ignore[misc]  # the other base

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:  # noqa: FBT001, FBT002
        if self.is_ready:  # what opening a connection says to Redis is no command of a request's
            current_tally().redis_n += 1
        try:
            super().send_packed_command(command, check_health=check_health)  # type: ignore[misc]  # the other base
        except (RedisGone, RedisSlow, OSError) as error:
            self.breaker.note_failure()
            if isinstance(error.__context__, BlockingIOError):  # the kernel's wait was over
                raise RedisSlow(SLOW) from error
            raise

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        try:
            answer = super().read_response(*args, **kwargs)  # type: ignore[misc]  # the other base
        except (RedisGone, RedisSlow, OSError) as error:
            self.breaker.note_failure()
            if isinstance(error.__context__, BlockingIOError):  # the kernel's wait was over
                raise RedisSlow(SLOW) from error
            raise
        self.breaker.note_success()
        return answer


def _let_the_system_wait(sock: Any) -> None:
    """Give the wait to the kernel: Python's own costs a poll() and a change of threads before each send and receive."""
    if sys.platform == "linux" and type(sock) is socket.socket:  # TLS waits in its own way
        wait = struct.pack("ll", int(WAIT_S), int(WAIT_S % 1 * 1_000_000))
        sock.settimeout(None)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, wait)


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


def breaker_of(client: Redis) -> Breaker | None:
    """Return the breaker in a client's pool; None for a client without one."""
    breaker = getattr(client.connection_pool, "breaker", None)
    return breaker if isinstance(breaker, Breaker) else None
