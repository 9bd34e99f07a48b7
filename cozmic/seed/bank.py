"""The starter bank: the TOML files of bank/, one a skill, loaded as questions that every teacher sees."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cozmic.caching.touched import Touched
from cozmic.extensions import db, insert_or
from cozmic.models import Question, Skill
from cozmic.rules.enums import QuestionKind, Subject
from cozmic.rules.kinds import check_body

FOLDER = Path(__file__).with_name("bank")


def load_bank(touched: Touched, now: datetime) -> None:
    """Load every skill and question that is not there yet; loading twice changes nothing.

    A question is known by its skill and its place in the file. Raises Invalid for a body that no rule could grade.
    """
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        skill_id = _add_skill(data["skill"])
        for number, question in enumerate(data["question"], start=1):
            _add_question(skill_id, number, question, now)
    touched.school()


def _add_skill(skill: dict[str, Any]) -> int:
    values = {
        "slug": skill["slug"],
        "subject": Subject(skill["subject"]),
        "grade": skill["grade"],
        "code": skill.get("code"),
        "name": skill["name"],
    }
    db.session.execute(insert_or(Skill).values(values).on_conflict_do_nothing())
    return db.session.execute(select(Skill.id).where(Skill.slug == skill["slug"])).scalar_one()


def _add_question(skill_id: int, number: int, question: dict[str, Any], now: datetime) -> None:
    kind = QuestionKind(question["kind"])
    check_body(kind, question["body"])
    values = {
        "owner_id": None,
        "skill_id": skill_id,
        "bank_number": number,
        "kind": kind,
        "prompt": question["prompt"].strip(),
        "body": question["body"],
        "explanation": question["explanation"],
        "hints": question["hints"],
        "difficulty": question["difficulty"],
        "created_at": now,
    }
    db.session.execute(insert_or(Question).values(values).on_conflict_do_nothing())
