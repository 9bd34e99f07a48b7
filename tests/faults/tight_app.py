"""The application on an SQLite file that may not grow: every connection is held to the size in TIGHT_PAGES.

SQLite then says what it says on a full disk, word for word. Served by gunicorn as tests.faults.tight_app:app.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, event

from cozmic import create_app

LIMIT = Path(os.environ["TIGHT_PAGES"])
"""A file that holds how many pages the database may have; while it is missing, any number."""


@event.listens_for(Engine, "checkout")
def _hold(connection: object, _record: object, _proxy: object) -> None:
    """Before each use, so that room may be made while the server runs."""
    if isinstance(connection, sqlite3.Connection):
        pages = int(LIMIT.read_text()) if LIMIT.exists() else 2**30
        connection.execute(f"PRAGMA max_page_count = {pages}")


app = create_app()
