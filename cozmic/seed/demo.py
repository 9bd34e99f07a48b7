"""The demo school: 4 teachers, 8 classes, 160 pupils, a term of work in progress."""

from __future__ import annotations

from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.credentials import hash_password
from cozmic.extensions import db
from cozmic.models import School, User
from cozmic.seed.bank import load_bank
from cozmic.seed.demo_people import make_people
from cozmic.seed.demo_plan import DemoPlan, read_plan
from cozmic.seed.demo_work import Term
from cozmic.transaction import end_reading, transaction

SEED = 20_260_901


def is_school_empty() -> bool:
    """Whether nobody is there yet."""
    return db.session.execute(select(User.id).limit(1)).first() is None


def seed_demo() -> DemoPlan:
    """Make the demo school in one transaction. The same every time, but for the dates, which end today."""
    plan, now = read_plan(), get_now()
    end_reading()
    password_hash = hash_password(plan.password)
    with transaction() as touched:
        load_bank(touched, now)
        school = db.session.get_one(School, 1)
        school.name = plan.school
        touched.school()
        # Not for secrets: the same school for everybody who looks at the demo.
        dice = Random(SEED)  # noqa: S311
        for one in make_people(touched, plan, dice, password_hash=password_hash, now=now):
            Term(one, plan, dice, now, ZoneInfo(school.zone)).make()
    return plan
