"""What was done for a request before Flask was entered (web/express.py), so that it is not done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cozmic.access.admission import Viewer

BEGUN = "cozmic.begun"
"""Where it lies in the WSGI environ; no client can put anything there."""


@dataclass(slots=True)
class Begun:
    """The beginning of a request for a cached screen."""

    count: Callable[[], int] | None
    """Waits for the count of this person's pages, which was sent; None: nothing is counted."""
    viewer: Viewer | None = None
    """Who was admitted, for this very screen; None: nobody."""
    error: Exception | None = None
    """What the database said instead."""
    cold_key: str = ""
    """The page that the store did not have."""


def find_begun(environ: Mapping[str, Any]) -> Begun | None:
    """Return what was begun for this request, if anything was."""
    begun: Begun | None = environ.get(BEGUN)
    return begun
