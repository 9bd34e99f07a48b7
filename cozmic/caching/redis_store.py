"""Pages in Redis, shared by all workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

from cozmic.caching.bodies import LARGEST_VALUE, Body, seal_key
from cozmic.caching.near import NearPages
from cozmic.caching.stores import LEASE_MS, Claim, PageStore
from cozmic.redis_link import Script, ask, shared_redis

PREFIX = "cozmic:"

# Take the lease if it is free, and look whether the value has come meanwhile: one round trip.
CLAIM = Script(
    "local ok = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) "
    "return {ok and 1 or 0, redis.call('GETRANGE', KEYS[1], 0, ARGV[3])}"
)
# The value is right whoever computed it, since its key carries the revision; the lease is freed by its owner alone.
FILL = Script(
    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) "
    "if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end return 1"
)
FREE = Script(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)
RENEW = Script(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
)


class RedisStore(PageStore):
    """The store that CACHE_TYPE names where there is a REDIS_URL."""

    def __init__(self, client: Redis, sealed_with: bytes, default_timeout: int = 3600) -> None:
        super().__init__(sealed_with, default_timeout)
        self._client = client
        self._near = NearPages()

    @classmethod
    def factory(cls, app: Flask, config: Mapping[str, Any], *_args: Any, **_kwargs: Any) -> Self:
        """Make the store for an application, as Flask-Caching asks for it."""
        return cls(
            shared_redis(config["CACHE_REDIS_URL"]),
            seal_key(str(config["SECRET_KEY"])),
            config["CACHE_DEFAULT_TIMEOUT"],
        )

    def find(self, key: str) -> Body | None:
        """Return the page under a key: from this process, where it has read it before, else from Redis."""
        body = self._near.find(key)
        if body is None:
            body = super().find(key)
            if body is not None:
                self._near.keep(key, body)
        return body

    def note(self, key: str, body: Body) -> None:
        """Keep it in this process as well."""
        self._near.keep(key, body)

    def keep(self, key: str, body: Body, *, token: str, ttl_ms: int) -> None:
        """Store a page here and in Redis."""
        self._near.keep(key, body)
        super().keep(key, body, token=token, ttl_ms=ttl_ms)

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        try:
            value = ask(self._client, "GETRANGE", PREFIX + key, 0, LARGEST_VALUE)
        except RedisError:
            return None
        return value if isinstance(value, bytes) and value else None

    def set(self, key: str, value: bytes, timeout: Any = None) -> bool:
        """Keep a value for some seconds."""
        try:
            return bool(self._client.set(PREFIX + key, value, ex=timeout or self.default_timeout))
        except RedisError:
            return False

    def delete(self, key: str) -> bool:
        """Forget a value."""
        try:
            return bool(self._client.delete(PREFIX + key))
        except RedisError:
            return False

    def clear(self) -> bool:
        """Forget what this process keeps; Redis is left as it is."""
        self._near.clear()
        return True

    def claim(self, key: str, token: str) -> Claim:
        """Ask for the right to compute a value."""
        try:
            taken, value = CLAIM.run(self._client, _names(key), token, LEASE_MS, LARGEST_VALUE)
        except RedisError:
            return Claim(is_owner=True, value=None, is_alone=True)
        return Claim(is_owner=bool(taken), value=value or None)

    def fill(self, key: str, value: bytes, *, token: str, ttl_ms: int) -> None:
        """Store a value and end the lease."""
        try:
            FILL.run(self._client, _names(key), token, value, ttl_ms)
        except RedisError:
            return  # the page was computed all the same

    def free(self, key: str, token: str) -> None:
        """End the lease without a value."""
        try:
            FREE.run(self._client, _names(key)[1:], token)
        except RedisError:
            return  # it lapses

    def renew(self, tokens: Mapping[str, str]) -> None:
        """Prolong leases."""
        try:
            with self._client.pipeline(transaction=False) as pipe:
                for key, token in tokens.items():
                    pipe.eval(RENEW.text, 1, _names(key)[1], token, LEASE_MS)
                pipe.execute()
        except RedisError:
            return  # they lapse, and another worker takes over


def _names(key: str) -> list[str]:
    return [f"{PREFIX}{key}", f"{PREFIX}lease:{key}"]
