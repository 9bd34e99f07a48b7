"""Data that screens share: asked of the database once, until the school changes or a day is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask

from cozmic.caching.values import SKILLS_KEPT_FOR
from cozmic.reads.question_filters import list_skills
from tests.factories import make_skill
from tests.queries import counted_queries

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_skills_are_asked_of_the_database_once(app: Flask) -> None:
    make_skill("halves", name="Halves")
    first = list_skills(1001, now=NOW)
    with counted_queries() as statements:
        again = list_skills(1001, now=NOW + SKILLS_KEPT_FOR - timedelta(seconds=1))
    assert [skill.name for skill in first] == ["Halves"]
    assert (again, statements) == (first, [])


def test_skills_are_asked_anew_when_the_school_changes(app: Flask) -> None:
    list_skills(1002, now=NOW)
    make_skill("thirds", name="Thirds")
    assert [skill.name for skill in list_skills(1003, now=NOW)] == ["Thirds"]


def test_skills_are_asked_anew_after_a_day(app: Flask) -> None:
    list_skills(1004, now=NOW)
    make_skill("fifths", name="Fifths")
    assert [skill.name for skill in list_skills(1004, now=NOW + SKILLS_KEPT_FOR)] == ["Fifths"]
