"""The people, classes, rosters and announcements of the demo school."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from cozmic.caching.touched import Touched
from cozmic.extensions import db
from cozmic.models import Announcement, Classroom, Enrolment, Question, Skill, User
from cozmic.rules.enums import Role
from cozmic.rules.kinds import check_body
from cozmic.rules.usernames import make_username
from cozmic.seed.demo_plan import PUPILS_A_FORM, ClassPlan, DemoPlan

TERM = timedelta(weeks=11)


@dataclass(slots=True)
class DemoClass:
    """A class as made, with its roster."""

    plan: ClassPlan
    id: int
    teacher_id: int
    student_ids: list[int] = field(default_factory=list)


def make_people(
    touched: Touched, plan: DemoPlan, dice: Random, *, password_hash: str, now: datetime
) -> list[DemoClass]:
    """Make the admin, 4 teachers, 8 classes and 160 pupils, all with one password, and enrol them."""
    begun = now - TERM

    def person(role: Role, username: str, given: str, family: str) -> User:
        email = None if role is Role.STUDENT else f"{username}@demo-school.example"
        return User(
            role=role, username=username, given_name=given, family_name=family, email=email,
            password_hash=password_hash, created_at=begun,
        )  # fmt: skip

    teachers = [person(Role.TEACHER, *one) for one in plan.teachers]
    pupils = [person(Role.STUDENT, *one) for one in _pupil_names(plan, dice)]
    db.session.add_all([person(Role.ADMIN, *plan.admin), *teachers, *pupils])
    db.session.flush()
    touched.people(user.id for user in teachers + pupils)
    classes = _make_classes(plan, [teacher.id for teacher in teachers], begun)
    _enrol(classes, [pupil.id for pupil in pupils], begun)
    _announce(classes, now)
    _write_questions(plan, [teacher.id for teacher in teachers], now)
    for one in classes:
        touched.posts(one.id)
        touched.work(one.id)
    return classes


def _pupil_names(plan: DemoPlan, dice: Random) -> list[tuple[str, str, str]]:
    """The demo pupil first, then 159 more with user names of their own."""
    names = [plan.pupil]
    taken = {plan.pupil[0], plan.admin[0], *(username for username, _, _ in plan.teachers)}
    while len(names) < PUPILS_A_FORM * len(plan.classes):
        given, family = dice.choice(plan.given_names), dice.choice(plan.family_names)
        username = make_username(given, family, taken)
        taken.add(username)
        names.append((username, given, family))
    return names


def _make_classes(plan: DemoPlan, teacher_ids: list[int], begun: datetime) -> list[DemoClass]:
    rows = [
        Classroom(
            teacher_id=teacher_ids[one.teacher], name=one.name, grade=one.grade, join_code=one.code,
            created_at=begun,
        )
        for one in plan.classes
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    return [
        DemoClass(plan=one, id=row.id, teacher_id=row.teacher_id)
        for one, row in zip(plan.classes, rows, strict=True)
    ]


def _enrol(classes: list[DemoClass], pupil_ids: list[int], begun: datetime) -> None:
    """Each form has a class of its own; every third pupil, and the demo pupil, is in a second one."""
    for place, pupil_id in enumerate(pupil_ids):
        form = place // PUPILS_A_FORM
        classes[form].student_ids.append(pupil_id)
        if place % 3 == 0:
            classes[(form + 1) % len(classes)].student_ids.append(pupil_id)
    db.session.add_all(
        Enrolment(classroom_id=one.id, student_id=student_id, joined_at=begun)
        for one in classes
        for student_id in one.student_ids
    )


def _write_questions(plan: DemoPlan, teacher_ids: list[int], now: datetime) -> None:
    """Write the teachers' own questions, some days ago."""
    skill_ids = {slug: id_ for id_, slug in db.session.execute(select(Skill.id, Skill.slug))}
    for age, one in enumerate(plan.questions, start=1):
        check_body(one.kind, one.body)
        db.session.add(
            Question(
                owner_id=teacher_ids[one.teacher], skill_id=skill_ids[one.skill], kind=one.kind,
                prompt=one.prompt, body=one.body, explanation=one.explanation, hints=one.hints,
                difficulty=one.difficulty, created_at=now - timedelta(days=3 * age),
            )
        )  # fmt: skip


def _announce(classes: list[DemoClass], now: datetime) -> None:
    db.session.add_all(
        Announcement(
            classroom_id=one.id, author_id=one.teacher_id, body=body,
            posted_at=now - timedelta(days=2 + 6 * age, hours=one.id % 5),
        )
        for one in classes
        for age, body in enumerate(one.plan.notes)
    )  # fmt: skip
