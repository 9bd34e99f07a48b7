"""An attempt as its pupil takes it: the questions without their keys, and the answers so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from cozmic.access.ready import ready
from cozmic.access.work import WINDOW, own_attempt, responses_of, window_of
from cozmic.errors import Invalid, NotFound
from cozmic.models import Assignment, AssignmentItem, Classroom, Response, Submission
from cozmic.reads.met_questions import MetQuestion, get_met_questions
from cozmic.rules import kinds
from cozmic.rules.enums import QuestionKind
from cozmic.rules.work import Window

CHANGED = "This answer was changed meanwhile, on another device or in another tab."
TOO_LATE = "This came after the assignment had closed, so it was not kept."


@dataclass(frozen=True, slots=True)
class Refused:
    """What a page sent for an item and what could not be kept of it."""

    answer: str
    shown_answer: str
    """The same as people read it."""
    message: str
    is_stale: bool
    """Something else was stored meanwhile: sending it once more, with the new version, replaces that."""


@dataclass(frozen=True, slots=True)
class TakeItem:
    """One question in its place. No field holds its key."""

    id: int
    number: int
    points: Decimal
    kind: QuestionKind
    prompt: str
    body: dict[str, object]
    """What the kind lets a pupil see."""
    answer: str | None
    """What is stored; None: nothing yet."""
    shown_answer: str
    """The same as people read it."""
    version: int
    refused: Refused | None
    """None, unless a page came back."""

    @property
    def value(self) -> str | None:
        """What stands in the field: what was sent last, kept or not."""
        return self.refused.answer if self.refused else self.answer


@dataclass(frozen=True, slots=True)
class Taking:
    """All that the page shows."""

    submission_id: int
    attempt: int
    attempts_allowed: int
    assignment_id: int
    title: str
    instructions: str
    classroom_name: str
    is_archived: bool
    window: Window
    takes_work: bool
    """Whether answers are still kept; False once closed (with its moment of grace) or archived."""
    saved_at: datetime
    handed_in_at: datetime | None
    items: tuple[TakeItem, ...]

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The numbers of the questions without a stored answer."""
        return tuple(item.number for item in self.items if item.answer is None)

    @property
    def answered(self) -> int:
        """How many questions have a stored answer."""
        return len(self.items) - len(self.unanswered)

    @property
    def refused(self) -> tuple[TakeItem, ...]:
        """The questions whose answers could not be kept."""
        return tuple(item for item in self.items if item.refused)


def get_taking(
    student_id: int,
    submission_id: int,
    *,
    school_revision: int,
    now: datetime,
    sent: Mapping[int, object] | None = None,
) -> Taking:
    """Return the page in two queries, three the first time that its questions are asked for.

    Raises NotFound unless the attempt is this pupil's, in a class they are in. `sent` are the answers of a page that
    comes back, by item: those that are not what is stored stay in their fields.
    """
    row = _attempt.find_row(student_id=student_id, submission_id=submission_id)
    if row is None:
        raise NotFound("attempt")
    window = window_of(row)
    is_archived = row.archived_at is not None
    takes_work = window.takes_work(now) and not is_archived
    return Taking(
        submission_id=row.id, attempt=row.attempt, attempts_allowed=row.attempts_allowed,
        assignment_id=row.assignment_id, title=row.title, instructions=row.instructions,
        classroom_name=row.classroom_name, is_archived=is_archived, window=window,
        takes_work=takes_work, saved_at=row.saved_at, handed_in_at=row.handed_in_at,
        items=tuple(
            _item(number, answer, question, sent or {}, takes_work=takes_work)
            for number, (answer, question) in enumerate(_list_answers(row.id, school_revision, now=now), start=1)
        ),
    )  # fmt: skip


@ready
def _attempt(student_id: Any, submission_id: Any) -> Any:
    return own_attempt(
        student_id, submission_id, Submission.id, Submission.attempt, Submission.saved_at,
        Submission.handed_in_at, Assignment.id.label("assignment_id"), Assignment.title,
        Assignment.instructions, Assignment.attempts_allowed, *WINDOW, Classroom.name.label("classroom_name"),
        Classroom.archived_at,
    )  # fmt: skip


@ready
def _answers(submission_id: Any) -> Any:
    return responses_of(
        submission_id, AssignmentItem.id, AssignmentItem.points, AssignmentItem.question_id,
        Response.answer, Response.version,
    )  # fmt: skip


def _list_answers(
    submission_id: int, school_revision: int, *, now: datetime
) -> list[tuple[Row[Any], MetQuestion]]:
    answers = _answers.list_rows(submission_id=submission_id)
    ids = [answer.question_id for answer in answers]
    questions = get_met_questions(ids, school_revision, now=now)
    return [(answer, questions[answer.question_id]) for answer in answers]


def _item(
    number: int,
    row: Row[Any],
    question: MetQuestion,
    sent: Mapping[int, object],
    *,
    takes_work: bool,
) -> TakeItem:
    return TakeItem(
        id=row.id, number=number, points=row.points, kind=question.kind, prompt=question.prompt,
        body=kinds.public_body(question.kind, question.body), answer=row.answer,
        shown_answer=kinds.show_answer(question.kind, question.body, row.answer), version=row.version,
        refused=_refused(row, question, sent, takes_work=takes_work),
    )  # fmt: skip


def _refused(
    row: Row[Any], question: MetQuestion, sent: Mapping[int, object], *, takes_work: bool
) -> Refused | None:
    if row.id not in sent:
        return None
    raw = sent[row.id]
    typed = raw if isinstance(raw, str) else ""
    try:
        answer = kinds.clean_answer(question.kind, question.body, raw)
    except Invalid as error:
        return Refused(typed, typed, error.message, is_stale=False)
    if answer == row.answer:
        return None
    shown = kinds.show_answer(question.kind, question.body, answer)
    message = CHANGED if takes_work else TOO_LATE
    return Refused(answer or "", shown, message, is_stale=takes_work)
