"""How each database connection begins, what it counts, and when it is given up.

Connections count their own round trips into the tally, those of raw cursors too. One that was idle for long is asked
whether it is still alive before anybody gets it. Within a request each round trip has a deadline on this side, since
a server that hangs keeps no timeout of its own.
"""

from __future__ import annotations

from cozmic.connections.beginning import BEGIN, UNFINISHED
from cozmic.connections.explaining import note_prepared
from cozmic.connections.pool import PoolUse, WatchedPool, pool_use
from cozmic.connections.rules import RULES, Rules
from cozmic.connections.watchdog import within_deadline

__all__ = [
    "BEGIN",
    "RULES",
    "UNFINISHED",
    "PoolUse",
    "Rules",
    "WatchedPool",
    "note_prepared",
    "pool_use",
    "within_deadline",
]
