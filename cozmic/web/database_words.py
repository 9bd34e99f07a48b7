"""What to say when the database cannot serve: words for the visitor, and one line for the log that names the cure.

The line holds the driver's first line only. What SQLAlchemy adds to it are statements with their values: what people
typed, which belongs in no log.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    "too many clients": "All connections of the PostgreSQL server are taken: workers x (pool + overflow) is too much",
    "remaining connection slots": "All connections of the PostgreSQL server are taken: workers x (pool + overflow)",
    "QueuePool limit": "All connections of this worker were in use",
    "statement timeout": "A statement took longer than DB_STATEMENT_TIMEOUT_MS",
    "lock timeout": "A row was locked for longer than DB_LOCK_TIMEOUT_MS",
}
"""What the drivers say, and what that means to an operator."""
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


def words_for(error: Exception) -> DatabaseWords:
    """Return what to say of an error of the database or of its pool."""
    said = _first_line(error)
    if any(sign in said for sign in DISK_FULL):
        log = f"The disk of the database is full: {said}. Make room; {PAGE} says how."
        return DatabaseWords("No room left", NO_ROOM, 60, log)
    hint = next((hint for sign, hint in HINTS.items() if sign in said), "")
    log = f"database unavailable: {said}" + (f". {hint}: {PAGE}" if hint else "")
    return DatabaseWords("", BUSY, 5, log)


def _first_line(error: Exception) -> str:
    """The driver's own words, or the pool's."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0].partition(" (Background on")[0].rstrip(".") if lines else type(error).__name__
