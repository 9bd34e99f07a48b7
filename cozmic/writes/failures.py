"""Failures: counted, and forgotten when their window is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, tuple_

from cozmic.access.failures import SIGN_IN, Bucket, Count
from cozmic.extensions import db, insert_or
from cozmic.models import FailureCount

KEY = (FailureCount.kind, FailureCount.subject, FailureCount.place)
OLD_AT_ONCE = 20


def count_failures(windows_s: Mapping[Bucket, int], *, now: datetime) -> dict[Bucket, Count]:
    """Count one failure in each bucket, whose window is so many seconds long, and return how full they are.

    One statement, exact however many count at once; rows are locked in one order. A bucket that is new takes up to 20
    with it whose windows have ended, so that old ones do not pile up.
    """
    rows = [
        {
            "kind": bucket.kind, "subject": bucket.subject, "place": bucket.place, "failures": 1,
            "ends_at": now + timedelta(seconds=windows_s[bucket]),
        }
        for bucket in sorted(windows_s)
    ]  # fmt: skip
    statement = insert_or(FailureCount).values(rows)
    is_over = FailureCount.ends_at <= now
    statement = statement.on_conflict_do_update(
        index_elements=list(KEY),
        set_={
            "failures": case((is_over, 1), else_=FailureCount.failures + 1),
            "ends_at": case((is_over, statement.excluded.ends_at), else_=FailureCount.ends_at),
        },
    ).returning(*KEY, FailureCount.failures, FailureCount.ends_at)
    counted = {
        Bucket(kind, subject, place): Count(failures, ends_at)
        for kind, subject, place, failures, ends_at in db.session.execute(statement)
    }
    if any(count.failures == 1 for count in counted.values()):
        _forget_old(now)
    return counted


def forget_wrong_passwords(user_id: int) -> None:
    """Forget those tried for an account whose password is a new one: it would else stay shut, and say nothing true."""
    tried = (FailureCount.kind == SIGN_IN) & (FailureCount.subject == user_id)
    statement = delete(FailureCount).where(tried)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _forget_old(now: datetime) -> None:
    """Delete a few counts that are over; those that somebody is counting in at this moment are left alone.

    The few are named by a WITH, which is read once: a plain SELECT in IN may be asked again for each row, and passes
    over what it has locked itself, so that all went at once.
    """
    old = (
        select(*KEY)
        .where(FailureCount.ends_at <= now)
        .order_by(FailureCount.ends_at)
        .limit(OLD_AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    statement = delete(FailureCount).where(tuple_(*KEY).in_(select(old)))
    db.session.execute(statement, execution_options={"synchronize_session": False})
