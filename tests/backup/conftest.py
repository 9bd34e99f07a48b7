"""Schools to back up, and places to restore to."""

from __future__ import annotations

from tests.copying.conftest import new_database, new_school, school_file

__all__ = ["new_database", "new_school", "school_file"]
