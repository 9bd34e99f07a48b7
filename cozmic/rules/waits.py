"""How long somebody waits, in words."""

from __future__ import annotations

from cozmic.rules.counted import counted

MINUTE, HOUR = 60, 3600


def wait_in_words(seconds: int) -> str:
    """Return 'in 1 second', 'in 45 seconds', 'in 12 minutes', 'in 2 hours': never sooner than it is true."""
    if seconds < MINUTE:
        return f"in {counted(max(1, seconds), 'second')}"
    if seconds < 2 * HOUR:
        return f"in {counted(-(-seconds // MINUTE), 'minute')}"
    return f"in {counted(-(-seconds // HOUR), 'hour')}"
