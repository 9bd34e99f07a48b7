"""A class of any size with work of every state, for counting what screens ask of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    Grade,
    GradeChange,
    Response,
    Submission,
    UserSession,
)
from cozmic.rules.enums import Outcome, QuestionKind, Role
from cozmic.transaction import transaction
from cozmic.writes.audit import record
from tests.factories import (
    LONG_AGO,
    Cast,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_skill,
    make_user,
)


@dataclass(slots=True)
class Crowd:
    """Everything that was made, so that more can be added."""

    cast: Cast
    student_ids: list[int] = field(default_factory=list)
    assignment_ids: list[int] = field(default_factory=list)

    def grow(self, size: int) -> None:
        """Add pupils, classes, assignments, work, grades, questions, announcements and events: `size` of each."""
        pupils = [make_user(Role.STUDENT, f"Pupil{n}", family_name="Grown") for n in range(size)]
        for pupil in pupils:
            enrol(self.cast.ada_class, pupil)
        self.student_ids += pupils
        for n in range(size):
            self._add_assignment(n)
            other = make_classroom(self.cast.ada, f"Other {n}")
            enrol(other, self.cast.ben)
            self._add_small_things(n)
        for assignment_id in self.assignment_ids:
            for student_id in [self.cast.ben, *self.student_ids]:
                self._add_work(assignment_id, student_id)

    def _add_assignment(self, n: int) -> None:
        skill_id = make_skill()
        questions = [
            make_question(kind, owner_id=self.cast.ada, skill_id=skill_id) for kind in QuestionKind
        ]
        due_at = get_now() + timedelta(hours=2 if n % 2 else -50)
        assignment_id = make_assignment(
            self.cast.ada_class, questions, opens_at=LONG_AGO, due_at=due_at, attempts_allowed=2
        )
        self.assignment_ids.append(assignment_id)
        make_assignment(self.cast.ada_class, questions, published_at=None)

    def _add_small_things(self, n: int) -> None:
        now = get_now()
        with transaction():
            db.session.add(
                Announcement(
                    classroom_id=self.cast.ada_class,
                    author_id=self.cast.ada,
                    body=f"Note {n}",
                    posted_at=now,
                )
            )
            record("suspend", now=now, actor_id=self.cast.root, subject_id=self.cast.ben)
            for user_id in (self.cast.ada, self.cast.ben, self.cast.root):
                db.session.add(
                    UserSession(
                        id=10_000_000 * user_id + len(self.student_ids) * 100 + n, user_id=user_id,
                        created_at=now, expires_at=now + timedelta(hours=9), device="Test",
                    )
                )  # fmt: skip

    def _add_work(self, assignment_id: int, student_id: int) -> None:
        """A handed-in attempt with a doubtful answer for every other pupil, graded for the rest; once."""
        exists = select(Submission.id).where(
            Submission.assignment_id == assignment_id, Submission.student_id == student_id
        )
        if db.session.execute(exists).first():
            return
        now, is_waiting = get_now(), student_id % 2 == 0
        with transaction():
            items = db.session.execute(
                select(AssignmentItem.id, Assignment.max_points)
                .join(Assignment, Assignment.id == AssignmentItem.assignment_id)
                .where(Assignment.id == assignment_id)
            ).all()
            submission = Submission(
                assignment_id=assignment_id, student_id=student_id, attempt=1, started_at=now, saved_at=now,
                handed_in_at=now, is_late=False, waiting=int(is_waiting),
                points=None if is_waiting else Decimal(len(items)),
            )  # fmt: skip
            db.session.add(submission)
            db.session.flush()
            for place, item in enumerate(items):
                waits = is_waiting and place == 0
                db.session.add(
                    Response(
                        submission_id=submission.id, item_id=item.id, answer="Paris", version=1, comment="",
                        outcome=Outcome.UNGRADED if waits else Outcome.CORRECT,
                        points=None if waits else Decimal(1),
                    )
                )  # fmt: skip
            self._add_grade(submission)

    def _add_grade(self, submission: Submission) -> None:
        has_points = submission.points is not None
        grade = Grade(
            assignment_id=submission.assignment_id, student_id=submission.student_id,
            submission_id=submission.id if has_points else None, points=submission.points, is_by_hand=False,
            comment="", graded_at=submission.handed_in_at if has_points else None,
            released_at=submission.handed_in_at if has_points else None,
        )  # fmt: skip
        db.session.add(grade)
        db.session.flush()
        db.session.add(
            GradeChange(
                grade_id=grade.id, changed_at=submission.handed_in_at, to_points=grade.points, reason="Handed in"
            )
        )  # fmt: skip
