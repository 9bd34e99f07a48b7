"""Pages in the memory of one process: right as well without Redis, since a key carries the revision."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Self

from flask import Flask

from cozmic.caching.bodies import seal_key
from cozmic.caching.stores import LEASE_MS, Claim, PageStore

LARGEST_BYTES = 16 * 1024 * 1024
"""What pages may take up in one process."""


class MemoryStore(PageStore):
    """The store that CACHE_TYPE names without a REDIS_URL; the least recently used goes first."""

    def __init__(self, sealed_with: bytes, default_timeout: int = 3600) -> None:
        super().__init__(sealed_with, default_timeout)
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._leases: dict[str, tuple[str, float]] = {}
        self._bytes = 0

    @classmethod
    def factory(cls, app: Flask, config: Mapping[str, Any], *_args: Any, **_kwargs: Any) -> Self:
        """Make the store for an application, as Flask-Caching asks for it."""
        return cls(seal_key(str(config["SECRET_KEY"])), config["CACHE_DEFAULT_TIMEOUT"])

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        with self._lock:
            return self._get(key)

    def set(self, key: str, value: bytes, timeout: Any = None) -> bool:
        """Keep a value for some seconds."""
        with self._lock:
            self._put(key, value, timeout or self.default_timeout)
        return True

    def delete(self, key: str) -> bool:
        """Forget a value."""
        with self._lock:
            return self._drop(key)

    def clear(self) -> bool:
        """Forget all."""
        with self._lock:
            self._values.clear()
            self._leases.clear()
            self._bytes = 0
        return True

    def claim(self, key: str, token: str) -> Claim:
        """Ask for the right to compute a value."""
        now = time.monotonic()
        with self._lock:
            is_owner = self._leases.get(key, ("", 0.0))[1] <= now
            if is_owner:
                self._leases[key] = token, now + LEASE_MS / 1000
            return Claim(is_owner=is_owner, value=self._get(key))

    def fill(self, key: str, value: bytes, *, token: str, ttl_ms: int) -> None:
        """Store a value and end the lease."""
        with self._lock:
            self._put(key, value, ttl_ms / 1000)
        self.free(key, token)

    def free(self, key: str, token: str) -> None:
        """End the lease without a value."""
        with self._lock:
            if self._leases.get(key, ("", 0.0))[0] == token:
                del self._leases[key]

    def renew(self, tokens: Mapping[str, str]) -> None:
        """Prolong leases."""
        until = time.monotonic() + LEASE_MS / 1000
        with self._lock:
            for key, token in tokens.items():
                if self._leases.get(key, ("", 0.0))[0] == token:
                    self._leases[key] = token, until

    def _get(self, key: str) -> bytes | None:
        value, expires = self._values.get(key, (None, 0.0))
        if value is None:
            return None
        if expires <= time.monotonic():
            self._drop(key)
            return None
        self._values.move_to_end(key)
        return value

    def _put(self, key: str, value: bytes, timeout_s: float) -> None:
        self._drop(key)
        self._values[key] = value, time.monotonic() + timeout_s
        self._bytes += len(value)
        while self._bytes > LARGEST_BYTES:
            self._drop(next(iter(self._values)))

    def _drop(self, key: str) -> bool:
        value, _ = self._values.pop(key, (b"", 0.0))
        self._bytes -= len(value)
        return bool(value)
