"""One assignment for its teacher: where each pupil stands, and how each question went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Subquery, case, func, select

from cozmic.extensions import db
from cozmic.models import (
    AssignmentItem,
    Enrolment,
    Grade,
    Question,
    Response,
    Skill,
    Submission,
    User,
)
from cozmic.reads.assignment_facts import AssignmentFacts, get_assignment_facts
from cozmic.rules.enums import Outcome, QuestionKind, WorkState
from cozmic.rules.names import find_namesakes, full_name, initials_of, name_order
from cozmic.rules.scoring import percent
from cozmic.rules.work import Standing, Window, work_state


@dataclass(frozen=True, slots=True)
class PupilStanding:
    """One pupil on the roster."""

    student_id: int
    name: str
    username: str
    initials: str
    state: WorkState
    attempts: int
    """Handed in."""
    submission_id: int | None
    """The latest attempt that was handed in; None: none yet."""
    handed_in_at: datetime | None
    is_late: bool
    """The attempt that counts, or the latest one before there is a grade."""
    points: Decimal | None
    """None: not graded yet."""
    waiting: int
    """Answers that wait for the teacher."""
    has_open_attempt: bool


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """One question, over the latest attempt that each pupil on the roster has handed in."""

    id: int
    question_id: int
    position: int
    kind: QuestionKind
    prompt: str
    skill: str | None
    points: Decimal
    marked: int
    """Answers that have been marked, blank ones among them."""
    right: int
    waiting: int

    @property
    def percent_right(self) -> int | None:
        """Whole percentage of marked answers that are right; None: nothing marked yet."""
        return percent(Decimal(self.right), Decimal(self.marked)) if self.marked else None


@dataclass(frozen=True, slots=True)
class AssignmentOverview:
    """All that the page shows; pupils by name, items in their order."""

    facts: AssignmentFacts
    items: tuple[ItemStanding, ...]
    pupils: tuple[PupilStanding, ...]
    takes_work: bool

    @property
    def left_open(self) -> int:
        """Pupils whose attempt is still open though no work is taken any more."""
        return 0 if self.takes_work else sum(pupil.has_open_attempt for pupil in self.pupils)

    @property
    def handed_in(self) -> int:
        """Pupils who have handed in, or have a grade without."""
        done = {WorkState.HANDED_IN, WorkState.HELD, WorkState.GRADED}
        return sum(pupil.state in done for pupil in self.pupils)

    @property
    def expected(self) -> int:
        """Pupils from whom work is expected: all but those who joined when it was due already."""
        return sum(pupil.state is not WorkState.EXCUSED for pupil in self.pupils)

    @property
    def namesakes(self) -> frozenset[str]:
        """The names of more than one pupil."""
        return find_namesakes(pupil.name for pupil in self.pupils)

    @property
    def to_grade(self) -> int:
        """Answers that wait for the teacher."""
        return sum(pupil.waiting for pupil in self.pupils)

    @property
    def held(self) -> int:
        """Grades that their pupils do not see yet."""
        return sum(pupil.state is WorkState.HELD for pupil in self.pupils)

    @property
    def released(self) -> int:
        """Grades that their pupils see."""
        return sum(pupil.state is WorkState.GRADED for pupil in self.pupils)

    @property
    def average_percent(self) -> int | None:
        """Mean over the pupils with a grade; None: nobody has one."""
        given = [pupil.points for pupil in self.pupils if pupil.points is not None]
        if not given or not self.facts.max_points:
            return None
        return percent(sum(given, Decimal(0)), self.facts.max_points * len(given))


def get_assignment_overview(
    classroom_id: int, assignment_id: int, *, now: datetime
) -> AssignmentOverview:
    """Return the page of an assignment in a class that the viewer teaches. Four queries; raises NotFound."""
    facts = get_assignment_facts(classroom_id, assignment_id, now=now)
    return AssignmentOverview(
        facts=facts,
        items=_list_items(facts),
        pupils=_list_pupils(facts, now) if facts.is_published or facts.has_work else (),
        takes_work=facts.is_published and facts.window.takes_work(now),
    )


def _list_pupils(facts: AssignmentFacts, now: datetime) -> tuple[PupilStanding, ...]:
    attempts = _list_attempts(facts.id)
    statement = (
        select(
            User.id, User.given_name, User.family_name, User.username, Grade.points, Grade.released_at,
            Grade.submission_id, Enrolment.joined_at,
        )
        .join(Enrolment, Enrolment.student_id == User.id)
        .outerjoin(Grade, (Grade.student_id == User.id) & (Grade.assignment_id == facts.id))
        .where(Enrolment.classroom_id == facts.classroom_id, Enrolment.removed_at.is_(None))
    )  # fmt: skip
    rows = sorted(db.session.execute(statement), key=_by_name)
    return tuple(_stand(row, attempts[row.id], facts.window, now) for row in rows)


def _by_name(row: Any) -> tuple[str, str, int]:
    return name_order(row.given_name, row.family_name, row.id)


def _list_attempts(assignment_id: int) -> dict[int, list[Any]]:
    """List all attempts by pupil, in their order."""
    statement = (
        select(
            Submission.id, Submission.student_id, Submission.handed_in_at, Submission.is_late,
            Submission.waiting,
        )
        .where(Submission.assignment_id == assignment_id)
        .order_by(Submission.student_id, Submission.attempt)
    )  # fmt: skip
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        grouped[row.student_id].append(row)
    return grouped


def _stand(row: Any, attempts: Sequence[Any], window: Window, now: datetime) -> PupilStanding:
    handed_in = [attempt for attempt in attempts if attempt.handed_in_at is not None]
    standing = Standing(
        attempts_handed_in=len(handed_in), has_open_attempt=len(handed_in) < len(attempts),
        is_graded=row.points is not None, is_released=row.released_at is not None, joined_at=row.joined_at,
    )  # fmt: skip
    latest = handed_in[-1] if handed_in else None
    counts = next((one for one in handed_in if one.id == row.submission_id), latest)
    return PupilStanding(
        student_id=row.id,
        name=full_name(row.given_name, row.family_name),
        username=row.username,
        initials=initials_of(row.given_name, row.family_name),
        state=work_state(window, standing, now),
        attempts=len(handed_in),
        submission_id=latest.id if latest else None,
        handed_in_at=latest.handed_in_at if latest else None,
        is_late=bool(counts and counts.is_late),
        points=row.points,
        waiting=sum(one.waiting for one in handed_in),
        has_open_attempt=standing.has_open_attempt,
    )


def _list_items(facts: AssignmentFacts) -> tuple[ItemStanding, ...]:
    answers = _answers(facts)
    statement = (
        select(
            AssignmentItem.id, AssignmentItem.question_id, AssignmentItem.position, Question.kind,
            Question.prompt, Skill.name.label("skill"), AssignmentItem.points,
            func.coalesce(answers.c.marked, 0).label("marked"),
            func.coalesce(answers.c.right, 0).label("right"),
            func.coalesce(answers.c.waiting, 0).label("waiting"),
        )
        .join(Question, Question.id == AssignmentItem.question_id)
        .outerjoin(Skill, Skill.id == Question.skill_id)
        .outerjoin(answers, answers.c.item_id == AssignmentItem.id)
        .where(AssignmentItem.assignment_id == facts.id)
        .order_by(AssignmentItem.position, AssignmentItem.id)
    )  # fmt: skip
    return tuple(ItemStanding(**row._asdict()) for row in db.session.execute(statement))


def _answers(facts: AssignmentFacts) -> Subquery:
    """Count, per item, the answers of the latest attempts handed in by pupils on the roster."""
    latest = (
        select(Submission.student_id, func.max(Submission.attempt).label("attempt"))
        .join(Enrolment, Enrolment.student_id == Submission.student_id)
        .where(
            Submission.assignment_id == facts.id,
            Submission.handed_in_at.is_not(None),
            Enrolment.classroom_id == facts.classroom_id,
            Enrolment.removed_at.is_(None),
        )
        .group_by(Submission.student_id)
        .subquery()
    )
    waits = Response.outcome.in_([outcome for outcome in Outcome if outcome.waits])
    return (
        select(
            Response.item_id,
            func.sum(case((waits, 0), else_=1)).label("marked"),
            func.sum(case((Response.outcome == Outcome.CORRECT, 1), else_=0)).label("right"),
            func.sum(case((waits, 1), else_=0)).label("waiting"),
        )
        .join(Submission, Submission.id == Response.submission_id)
        .join(
            latest,
            (latest.c.student_id == Submission.student_id)
            & (latest.c.attempt == Submission.attempt),
        )
        .where(Submission.assignment_id == facts.id)
        .group_by(Response.item_id)
        .subquery()
    )
