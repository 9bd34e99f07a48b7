"""Where pages are kept: what a store of bytes does, as a Flask-Caching backend that never raises.

Flask-Caching's own Redis backend pickles even bytes, and raises where Redis is gone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_caching.backends.base import BaseCache

from cozmic.caching.bodies import Body, pack, unpack
from cozmic.extensions import cache

LEASE_MS = 300
"""How long a worker that computes a page keeps others waiting without a sign of life."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of asking for the right to compute a page."""

    is_owner: bool
    value: bytes | None
    """The page, where somebody has stored it meanwhile."""
    is_alone: bool = False
    """The store is gone: compute, and nobody else will know of it."""


class PageStore(BaseCache, ABC):
    """A store of bytes by name, with leases. No method raises where the store is gone: that is a miss."""

    def __init__(self, sealed_with: bytes, default_timeout: int = 3600) -> None:
        """Take the key that pages are sealed with (bodies.seal_key)."""
        super().__init__(default_timeout)
        self._sealed_with = sealed_with

    def find(self, key: str) -> Body | None:
        """Return the page under a key; None: not there, or the store is gone. One round trip at most."""
        return self.read(key, self.get(key))

    def note(self, key: str, body: Body) -> None:
        """Take notice of a page that was read from the store otherwise than by find()."""

    def read(self, key: str, value: bytes | None) -> Body | None:
        """Return the page in a value that stood under a key; None where it is none that we stored there."""
        return unpack(value, key, self._sealed_with)

    def keep(self, key: str, body: Body, *, token: str, ttl_ms: int) -> None:
        """Store a page and end the lease; one that is too large is not kept. One round trip."""
        value = pack(body, key, self._sealed_with)
        if value is None:
            self.free(key, token)
        else:
            self.fill(key, value, token=token, ttl_ms=ttl_ms)

    @abstractmethod
    def get(self, key: str) -> bytes | None:
        """Return the value; None: not there, or the store is gone. One round trip."""

    @abstractmethod
    def set(self, key: str, value: bytes, timeout: Any = None) -> bool:
        """Keep a value for some seconds."""

    @abstractmethod
    def claim(self, key: str, token: str) -> Claim:
        """Ask for the right to compute a value, for LEASE_MS. One round trip."""

    @abstractmethod
    def fill(self, key: str, value: bytes, *, token: str, ttl_ms: int) -> None:
        """Store a value and end the lease. One round trip."""

    @abstractmethod
    def free(self, key: str, token: str) -> None:
        """End the lease without a value."""

    @abstractmethod
    def renew(self, tokens: Mapping[str, str]) -> None:
        """Prolong leases, given by key with their tokens. One round trip."""


def get_page_store() -> PageStore:
    """Return the store of the application in use, which its CACHE_TYPE names."""
    store: Any = cache.cache
    found: PageStore = store
    return found
