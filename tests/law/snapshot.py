"""All rows of a database, kept and put back: a stage for each act costs less than building it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select

from cozmic.extensions import db
from cozmic.models import UserSession

Rows = dict[Table, list[dict[str, Any]]]
SESSIONS: Any = UserSession.__table__


def read_rows() -> Rows:
    """Return every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in db.metadata.sorted_tables
        }


def put_back(rows: Rows) -> None:
    """Make the database what it was, revisions among the rest: the same pages under the same keys."""
    db.session.rollback()
    with db.engine.begin() as connection:
        for table in reversed(rows):
            connection.execute(table.delete())
        for table, content in rows.items():
            if content:
                connection.execute(table.insert(), content)


def put_back_sessions(rows: Rows) -> None:
    """Sign everybody in again whose session has ended, so that their pages can be looked at."""
    with db.engine.begin() as connection:
        there = set(connection.execute(select(SESSIONS.c.id)).scalars())
        ended = [row for row in rows[SESSIONS] if row["id"] not in there]
        if ended:
            connection.execute(SESSIONS.insert(), ended)
