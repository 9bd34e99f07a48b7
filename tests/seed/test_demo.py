"""The demo school reads like one."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Classroom, Question, Skill, Submission, User
from cozmic.rules.enums import Outcome, QuestionKind
from cozmic.rules.kinds import grade
from cozmic.rules.wall_clock import to_wall
from cozmic.seed.demo import seed_demo
from cozmic.seed.demo_plan import read_plan
from tests.seed.test_load_bank import list_keys

ZONE = ZoneInfo("Europe/London")


@pytest.mark.usefixtures("app")
def test_the_demo_school_reads_like_one() -> None:
    seed_demo()  # takes seconds, so once for all
    assert_titles_say_what_is_asked()
    assert_times_are_those_of_a_school_day()
    assert_the_teacher_has_questions_of_her_own_whose_keys_are_right()


def assert_titles_say_what_is_asked() -> None:
    themes = {
        (one.name, theme): skill
        for one in read_plan().classes
        for theme, skill in zip(one.themes, one.skills, strict=True)
    }
    statement = (
        select(Assignment.title, Classroom.name, Skill.slug)
        .join(Classroom, Classroom.id == Assignment.classroom_id)
        .join(AssignmentItem, AssignmentItem.assignment_id == Assignment.id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(Skill, Skill.id == Question.skill_id)
    )
    rows = db.session.execute(statement).all()
    assert len(rows) > 400
    assert all(themes[name, title.split(": ")[1]] == slug for title, name, slug in rows)


def assert_times_are_those_of_a_school_day() -> None:
    moments = db.session.execute(select(Assignment.due_at, Assignment.closes_at)).all()
    assert {f"{to_wall(at, ZONE):%H:%M}" for pair in moments for at in pair} == {"16:00"}
    handed_in = db.session.execute(
        select(Submission.handed_in_at).where(Submission.handed_in_at < get_now() - timedelta(days=7))
    ).scalars()  # fmt: skip
    assert {to_wall(at, ZONE).hour for at in handed_in if at} <= set(range(7, 22))


def assert_the_teacher_has_questions_of_her_own_whose_keys_are_right() -> None:
    statement = (
        select(Question)
        .join(User, User.id == Question.owner_id)
        .where(User.username == "teacher")
    )  # fmt: skip
    own = list(db.session.execute(statement).scalars())
    assert {one.kind for one in own} == {
        QuestionKind.CHOICE,
        QuestionKind.NUMERIC,
        QuestionKind.ESSAY,
    }
    for one in own:
        for key in list_keys(one.body):
            assert grade(one.kind, one.body, key).outcome is Outcome.CORRECT
