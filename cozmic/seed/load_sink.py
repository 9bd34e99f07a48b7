"""Where the rows of a load go: COPY on PostgreSQL, batches on SQLite, inside the transaction that is open."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Protocol

from sqlalchemy import Connection, text

from cozmic.extensions import Base, db
from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    AuditEvent,
    Classroom,
    ClassroomRevision,
    Enrolment,
    Grade,
    GradeChange,
    PersonRevision,
    Question,
    Response,
    Submission,
    User,
)

Values = tuple[object, ...]
# Parents first: rows are written in this order. Ids that no other row names are left to the database.
COLUMNS: dict[type[Base], str] = {
    User: "id, role, username, given_name, family_name, email, password_hash, created_at",
    PersonRevision: "user_id, value",
    Classroom: "id, teacher_id, name, grade, join_code, created_at, archived_at",
    ClassroomRevision: "classroom_id, is_work, value",
    Enrolment: "classroom_id, student_id, joined_at, removed_at",
    Question: "id, owner_id, skill_id, kind, prompt, body, explanation, hints, difficulty, previous_id, created_at, "
    "archived_at",
    Assignment: "id, classroom_id, title, instructions, opens_at, due_at, closes_at, attempts_allowed, late_rule, "
    "late_penalty_percent, release, max_points, created_at, published_at",
    AssignmentItem: "id, assignment_id, question_id, position, points",
    Submission: "id, assignment_id, student_id, attempt, started_at, saved_at, handed_in_at, is_late, waiting, points",
    Response: "submission_id, item_id, answer, version, outcome, points, comment, graded_at, graded_by_id",
    Grade: "id, assignment_id, student_id, submission_id, points, is_by_hand, comment, graded_at, released_at",
    GradeChange: "grade_id, changed_at, changed_by_id, from_points, to_points, reason",
    Announcement: "classroom_id, author_id, body, posted_at",
    AuditEvent: "happened_at, actor_id, verb, subject_id, classroom_id, detail",
}
ROWS_A_WRITE = 20_000
IDS_AT_ONCE = 1_000
LIMITS_LIFTED = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '10s'",
)


class Writer(Protocol):
    """How rows reach one kind of database."""

    def write(self, model: type[Base], rows: list[Values]) -> None:
        """Add rows with the values of COLUMNS: points in hundredths, JSON as text, enums by value."""

    def reserve(self, model: type[Base]) -> list[int]:
        """Return ids that nobody else will be given."""


class Sink:
    """Collects rows and writes them in bounded pieces. Use it inside transaction() only; it never commits."""

    def __init__(self) -> None:
        connection = db.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        self._writer: Writer = SqliteWriter(connection) if is_sqlite else CopyWriter(connection)
        self._rows: defaultdict[type[Base], list[Values]] = defaultdict(list)
        self.counts: defaultdict[type[Base], int] = defaultdict(int)
        self._ids = {model: self._number(model) for model in COLUMNS}

    def rows(self, model: type[Base]) -> list[Values]:
        """Return the list to append rows to; take it anew after each flush."""
        return self._rows[model]

    def next_id(self, model: type[Base]) -> int:
        """Return an id of this table that is free for good."""
        return next(self._ids[model])

    def flush(self, *, at_least: int = 1) -> None:
        """Write what has been collected, parents first, where it is so many rows."""
        if sum(map(len, self._rows.values())) < at_least:
            return
        for model in COLUMNS:
            rows = self._rows.pop(model, [])
            self.counts[model] += len(rows)
            for start in range(0, len(rows), ROWS_A_WRITE):
                self._writer.write(model, rows[start : start + ROWS_A_WRITE])

    def _number(self, model: type[Base]) -> Iterator[int]:
        while True:
            yield from self._writer.reserve(model)


class CopyWriter:
    """PostgreSQL: COPY in text form; ids from the sequences, so that people at work beside the load get others."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        lift_limits(connection)

    def write(self, model: type[Base], rows: list[Values]) -> None:
        """COPY the rows."""
        lines = ["\t".join([COPIED[value.__class__](value) for value in row]) for row in rows]
        data = io.BytesIO(("\n".join(lines) + "\n").encode())
        command = f"COPY {model.__tablename__} ({COLUMNS[model]}) FROM STDIN"
        with self._driver.cursor() as cursor:
            cursor.copy_expert(command, data)

    def reserve(self, model: type[Base]) -> list[int]:
        """Draw ids one by one inside the server: a jump of the sequence would race with those who draw beside it."""
        statement = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :number)"
        )
        values = {"table": model.__tablename__, "number": IDS_AT_ONCE}
        return list(self._connection.execute(statement, values).scalars())


class SqliteWriter:
    """SQLite: batches of INSERTs. The transaction holds the one write lock, so the next ids are free."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._highest: dict[type[Base], int] = {}

    def write(self, model: type[Base], rows: list[Values]) -> None:
        """INSERT the rows."""
        places = ", ".join("?" * len(rows[0]))
        command = f"INSERT INTO {model.__tablename__} ({COLUMNS[model]}) VALUES ({places})"  # noqa: S608  names of ours
        self._connection.exec_driver_sql(
            command, [tuple([_stored(value) for value in row]) for row in rows]
        )

    def reserve(self, model: type[Base]) -> list[int]:
        """Count on from the highest id."""
        if model not in self._highest:
            command = f"SELECT coalesce(max(id), 0) FROM {model.__tablename__}"  # noqa: S608  a name of ours
            self._highest[model] = self._connection.exec_driver_sql(command).scalar_one()
        first = self._highest[model] + 1
        self._highest[model] += IDS_AT_ONCE
        return list(range(first, first + IDS_AT_ONCE))


def lift_limits(connection: Connection) -> None:
    """Give the transaction that is open the time that a command needs: the limits are those of a web request."""
    if connection.dialect.name == "postgresql":
        for statement in LIMITS_LIFTED:
            connection.exec_driver_sql(statement)


def _escaped(value: str) -> str:
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\\", "\\\\").replace("\n", "\\n")
        value = value.replace("\t", "\\t").replace("\r", "\\r")
    return value


COPIED: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _nothing: "\\N",
    str: _escaped,
    int: str,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
}


def _stored(value: object) -> object:
    """Return a value as the models store it on SQLite: times without their zone, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
