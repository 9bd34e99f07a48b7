"""A small school with everything that is hard to carry, and ways to look at it from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from cozmic import create_app
from cozmic.config import Testing
from cozmic.connections import RULES
from cozmic.extensions import db
from cozmic.models import AuditEvent, FailureCount, PersonRevision, Question, Response, User
from cozmic.rules.enums import Role
from cozmic.transaction import transaction
from tests.apps import MIGRATIONS, make_app
from tests.factories import make_cast, make_question, make_user, save
from tests.world import make_world

STRANGE_TEXTS = ("\\N", "\\", "\t\n\r\b\f\v", "\\t", "Zoë 𝒳 日本", "", "'\";--", "\x01\x7f", " ")
STRANGE_ANSWER = {
    "z": [1, 1.0, 1e16, 0.1, -0.0, 1e-7, 2**70, None, True, "é\\\n\t\"'"],
    "a": {"": {}, "\\N": []},
}
ODD_MOMENT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)


@contextmanager
def inside(url: str, folder: Path) -> Iterator[Flask]:
    """The application on a database, an unfinished copy too, inside its context."""
    config = Testing({"DATABASE_URL": url, "COZMIC_INSTANCE": str(folder)})
    config.SQLALCHEMY_ENGINE_OPTIONS["connect_args"][RULES]["takes_unfinished"] = True
    app = create_app(config)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def make_school(url: str, folder: Path, *, people: int = 20) -> None:
    """Migrate a database and fill it: the cast, one of everything, and rows with strange values."""
    with inside(url, folder):
        upgrade(str(MIGRATIONS))
        cast = make_cast()
        make_world(cast, teacher_id=cast.ada, classroom_id=cast.ada_class, student_id=cast.ben)
        for text in STRANGE_TEXTS:
            make_user(given_name="Strange", family_name=text, suspended_at=ODD_MOMENT)
        for number in range(people):
            moment = ODD_MOMENT + timedelta(days=number, microseconds=-number)
            save(
                AuditEvent(
                    happened_at=moment,
                    verb="tested",
                    detail=STRANGE_TEXTS[number % 9],
                    subject_id=cast.ben,
                )
            )
        with transaction():
            for kind in (
                "b",
                "B",
                "a",
                "é",
                "z",
                "_",
                "A\tb",
            ):  # keys of text, which each language sorts differently
                for place in (-(2**62), 0, 7):
                    count = FailureCount(
                        kind=kind, subject=-1, place=place, failures=1, ends_at=ODD_MOMENT
                    )
                    db.session.add(count)
        newer = make_question(owner_id=cast.ada)
        with transaction() as touched:
            touched.person_ids.update({cast.ada, cast.ben})
            response = db.session.query(Response).one()
            response.answer, response.points = STRANGE_ANSWER, Decimal("0.07")
            # Its parent comes after it: no order of rows suits every foreign key.
            db.session.query(Question).order_by(Question.id).limit(1).one().previous_id = newer
        with transaction():
            db.session.query(PersonRevision).filter_by(user_id=cast.ben).one().value = 2**63 - 1


def read_school(url: str, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as Python values, but for the school's revision, which a copy sets anew."""
    with inside(url, folder), db.engine.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(table))),
                key=repr,  # not in the order of a database, which sorts text in its own way
            )
            for table in db.metadata.sorted_tables
            if table.name != "school_revision"
        }


def write_to(url: str, folder: Path, **fields: Any) -> int:
    """Do what somebody at work would: add a person, committed."""
    with inside(url, folder):
        return make_user(Role.STUDENT, "Late", **fields)


def rename(url: str, folder: Path, names: dict[int, str]) -> None:
    """Give people other user names, also one another's."""
    with inside(url, folder), transaction():
        for user_id in names:
            db.session.get_one(User, user_id).username = f"moving.{user_id}"
        db.session.flush()
        for user_id, name in names.items():
            db.session.get_one(User, user_id).username = name


def run_copy(folder: Path, source: str, target: str, *options: str) -> Result:
    """Run the command in an application of its own."""
    app = make_app("", folder)
    return app.test_cli_runner().invoke(args=["db-copy", source, target, *options])


def checksums_in(output: str) -> dict[str, str]:
    """The checksum of each table in a report, but for the school's revision."""
    found = dict(re.findall(r"^(\w+) +[\d,]+  ([0-9a-f]{16}) ", output, re.MULTILINE))
    found.pop("school_revision", None)
    return found
