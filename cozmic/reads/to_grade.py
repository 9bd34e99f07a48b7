"""What waits for the teacher across classes, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from cozmic.extensions import db
from cozmic.models import (
    Assignment,
    AssignmentItem,
    Classroom,
    Enrolment,
    Question,
    Response,
    Submission,
    User,
)
from cozmic.reads.grading_queue import QueueFilter, is_behind, select_queue, select_waiting
from cozmic.rules import kinds
from cozmic.rules.names import full_name, initials_of

PAGE_SIZE = 25
SNIPPET = 160


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question with answers that wait."""

    item_id: int
    position: int
    prompt: str
    answers: int


@dataclass(frozen=True, slots=True)
class WaitingAssignment:
    """An assignment with answers that wait; its questions in their order."""

    assignment_id: int
    title: str
    classroom_id: int
    classroom_name: str
    questions: tuple[WaitingQuestion, ...]
    oldest_at: datetime

    @property
    def answers(self) -> int:
        """Answers that wait."""
        return sum(question.answers for question in self.questions)


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """One answer that waits."""

    response_id: int
    student_id: int
    name: str
    initials: str
    classroom_name: str
    title: str
    position: int
    is_removed: bool
    """The pupil is no longer in the class."""
    handed_in_at: datetime
    snippet: str
    """How the answer begins."""


@dataclass(frozen=True, slots=True)
class ToGrade:
    """The page: groups over everything that waits, and one page of answers in the filter."""

    groups: tuple[WaitingAssignment, ...]
    """Oldest hand-in first."""
    chosen: QueueFilter
    answers: tuple[WaitingAnswer, ...]
    is_first_page: bool
    next_after: int | None
    """The response to go on after; None: this is the last page."""

    @property
    def total(self) -> int:
        """Answers waiting in all."""
        return sum(group.answers for group in self.groups)

    @property
    def group(self) -> WaitingAssignment | None:
        """The assignment of the filter, while something of it waits."""
        wanted = self.chosen.assignment_id
        return next((one for one in self.groups if one.assignment_id == wanted), None)

    @property
    def question(self) -> WaitingQuestion | None:
        """The question of the filter, while something of it waits."""
        questions = self.group.questions if self.group else ()
        return next((one for one in questions if one.item_id == self.chosen.item_id), None)

    @property
    def in_filter(self) -> int:
        """Answers waiting in the filter."""
        if self.chosen.item_id is not None:
            return self.question.answers if self.question else 0
        if self.chosen.assignment_id is not None:
            return self.group.answers if self.group else 0
        return self.total


def get_to_grade(teacher_id: int, chosen: QueueFilter, *, after: int | None) -> ToGrade:
    """Return what waits in the teacher's current classes. Two queries.

    Pages go by key: `after` is the response that ended the page before.
    """
    rows = db.session.execute(_page(teacher_id, chosen, after).limit(PAGE_SIZE + 1)).all()
    answers = tuple(_answer(row) for row in rows[:PAGE_SIZE])
    return ToGrade(
        groups=_list_groups(teacher_id),
        chosen=chosen,
        answers=answers,
        is_first_page=after is None,
        next_after=answers[-1].response_id if len(rows) > PAGE_SIZE else None,
    )


def _page(teacher_id: int, chosen: QueueFilter, after: int | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select_queue(select(), teacher_id, chosen)
        .add_columns(
            Response.id.label("response_id"), Response.answer, Submission.student_id, User.given_name,
            User.family_name, Classroom.name.label("classroom_name"), Assignment.title,
            AssignmentItem.position, Question.kind, Question.body, Enrolment.id.label("place_id"),
            Submission.handed_in_at,
        )
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(User, User.id == Submission.student_id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.classroom_id == Classroom.id,
                Enrolment.student_id == Submission.student_id,
                Enrolment.removed_at.is_(None),
            ),
        )
    )  # fmt: skip
    return statement if after is None else statement.where(is_behind(after))


def _answer(row: Row[Any]) -> WaitingAnswer:
    shown = kinds.show_answer(row.kind, row.body, row.answer)
    snippet = " ".join(shown[: 2 * SNIPPET].split())
    return WaitingAnswer(
        response_id=row.response_id,
        student_id=row.student_id,
        name=full_name(row.given_name, row.family_name),
        initials=initials_of(row.given_name, row.family_name),
        classroom_name=row.classroom_name,
        title=row.title,
        position=row.position,
        is_removed=row.place_id is None,
        handed_in_at=row.handed_in_at,
        snippet=snippet if len(snippet) <= SNIPPET else snippet[: SNIPPET - 1].rstrip() + "…",
    )


def _list_groups(teacher_id: int) -> tuple[WaitingAssignment, ...]:
    statement = (
        select_waiting(select(), teacher_id, QueueFilter())
        .add_columns(
            Assignment.id.label("assignment_id"), Assignment.title, Assignment.classroom_id,
            Classroom.name.label("classroom_name"), AssignmentItem.id.label("item_id"),
            AssignmentItem.position, Question.prompt, func.count().label("answers"),
            func.min(Submission.handed_in_at).label("oldest_at"),
        )
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .group_by(Assignment.id, Classroom.id, AssignmentItem.id, Question.id)
        .order_by(Assignment.id, AssignmentItem.position, AssignmentItem.id)
    )  # fmt: skip
    return tuple(
        sorted(
            _group(db.session.execute(statement).all()),
            key=lambda group: (group.oldest_at, group.assignment_id),
        )
    )


def _group(rows: Iterable[Row[Any]]) -> list[WaitingAssignment]:
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.assignment_id, []).append(row)
    return [
        WaitingAssignment(
            assignment_id=assignment_id,
            title=rows[0].title,
            classroom_id=rows[0].classroom_id,
            classroom_name=rows[0].classroom_name,
            questions=tuple(
                WaitingQuestion(row.item_id, row.position, row.prompt, row.answers) for row in rows
            ),
            oldest_at=min(row.oldest_at for row in rows),
        )
        for assignment_id, rows in grouped.items()
    ]
