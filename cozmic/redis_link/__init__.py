"""The one way to Redis."""

from __future__ import annotations

from cozmic.redis_link.asking import Early, Script, ask, send_early
from cozmic.redis_link.pool import (
    PROBE_EVERY_S,
    WAIT_S,
    Breaker,
    BreakingPool,
    breaker_of,
    shared_redis,
)

__all__ = [
    "PROBE_EVERY_S", "WAIT_S", "Breaker", "BreakingPool", "Early", "Script", "ask", "breaker_of", "send_early",
    "shared_redis",
]  # fmt: skip
