"""What is in the school's database that an operator should know of: backups, demo logins, loads left behind."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, or_, select

from cozmic.access.clock import get_now
from cozmic.access.credentials import is_password
from cozmic.extensions import db
from cozmic.models import User
from cozmic.reads.backups import find_last_backup
from cozmic.rules.deployment import Finding, doubtful, failed, judge_backup, passed
from cozmic.seed.demo_plan import read_plan
from cozmic.seed.load_people import is_of_load
from cozmic.transaction import end_reading

MOST_TRIED = 30


def look_at_backup(_app: Flask) -> Finding:
    """When the last backup was made."""
    last = find_last_backup()
    return judge_backup(None if last is None else get_now() - last.made_at)


def look_at_demo(app: Flask) -> Finding:
    """Whether somebody can sign in with the password that is printed by `make run`."""
    plan = read_plan()
    names = [name for name, *_ in (plan.admin, plan.pupil, *plan.teachers)]
    statement = (
        select(User.username, User.password_hash)
        .where(or_(User.username.in_(names), User.email.endswith("@demo-school.example")))
        .where(User.suspended_at.is_(None))
        .limit(MOST_TRIED)
    )
    tried = db.session.execute(statement).all()
    end_reading()
    # The demo school's people share one hash, so it is tried once.
    known = {hash_ for hash_ in {hash_ for _, hash_ in tried} if is_password(hash_, plan.password)}
    found = [name for name, hash_ in tried if hash_ in known]
    if not found:
        return passed("none")
    about = f"{', '.join(found[:3])} can sign in with the demo password"
    if app.config["DEVELOPMENT"]:
        return doubtful(about, "right on a laptop, and nowhere else")
    return failed(
        about,
        "start with an empty database, or give each a new password and sign it out everywhere",
    )


def look_at_load(_app: Flask) -> Finding:
    """Whether people of a load test are still there."""
    number = db.session.execute(
        select(func.count()).select_from(User).where(is_of_load())
    ).scalar_one()
    if number:
        return doubtful(f"{number:,} people of a load test", "flask seed unload")
    return passed("none")
