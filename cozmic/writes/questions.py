"""Questions: written, copied, changed, archived, restored. What pupils have met never changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update

from cozmic.caching.touched import Touched
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, Question, Response, Submission, User
from cozmic.rules.enums import QuestionKind
from cozmic.rules.kinds import check_body
from cozmic.writes.audit import record

MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """All that a teacher says of a question."""

    kind: QuestionKind
    prompt: str
    body: dict[str, object]
    explanation: str
    hints: list[str]
    difficulty: int
    skill_id: int | None


def write_question(
    touched: Touched, owner_id: int, draft: QuestionDraft, *, once_key: str, now: datetime
) -> Question:
    """Add a question of a teacher's own; raise Conflict where the same form has done so, Invalid for a bad body."""
    check_body(draft.kind, draft.body)
    # The same form sent twice at once: the second waits here, then finds its key used.
    db.session.get_one(User, owner_id, with_for_update={"key_share": True})
    question = Question(owner_id=owner_id, created_at=now, **asdict(draft))
    db.session.add(question)
    db.session.flush()
    record(
        "write_question", now=now, actor_id=owner_id, once_key=once_key,
        detail=f"question {question.id}",
    )  # fmt: skip
    touched.person(owner_id)
    return question


def copy_question(
    touched: Touched, source: Question, owner_id: int, *, once_key: str, now: datetime
) -> Question:
    """Make a teacher's own copy; raise Conflict where the same button has been pressed already."""
    return write_question(touched, owner_id, _draft_of(source), once_key=once_key, now=now)


def change_question(
    touched: Touched, question: Question, draft: QuestionDraft, *, now: datetime
) -> Question:
    """Change a question, and return the version that holds from now on. Raises Invalid for a bad body.

    Nobody has met it: it changes in place. Otherwise a new version takes its place, also on assignments that nobody
    has started, and the old one stays where pupils met it. No change makes no version. The caller has locked it.
    """
    check_body(question.kind, draft.body)
    if draft == _draft_of(question):
        return question
    _keep_from_starting(question.id)
    if not _is_met(question.id):
        for name, value in asdict(draft).items():
            setattr(question, name, value)
        _touch(touched, question)
        return question
    newer = Question(
        owner_id=question.owner_id, previous_id=question.id, created_at=now, **asdict(draft)
    )
    db.session.add(newer)
    question.archived_at = now
    db.session.flush()
    _take_place(question.id, newer.id)
    _touch(touched, newer)
    return newer


def archive_question(touched: Touched, question: Question, *, now: datetime) -> None:
    """Take a question out of what may be picked; where it is on an assignment it stays. Twice is the same as once."""
    question.archived_at = question.archived_at or now
    _touch(touched, question)


def restore_question(touched: Touched, question: Question) -> None:
    """Let a question be picked again. The caller has refused old versions."""
    question.archived_at = None
    _touch(touched, question)


def _draft_of(question: Question) -> QuestionDraft:
    return QuestionDraft(
        kind=question.kind, prompt=question.prompt, body=question.body,
        explanation=question.explanation, hints=question.hints, difficulty=question.difficulty,
        skill_id=question.skill_id,
    )  # fmt: skip


def _keep_from_starting(question_id: int) -> None:
    """Lock the assignments with this question that nobody has started, so that nobody starts one meanwhile."""
    db.session.execute(
        select(Assignment.id)
        .join(AssignmentItem, AssignmentItem.assignment_id == Assignment.id)
        .where(AssignmentItem.question_id == question_id, ~_is_started())
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
    ).all()


def _is_started() -> ColumnElement[bool]:
    return exists().where(Submission.assignment_id == AssignmentItem.assignment_id)


def _is_met(question_id: int) -> bool:
    """Whether any attempt holds a response to it, answered or not: the pupil has seen it."""
    statement = (
        select(Response.id)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .where(AssignmentItem.question_id == question_id)
        .limit(1)
    )
    return db.session.execute(statement).first() is not None


def _take_place(old_id: int, new_id: int) -> None:
    db.session.execute(
        update(AssignmentItem)
        .where(AssignmentItem.question_id == old_id, ~_is_started())
        .values(question_id=new_id)
        .execution_options(synchronize_session=False)
    )


def _touch(touched: Touched, question: Question) -> None:
    """Its teacher's own screens change, and what the classes read that have it on an assignment."""
    if question.owner_id is not None:
        touched.person(question.owner_id)
    statement = (
        select(Assignment.classroom_id)
        .join(AssignmentItem, AssignmentItem.assignment_id == Assignment.id)
        .where(AssignmentItem.question_id == question.id)
        .distinct()
    )
    for classroom_id in db.session.execute(statement).scalars():
        touched.posts(classroom_id)
