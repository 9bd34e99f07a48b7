"""The only code that commits: open the write transaction, run the write, set revisions, COMMIT.

For requests, jobs and commands alike.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError

from cozmic.caching.touched import Touched
from cozmic.extensions import BEGIN, Base, db, insert_or
from cozmic.models import ClassroomRevision, PersonRevision, SchoolRevision

REVISION_BITS = 63


@contextmanager
def transaction() -> Iterator[Touched]:
    """Yield what the write fills in; commit at the end, roll back on any error.

    On SQLite the transaction begins as a write, before anything is read: one that starts by reading cannot
    become a write while another writes.
    """
    session = db.session()
    if session.in_transaction():
        session.rollback()  # a read before the write; nothing is lost, since only this function commits
    session.connection(execution_options={BEGIN: "write"})
    touched = Touched()
    try:
        yield touched
        session.flush()
        _set_revisions(touched)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def end_reading() -> DBAPIError | None:
    """Give the connection back, with what was read on it; return the error where it was closed meanwhile."""
    try:
        db.session.remove()
    except DBAPIError as error:
        db.session().invalidate()
        return error
    return None


def _set_revisions(touched: Touched) -> None:
    """Set the revisions of all that was touched: one statement a table, sorted, people first (no deadlocks)."""
    people = [{"user_id": user_id} for user_id in sorted(touched.person_ids)]
    classrooms = [
        {"classroom_id": classroom_id, "is_work": is_work}
        for classroom_id, is_work in sorted(
            {(cid, False) for cid in touched.classroom_posts}
            | {(cid, True) for cid in touched.classroom_work}
        )
    ]
    school = [{"id": 1}] if touched.is_school_touched else []
    _upsert(PersonRevision, people)
    _upsert(ClassroomRevision, classrooms)
    _upsert(SchoolRevision, school)


def _upsert(model: type[Base], keys: list[dict[str, Any]]) -> None:
    if not keys:
        return
    rows = [{**key, "value": secrets.randbits(REVISION_BITS)} for key in keys]
    statement = insert_or(model).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=list(keys[0]), set_={"value": statement.excluded.value}
    )
    db.session.execute(statement)
