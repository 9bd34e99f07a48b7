"""What holds for the connections of one engine."""

from __future__ import annotations

from dataclasses import dataclass

RULES = "cozmic_rules"
"""The connect argument that carries them; it goes no further than to where connections begin."""

UNFINISHED_COPY = "unfinished_copy"
"""The table that stands in a database while a school is copied or restored into it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Handed over as a connect argument, since an engine has no place of its own for them."""

    ping_after_idle_s: float = 30.0
    """A connection that was idle for so long is asked before use whether it is alive."""
    deadline_s: float = 0.0
    """How long a request waits in all for a database that does not answer; 0: as long as it takes."""
    slow_s: float = 0.0
    """A statement that takes longer is told with its plan; 0: none is."""
    is_pooled: bool = False
    """Whether a pooler such as PgBouncer is expected between us and the server."""
    takes_unfinished: bool = False
    """Whether this is the one who fills an unfinished copy; nobody else may use it."""
