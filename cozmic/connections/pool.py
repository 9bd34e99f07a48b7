"""The pool of a process's connections, and how it is used."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from cozmic.observe.tally import current_tally


class WatchedPool(QueuePool):
    """Counts who had to wait for a free connection, and adds what getting one takes to the tally's time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waits_n = 0
        self.waits_s = 0.0
        self.timeouts_n = 0

    def connect(self) -> PoolProxiedConnection:
        """Return a connection; wait for one where all are in use, and raise TimeoutError after pool_timeout."""
        must_wait = not self.checkedin() and 0 <= self._max_overflow <= self._overflow
        tally = current_tally()
        counted_ms, began_at = tally.sql_ms, time.monotonic()
        try:
            return super().connect()
        except PoolTimeout:
            self.timeouts_n += 1
            raise
        finally:
            took_s = time.monotonic() - began_at
            tally.sql_ms = counted_ms + took_s * 1000  # which holds what a ping counted meanwhile
            if must_wait:
                self.waits_n += 1
                self.waits_s += took_s


@dataclass(frozen=True, slots=True)
class PoolUse:
    """How the pool of this process is used at this moment, and how often it was too small since it began."""

    size: int
    """Connections kept open."""
    overflow: int
    """Further ones that may be opened in a rush."""
    open: int
    """Connected now, in use or not."""
    in_use: int
    """Handed out now."""
    waits_n: int
    """Requests that found all in use and waited."""
    waits_s: float
    """Seconds they waited in all."""
    timeouts_n: int
    """Those of them that got none in time and were answered 503."""


def pool_use(engine: Engine) -> PoolUse | None:
    """Return how an engine's pool is used; None where it is none of ours. Costs nothing, asks nobody."""
    pool = engine.pool
    if not isinstance(pool, WatchedPool):
        return None
    return PoolUse(
        size=pool.size(), overflow=max(pool._max_overflow, 0), open=pool.size() + pool._overflow,  # noqa: SLF001  no public way
        in_use=pool.checkedout(), waits_n=pool.waits_n, waits_s=pool.waits_s, timeouts_n=pool.timeouts_n,
    )  # fmt: skip
