"""How long the request that a thread serves has waited for that thread: told by the server, counted as its time.

A page that waits three seconds and takes ten milliseconds took its reader three seconds.
"""

from __future__ import annotations

import threading


class _Threads(threading.local):
    waited_s = 0.0


_threads = _Threads()


def note_wait(seconds: float) -> None:
    """Say how long the request waited that this thread serves next."""
    _threads.waited_s = seconds


def take_wait() -> float:
    """Return it in seconds, once; 0 where no server said anything."""
    waited_s, _threads.waited_s = _threads.waited_s, 0.0
    return waited_s
