"""Connections that count their round trips into the tally, whoever uses them: the ORM, Core or a raw cursor."""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2 import extensions

from cozmic.connections.explaining import find_text, postgres_plan, sqlite_plan
from cozmic.connections.rules import UNFINISHED_COPY, Rules
from cozmic.connections.watchdog import has_deadline, watchdog
from cozmic.observe.slow import note_slow
from cozmic.observe.tally import Statement, current_tally

PING_DEADLINE_S = LEAST_S = 1.0
CONNECT_DEADLINE_S = 2.0
LOOK = f"SELECT pg_backend_pid(), to_regclass('{UNFINISHED_COPY}') IS NOT NULL"


def count(round_trips: int, began_at: float, query: Any) -> float:
    """Add round trips, and the time since the first began, to the tally; return the seconds that they took."""
    took_s = time.monotonic() - began_at
    tally = current_tally()
    tally.sql_n += round_trips
    tally.sql_ms += took_s * 1000
    if tally.trail is not None:
        tally.trail.append(Statement(query, began_at, took_s))
    return took_s


class _Deaths:
    """When a connection was last found dead: those used before that are asked before anybody gets them."""

    last_at = 0.0


deaths = _Deaths()


class WatchedConnection(extensions.connection):  # type: ignore[misc]  # psycopg2 is untyped
    """A connection to PostgreSQL that can be given up while an answer is awaited."""

    autocommit: bool
    rules = Rules()
    last_used_at = 0.0
    """By time.monotonic()."""
    is_given_up = False
    _socket = -1
    _open_another: Callable[[], Any]

    def keep(self, rules: Rules, open_another: Callable[[], Any]) -> None:
        """Begin to watch; once, after connecting."""
        self.rules = rules
        self._open_another = open_another
        self.last_used_at = time.monotonic()
        # Another number for the same socket: libpq may close its own at any moment, and the next file would get it.
        self._socket = os.dup(self.fileno())

    def begin_trip(self, deadline_s: float = 0.0) -> float:
        """Note that something is sent, and return the moment. Without a deadline of its own, the request's holds:

        what is left of it after all that the request has waited for, and no less than a second, so that one which
        works for long with a database that answers is not cut off.
        """
        now = time.monotonic()
        if not deadline_s and self.rules.deadline_s and has_deadline():
            deadline_s = max(self.rules.deadline_s - current_tally().sql_ms / 1000, LEAST_S)
        if deadline_s:
            watchdog().expect(self, now + deadline_s)
        return now

    def end_trip(self, began_at: float, round_trips: int, query: Any, values: Any = None) -> None:
        """Note that the answer has come, or an error; tell of it where it took long."""
        watchdog().is_back(self)
        took_s = count(round_trips, began_at, query)
        self.last_used_at = began_at + took_s
        if self.closed:
            deaths.last_at = self.last_used_at
        if 0 < self.rules.slow_s < took_s:
            with suppress(Exception):  # whatever was asked, nobody's work may fail for the log
                plan = postgres_plan(self._open_another, query, values)
                note_slow(find_text(query), took_s, plan)

    def commit(self) -> None:
        """COMMIT, where a transaction is open."""
        self._end_transaction(super().commit, "COMMIT")

    def rollback(self) -> None:
        """ROLLBACK, where a transaction is open."""
        self._end_transaction(super().rollback, "ROLLBACK")

    def _end_transaction(self, end: Callable[[], None], name: str) -> None:
        if self.status == extensions.STATUS_READY:  # nothing is sent
            end()
            return
        began_at = self.begin_trip()
        try:
            end()
        except psycopg2.Error as error:
            self.say_why(error)
            raise
        finally:
            self.end_trip(began_at, 1, name)

    def is_alive(self) -> bool:
        """Ask the server for a sign of life, and wait a second for it. One round trip."""
        was_autocommit = self.autocommit
        try:
            self.autocommit = True
            with self.cursor() as cursor:
                cursor.execute("SELECT 1", deadline_s=PING_DEADLINE_S)
            self.autocommit = was_autocommit
        except psycopg2.Error:
            return False
        return not self.is_given_up

    def look(self) -> tuple[bool, bool]:
        """Whether another process answers than the one we connected to, a pooler's; whether here is an unfinished copy.

        One round trip, once.
        """
        self.autocommit = True
        with self.cursor() as cursor:
            cursor.execute(LOOK, deadline_s=CONNECT_DEADLINE_S)
            process_id, is_unfinished = cursor.fetchone()
        self.autocommit = False
        return process_id != self.get_backend_pid(), is_unfinished

    def say_why(self, error: psycopg2.Error) -> None:
        """Raise anew what was only heard because the connection was given up; it reads like a crash of the server."""
        if self.is_given_up and self.rules.deadline_s:
            limit = f"{self.rules.deadline_s * 1000:.0f} ms (DB_DEADLINE_MS)"
            heard = (str(error).strip().splitlines() or [""])[0]
            raise psycopg2.OperationalError(f"given up after {limit}: {heard}") from error

    def give_up(self) -> None:
        """Shut the socket; whoever waits for an answer hears that the server closed the connection."""
        self.is_given_up = True
        if self._socket >= 0:
            door = socket.socket(fileno=self._socket)
            with suppress(OSError):  # the server was quicker
                door.shutdown(socket.SHUT_RDWR)
            door.detach()

    def close(self) -> None:
        """Close the connection."""
        self._release()
        super().close()

    def __del__(self) -> None:
        self._release()

    def _release(self) -> None:
        with watchdog().lock:
            number, self._socket = self._socket, -1
            if number >= 0:
                os.close(number)


class WatchedCursor(extensions.cursor):  # type: ignore[misc]  # psycopg2 is untyped
    """A cursor whose statements are counted and, within a request, have a deadline. COPY has neither."""

    def execute(self, query: Any, vars: Any = None, *, deadline_s: float = 0.0) -> None:  # noqa: A002  psycopg2's name
        """Send a statement, after the BEGIN that psycopg2 sends by itself where a transaction begins."""
        connection: WatchedConnection = self.connection
        begins = connection.status == extensions.STATUS_READY and not connection.autocommit
        began_at = connection.begin_trip(deadline_s)
        try:
            super().execute(query, vars)
        except psycopg2.Error as error:
            connection.say_why(error)
            raise
        finally:
            connection.end_trip(began_at, 2 if begins else 1, query, vars)


class CountedSqlite(sqlite3.Connection):
    """A connection to SQLite; its statements are no round trips, and count as such, so that both databases compare."""

    rules = Rules()
    _path = ""

    def keep(self, rules: Rules, path: str) -> None:
        """Begin to watch; once, after opening the file."""
        self.rules = rules
        self._path = path

    def end_trip(self, began_at: float, query: Any, values: Any = None) -> None:
        """Note that a statement has ended; tell of it where it took long."""
        took_s = count(1, began_at, query)
        if 0 < self.rules.slow_s < took_s:
            with suppress(Exception):
                note_slow(query, took_s, sqlite_plan(self._path, query, values))

    def cursor(self, factory: Any = None) -> Any:
        """Return a cursor that counts."""
        return super().cursor(factory or CountedSqliteCursor)

    def commit(self) -> None:
        """COMMIT, where a transaction is open."""
        self._end_transaction(super().commit, "COMMIT")

    def rollback(self) -> None:
        """ROLLBACK, where a transaction is open."""
        self._end_transaction(super().rollback, "ROLLBACK")

    def _end_transaction(self, end: Callable[[], None], name: str) -> None:
        began_at, is_open = time.monotonic(), self.in_transaction
        try:
            end()
        finally:
            if is_open:
                self.end_trip(began_at, name)


class CountedSqliteCursor(sqlite3.Cursor):
    """A cursor whose statements are counted."""

    connection: CountedSqlite

    def execute(self, *args: Any) -> Any:
        """Run a statement."""
        began_at = time.monotonic()
        try:
            return super().execute(*args)
        finally:
            self.connection.end_trip(began_at, *args)

    def executemany(self, *args: Any) -> Any:
        """Run a statement for each row; it counts once."""
        began_at = time.monotonic()
        try:
            return super().executemany(*args)
        finally:
            self.connection.end_trip(began_at, *args)
