"""The admins' long lists walk an index and stop at the page's end, wherever the page is and whatever it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, text

from cozmic.extensions import db
from cozmic.models import Classroom, User
from cozmic.reads.ops_classrooms import ClassroomFilter, list_all_classrooms
from cozmic.reads.ops_people import PeopleFilter, list_people
from cozmic.reads.paging import START, Cursor
from cozmic.rules.enums import Role
from tests.factories import LONG_AGO

MANY = 4000
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
SORTED = ("TEMP B-TREE", "Sort Key")
PLACES = {
    "first": START,
    "further on": Cursor(MANY // 2 + 1),
    "backwards": Cursor(MANY // 2 + 1, is_backwards=True),
}
LISTS: dict[str, tuple[str, Callable[[Cursor], object]]] = {
    "everybody": ("users", lambda cursor: list_people(PeopleFilter(), cursor)),
    "pupils": ("users", lambda cursor: list_people(PeopleFilter(role=Role.STUDENT), cursor)),
    "teachers": ("users", lambda cursor: list_people(PeopleFilter(role=Role.TEACHER), cursor)),
    "suspended": ("users", lambda cursor: list_people(PeopleFilter(only_suspended=True), cursor)),
    "suspended pupils": (
        "users",
        lambda cursor: list_people(PeopleFilter(role=Role.STUDENT, only_suspended=True), cursor),
    ),
    "classes in use": ("classrooms", lambda cursor: list_all_classrooms(ClassroomFilter(), cursor)),
    "archived classes": (
        "classrooms",
        lambda cursor: list_all_classrooms(ClassroomFilter(is_archived=True), cursor),
    ),
    "all classes": (
        "classrooms",
        lambda cursor: list_all_classrooms(ClassroomFilter(is_archived=None), cursor),
    ),
}


@pytest.fixture
def crowd(app: Flask) -> None:
    """Thousands of people and classes; one person in four is suspended, one class in three archived."""
    gone_at = LONG_AGO + timedelta(days=1)
    people = [
        {
            "id": number, "role": Role.STUDENT if number % 10 else Role.TEACHER, "username": f"p{number}",
            "given_name": f"Given {number % 7}", "family_name": f"Family {number % 300}",
            "password_hash": "none", "created_at": LONG_AGO, "suspended_at": None if number % 4 else gone_at,
        }
        for number in range(1, MANY + 1)
    ]  # fmt: skip
    classes = [
        {
            "id": number, "teacher_id": 10, "name": f"Class {number % 60}", "join_code": f"J{number}",
            "created_at": LONG_AGO, "archived_at": None if number % 3 else gone_at,
        }
        for number in range(1, MANY + 1)
    ]  # fmt: skip
    with db.engine.begin() as connection:
        connection.execute(insert(User), people)
        connection.execute(insert(Classroom), classes)
        if connection.dialect.name == "postgresql":  # as autovacuum would
            connection.execute(text("ANALYZE users, classrooms"))


def test_every_page_is_a_walk_along_an_index(crowd: None) -> None:
    wrong = {}
    for name, (table, read) in LISTS.items():
        for place, cursor in PLACES.items():
            plan = find_plan(lambda: read(cursor))  # noqa: B023  called at once
            whole = f"Seq Scan on {table}"
            if f"ix_{table}_" not in plan or any(word in plan for word in (*SORTED, whole)):
                wrong[f"{name}, {place}"] = plan
    assert wrong == {}


def find_plan(call: Callable[[], object]) -> str:
    """The plan of the one statement that reads a page: what is asked in an order."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if "ORDER BY" in sql:
            sent.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
    [(sql, values)] = sent
    explain = EXPLAIN[db.engine.dialect.name]
    rows = db.session.connection().exec_driver_sql(explain + sql, values)
    return "\n".join(str(row[-1]) for row in rows)
