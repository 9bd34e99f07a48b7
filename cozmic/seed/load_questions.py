"""The questions that a load asks, each with answers as pupils give them, judged beforehand by the real rules."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from cozmic.extensions import db
from cozmic.models import Question, Skill
from cozmic.rules.enums import Outcome, QuestionKind, Subject
from cozmic.rules.kinds import grade
from cozmic.seed.demo_answers import make_answer
from cozmic.seed.demo_plan import DemoPlan
from cozmic.seed.load_sink import Sink

DRAWS = 16
FEWEST_OWN, MOST_OWN = 2, 6
REVISED, ARCHIVED = 0.2, 0.1
Answer = tuple[str | None, Outcome]
"""As JSON, and what the rule says of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the bank, or a teacher's copy of one, with a choice of answers."""

    id: int
    skill_id: int
    skill: str
    """Its name."""
    subject: Subject
    grade: int
    kind: QuestionKind
    difficulty: int
    right: Sequence[Answer]
    """Also whatever was written, where the teacher judges it."""
    wrong: Sequence[Answer]
    texts: tuple[str, str, str, str]
    """Prompt, body, explanation and hints, as they are stored."""

    @property
    def is_essay(self) -> bool:
        """Whether every answer waits for the teacher."""
        return self.kind is QuestionKind.ESSAY


def read_questions(plan: DemoPlan, dice: Random) -> list[Known]:
    """Return the starter bank's questions in the order of their ids. One query."""
    statement = (
        select(Question, Skill)
        .join(Skill, Skill.id == Question.skill_id)
        .where(Question.owner_id.is_(None), Question.archived_at.is_(None))
        .order_by(Skill.slug, Question.bank_number)
    )
    return [_know(one, skill, plan, dice) for one, skill in db.session.execute(statement).all()]


def _know(question: Question, skill: Skill, plan: DemoPlan, dice: Random) -> Known:
    if question.kind is QuestionKind.ESSAY:
        right = [*plan.essays.get(skill.slug, plan.praise)]
        wrong = right
    else:
        right = [
            make_answer(question.kind, question.body, dice, is_right=True) for _ in range(DRAWS)
        ]
        wrong = [make_answer(question.kind, question.body, dice, is_right=False) for _ in range(DRAWS)]  # fmt: skip
    return Known(
        id=question.id, skill_id=skill.id, skill=skill.name, subject=skill.subject, grade=skill.grade,
        kind=question.kind, difficulty=question.difficulty, right=_judged(question, right),
        wrong=_judged(question, wrong),
        texts=(
            question.prompt, json.dumps(question.body), question.explanation, json.dumps(question.hints),
        ),
    )  # fmt: skip


def _judged(question: Question, answers: list[str]) -> list[Answer]:
    kind, body = question.kind, question.body
    return [(json.dumps(answer), grade(kind, body, answer).outcome) for answer in answers]


def by_subject(questions: Sequence[Known]) -> dict[Subject, list[Known]]:
    """Return the questions of each subject."""
    grouped: dict[Subject, list[Known]] = defaultdict(list)
    for question in questions:
        grouped[question.subject].append(question)
    return grouped


def write_own_questions(
    sink: Sink, teacher_id: int, known: Sequence[Known], dice: Random, *, begun: datetime
) -> list[Known]:
    """Give a teacher copies of a few questions, some with an older version; return what they pick from.

    It is the bank, with the copies in place of what they were copied from.
    """
    picked = {one.id for one in dice.sample(known, min(dice.randint(FEWEST_OWN, MOST_OWN), len(known)))}  # fmt: skip
    pool = []
    for question in known:
        if question.id not in picked:
            pool.append(question)
            continue
        previous_id, written_at = None, begun - timedelta(days=dice.randint(1, 20))
        if dice.random() < REVISED:
            revised_at = written_at + timedelta(hours=20)
            previous_id = _write(
                sink, teacher_id, question, None, written_at, archived_at=revised_at
            )
            written_at = revised_at
        is_archived = dice.random() < ARCHIVED
        archived_at = written_at + timedelta(hours=9) if is_archived else None
        own_id = _write(
            sink, teacher_id, question, previous_id, written_at, archived_at=archived_at
        )
        pool.append(question if is_archived else replace(question, id=own_id))
    return pool


def _write(
    sink: Sink, teacher_id: int, question: Known, previous_id: int | None, written_at: datetime,
    *, archived_at: datetime | None,
) -> int:  # fmt: skip
    own_id = sink.next_id(Question)
    prompt, body, explanation, hints = question.texts
    values: tuple[Any, ...] = (
        own_id, teacher_id, question.skill_id, question.kind.value, prompt, body, explanation, hints,
        question.difficulty, previous_id, written_at, archived_at,
    )  # fmt: skip
    sink.rows(Question).append(values)
    return own_id
