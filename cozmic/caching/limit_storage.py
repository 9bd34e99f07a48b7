"""Where Flask-Limiter counts: in Redis, over the pool that the cache uses too; without it in this process.

Flask-Limiter's own fallback answered 500 when two threads failed together, and its memory storage starts a thread for
each count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from limits.storage import Storage
from redis import Redis
from redis.exceptions import RedisError

from cozmic.redis_link import Script, shared_redis

SCHEME, SCHEMES = "cozmic", ("redis", "rediss", "unix", "memory")
MOST_COUNTS = 10_000
"""Counts that one process keeps in memory, some 2 MB; more than that in one window lets the oldest go."""
# One command, so that no count can be left without its end.
COUNT = Script("""
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
""")
# A window that has ended meanwhile is not opened again, for it would have no end.
TAKE_BACK = Script("""
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end
return 0
""")


class LimitStorage(Storage):
    """Counts of fixed windows: cozmic+redis://…, cozmic+rediss://…, cozmic+unix://…, or cozmic+memory://.

    Whatever becomes of Redis, no method raises: counting goes on in this process (so up to workers x the limit), and
    comes back to Redis with the breaker's probe. One Redis command a count.
    """

    # limits finds the class by it
    STORAGE_SCHEME = [f"{SCHEME}+{scheme}" for scheme in SCHEMES]  # noqa: RUF012  the type is that of limits

    def __init__(self, uri: str, **_options: str) -> None:
        """Take an address as in STORAGE_SCHEME."""
        super().__init__(uri)
        address = uri.removeprefix(f"{SCHEME}+")
        self._redis: Redis | None = None if address.startswith("memory:") else shared_redis(address)
        self._memory = _Memory()
        self._turn = threading.Lock()
        self._is_away = False
        self.fallbacks = 0
        """Counts made in this process because Redis did not answer."""

    @property
    def base_exceptions(self) -> type[Exception]:
        """What might be raised; nothing of it is."""
        return RedisError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the count of the window, which ends `expiry` seconds after its first."""
        if self._redis is not None:
            try:
                count = int(COUNT.run(self._redis, [key], expiry, amount))
            except (RedisError, OSError):
                self._note_absence()
            else:
                self._note_presence()
                return count
        return self._memory.incr(key, expiry, amount)

    def begin(self, key: str, expiry: int) -> Callable[[], int]:
        """Count once as incr() does, and return the function that waits for the count."""
        if self._redis is None:
            return partial(self._memory.incr, key, expiry, 1)
        try:
            wait = COUNT.begin(self._redis, [key], expiry, 1)
        except (RedisError, OSError):
            self._note_absence()
            return partial(self._memory.incr, key, expiry, 1)
        return partial(self._finish, wait, key, expiry)

    def _finish(self, wait: Callable[[], int], key: str, expiry: int) -> int:
        try:
            count = int(wait())
        except (RedisError, OSError):
            self._note_absence()
            return self._memory.incr(key, expiry, 1)
        self._note_presence()
        return count

    def take_back(self, key: str) -> None:
        """Count one less in a window that is open."""
        if self._redis is not None and not self._is_away:
            try:
                TAKE_BACK.run(self._redis, [key])
            except (RedisError, OSError):
                self._note_absence()
            return
        self._memory.take_back(key)

    def get(self, key: str) -> int:
        """Return the count of a window, 0 where none is open."""
        if self._redis is not None and not self._is_away:
            try:
                return int(self._redis.get(key) or 0)  # type: ignore[arg-type]
            except (RedisError, OSError):
                self._note_absence()
        return self._memory.get(key)

    def get_expiry(self, key: str) -> float:
        """Return when a window ends, by this machine's clock."""
        wait_s = self._memory.wait_s(key)
        if self._redis is not None and not self._is_away:
            try:
                wait_s = max(0.0, int(self._redis.pttl(key)) / 1000)  # type: ignore[arg-type]
            except (RedisError, OSError):
                self._note_absence()
        return time.time() + wait_s  # limits tells moments by this machine's clock

    def check(self) -> bool:
        """Whether counts are shared with other processes as they should be."""
        return not self._is_away

    def reset(self) -> int | None:
        """Forget what this process counted; Redis is left as it is."""
        return self._memory.reset()

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._memory.clear(key)
        if self._redis is not None:
            try:
                self._redis.delete(key)
            except (RedisError, OSError):
                self._note_absence()

    def _note_absence(self) -> None:
        with self._turn:
            self.fallbacks += 1
            self._is_away = True

    def _note_presence(self) -> None:
        if not self._is_away:
            return
        with self._turn:
            is_news, self._is_away = self._is_away, False
        if is_news:
            self._memory.reset()


class _Memory:
    """Counts of this process: [count, end by the monotonic clock] for each key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}

    def incr(self, key: str, expiry: int, amount: int) -> int:
        now = time.monotonic()
        with self._lock:
            count, ends_at = self._windows.get(key, (0, 0.0))
            if ends_at <= now:
                self._windows.pop(key, None)  # the new one stands last
                count, ends_at = 0, now + expiry
                self._make_room(now)
            self._windows[key] = count + amount, ends_at
            return count + amount

    def take_back(self, key: str) -> None:
        with self._lock:
            if key in self._windows:
                count, ends_at = self._windows[key]
                self._windows[key] = count - 1, ends_at

    def _make_room(self, now: float) -> None:
        if len(self._windows) < MOST_COUNTS:
            return
        for key in [key for key, (_, ends_at) in self._windows.items() if ends_at <= now]:
            del self._windows[key]
        while len(self._windows) >= MOST_COUNTS * 3 // 4:
            del self._windows[next(iter(self._windows))]

    def get(self, key: str) -> int:
        count, ends_at = self._windows.get(key, (0, 0.0))
        return count if ends_at > time.monotonic() else 0

    def wait_s(self, key: str) -> float:
        return max(0.0, self._windows.get(key, (0, 0.0))[1] - time.monotonic())

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count
