"""The starter bank in the database."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Question, Skill
from cozmic.rules.enums import Outcome
from cozmic.rules.kinds import grade
from cozmic.seed.bank import load_bank
from cozmic.transaction import transaction


def load() -> tuple[int, int]:
    with transaction() as touched:
        load_bank(touched, get_now())
    counts = select(
        select(func.count(Question.id)).scalar_subquery(),
        select(func.count(Skill.id)).scalar_subquery(),
    )
    questions, skills = db.session.execute(counts).one()
    return questions, skills


def test_loading_twice_doubles_nothing(app: Flask) -> None:
    first = load()
    assert first[0] >= 60
    assert first[1] >= 10
    assert load() == first


def test_the_bank_belongs_to_nobody_and_every_question_has_a_skill(app: Flask) -> None:
    load()
    rows = db.session.execute(select(Question.owner_id, Question.skill_id, Question.previous_id))
    assert all(
        (row.owner_id, row.previous_id) == (None, None) and row.skill_id is not None for row in rows
    )


def test_every_key_of_the_bank_is_accepted_by_its_own_rule(app: Flask) -> None:
    load()
    for row in db.session.execute(select(Question.kind, Question.body, Question.prompt)):
        for answer in list_keys(row.body):
            assert grade(row.kind, row.body, answer).outcome is Outcome.CORRECT, row.prompt


def list_keys(body: dict[str, object]) -> list[object]:
    """The answers that a body lists as right: none for an essay."""
    accepted = body.get("accepted")
    if isinstance(accepted, list):
        return accepted
    return [body[name] for name in ("correct", "answer") if name in body]
