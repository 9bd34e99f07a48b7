"""The database's clock, which decides what is open, due and late on every machine alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from cozmic.extensions import db
from cozmic.models.types import UtcDateTime


class database_now(FunctionElement[datetime]):  # noqa: N801  it reads as an SQL function
    """The moment the database reads this, as an aware UTC datetime (not the start of the transaction)."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _postgresql_now(element: Any, compiler: Any, **kw: Any) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _sqlite_now(element: Any, compiler: Any, **kw: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def shifted(moment: datetime, offset_s: float | None = None) -> datetime:
    """Add the offset that tests give the clock, since no library moves the database's; None: the application's."""
    if offset_s is None:
        offset_s = current_app.config["CLOCK_OFFSET_S"]
    return moment + timedelta(seconds=offset_s)


def get_now() -> datetime:
    """Return the time for a job or a command; a request has it from its admitting SELECT (viewer.now)."""
    return shifted(db.session.execute(select(database_now())).scalar_one())
