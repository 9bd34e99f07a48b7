"""What the questions of an attempt say, from the cache: pupils have met them, so they never change again.

An edit of a question that somebody has met makes a new version with an id of its own (writes/questions.py), and while
nobody has met it no attempt holds it. A class that takes an assignment reads its questions from the database once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cozmic.caching.values import remember
from cozmic.extensions import db
from cozmic.models import Question
from cozmic.rules.enums import QuestionKind

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MetQuestion:
    """A version of a question that an attempt holds; with its key, so nothing to be sent as it is."""

    id: int
    kind: QuestionKind
    prompt: str
    body: dict[str, Any]
    explanation: str


def get_met_questions(
    ids: Sequence[int], school_revision: int, *, now: datetime
) -> dict[int, MetQuestion]:
    """Return questions that attempts hold, by id: from the cache for a day, or by one query.

    Under the school's revision, which a restored or copied database sets: ids return there.
    """
    wanted = sorted(set(ids))
    name = hashlib.blake2b(" ".join(map(str, wanted)).encode(), digest_size=16).hexdigest()
    rows = remember(
        f"questions:{name}", school_revision, kept_for=KEPT_FOR, now=now, compute=lambda: _select(wanted)
    )  # fmt: skip
    return {row["id"]: MetQuestion(**{**row, "kind": QuestionKind(row["kind"])}) for row in rows}


def _select(ids: Sequence[int]) -> list[dict[str, Any]]:
    statement = select(
        Question.id, Question.kind, Question.prompt, Question.body, Question.explanation
    ).where(Question.id.in_(ids))
    return [row._asdict() for row in db.session.execute(statement)]
