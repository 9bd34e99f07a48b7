"""Commands on a connection that each thread keeps, sent and answered at half the cost of redis-py's own way.

That way takes a connection from the pool for each command, and polls it first.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisSlow

from cozmic.redis_link.pool import AWAY, BreakingPool


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
            if self.early is not None:  # whoever gets it next would take that answer for theirs
                self.connection.disconnect()
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
