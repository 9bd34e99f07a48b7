"""What ends a copy."""

from __future__ import annotations

from cozmic.errors import CozmicError


class CopyError(CozmicError):
    """The copy cannot begin or go on; the message says why and what to do."""
