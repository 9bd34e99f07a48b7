"""What to say when the database cannot serve: words for the visitor, and one line for the log that names the cure.

The line holds the driver's first line only. What SQLAlchemy adds to it are statements with their values: what people
typed, which belongs in no log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cozmic.connections import UNFINISHED

Taken = ParamSpec("Taken")
Given = TypeVar("Given")

BUSY = "The school's database is busy or away. Nothing you had saved is lost; try again shortly."
NO_ROOM = (
    "The server's disk is full: there is no room left to keep this. What was saved before is safe. "
    "Copy what you wrote, and tell whoever looks after the server."
)
DISK_FULL = ("database or disk is full", "No space left on device")
HINTS = {
    "database is locked": "SQLite takes one writer at a time, and one wrote for ten seconds. A school wants PostgreSQL",
    "disk I/O error": "The disk under the SQLite file cannot be read or written",
    "attempt to write a readonly database": "The SQLite file or its folder may not be written by this user",
    "unable to open database file": "The folder of the SQLite file is missing, or may not be written by this user",
    "Connection refused": "Nothing listens at the host and port of DATABASE_URL",
    "could not translate host name": "The host in DATABASE_URL is not known to this machine",
    "timeout expired": "The host in DATABASE_URL did not answer in time",
    "password authentication failed": "The user or password in DATABASE_URL is not right",
    'FATAL:  database "': "The server knows no database of the name in DATABASE_URL",
    'FATAL:  role "': "The server knows no user of the name in DATABASE_URL",
    "too many clients": "All connections of the PostgreSQL server are taken: workers x (pool + overflow) is too much",
    "remaining connection slots": "All connections of the PostgreSQL server are taken: workers x (pool + overflow)",
    "given up after": "The host of DATABASE_URL answered at first, and then no more",
    "QueuePool limit": "All connections of this worker were in use",
    "statement timeout": "A statement took longer than DB_STATEMENT_TIMEOUT_MS",
    "lock timeout": "A row was locked for longer than DB_LOCK_TIMEOUT_MS",
}
"""What the drivers say, and what that means to an operator."""
OLD_TABLES = re.compile(r"no such (?:table|column)\b|(?:relation|column) \S+ does not exist")
PAGE = "docs/how-to/common-errors.md"


@dataclass(frozen=True, slots=True)
class DatabaseWords:
    """What to say."""

    title: str
    """Of the page; empty for that of its status."""
    message: str
    retry_after_s: int
    log: str
    """One line, without anything that a person typed."""
    state: str = "unreachable"
    """A word or two for monitors."""


def words_for(error: Exception) -> DatabaseWords:
    """Return what to say of an error of the database or of its pool."""
    said = _first_line(error)
    if OLD_TABLES.match(said):
        log = f"the tables of this release are not there ({said}); run flask db upgrade first."
        return DatabaseWords("", BUSY, 5, log)
    if any(sign in said for sign in DISK_FULL):
        log = f"The disk of the database is full: {said}. Make room; {PAGE} says how."
        return DatabaseWords("No room left", NO_ROOM, 60, log)
    hint = next((hint for sign, hint in HINTS.items() if sign in said), "")
    log = f"database unavailable: {said}" + (f". {hint}: {PAGE}" if hint else "")
    state = "unfinished copy" if UNFINISHED in said else "unreachable"
    return DatabaseWords("", BUSY, 5, log, state)


def in_words(command: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """Let a command end with one line, where the database cannot serve, and not with a traceback."""

    @wraps(command)
    def run(*args: Taken.args, **kwargs: Taken.kwargs) -> Given:
        try:
            return command(*args, **kwargs)
        except (OperationalError, ProgrammingError, PoolTimeout) as error:
            if isinstance(error, ProgrammingError) and not OLD_TABLES.match(_first_line(error)):
                raise  # a fault of ours
            raise click.ClickException(words_for(error).log) from error

    return run


def _first_line(error: Exception) -> str:
    """The driver's own words, or the pool's."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0].partition(" (Background on")[0].rstrip(".") if lines else type(error).__name__
