"""Pages that this process has read from Redis, unfolded: as right as there, since their names carry the revision."""

from __future__ import annotations

import threading
from collections import OrderedDict

from cozmic.caching.bodies import Body

LARGEST_BYTES = 12 * 1024 * 1024
"""What they may take up in one process: some 700 dashboards."""


class NearPages:
    """The least recently used goes first. Saves a round trip and the unfolding, 0.12 ms a page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, Body] = OrderedDict()
        self._bytes = 0

    def find(self, key: str) -> Body | None:
        """Return a page; its time may be over."""
        with self._lock:
            body = self._pages.get(key)
            if body is not None:
                self._pages.move_to_end(key)
            return body

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def keep(self, key: str, body: Body) -> None:
        """Keep a page."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = body
            self._bytes += len(body.content) - (len(old.content) if old else 0)
            while self._bytes > LARGEST_BYTES:
                _, first = self._pages.popitem(last=False)
                self._bytes -= len(first.content)
