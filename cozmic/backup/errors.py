"""What ends a backup or a restore."""

from __future__ import annotations

from cozmic.errors import CozmicError


class BackupError(CozmicError):
    """It cannot begin or go on; the message says why and what to do."""
