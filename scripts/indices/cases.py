"""Which index serves which screen: the real reads and writes, called with ids from the data.

A new index needs its line here; one that is not here, or is here and not in the models, fails the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError

from cozmic.access import assignments, classrooms, failures, once, people, questions
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import Question
from cozmic.reads import (
    account,
    assignment_overview,
    grade_history,
    gradebook,
    ops_classrooms,
    ops_events,
    ops_people,
    pick_questions,
    question,
    roster,
    stream,
    student_assignment,
    student_dashboard,
    teacher_dashboard,
    to_grade,
)  # fmt: skip
from cozmic.reads import (
    assignments as taught,
)
from cozmic.reads import (
    classrooms as own_classes,
)
from cozmic.reads import (
    questions as lists,
)
from cozmic.reads.grading_queue import QueueFilter
from cozmic.reads.ops_classrooms import ClassroomFilter
from cozmic.reads.ops_people import PeopleFilter
from cozmic.reads.paging import Cursor
from cozmic.reads.question_filters import Filters
from cozmic.rules.enums import Role
from cozmic.seed import unload
from cozmic.writes.attempts import list_rows
from cozmic.writes.failures import count_failures
from cozmic.writes.people import touch_person_everywhere
from cozmic.writes.questions import archive_question
from scripts.indices.world import World


class Kind(StrEnum):
    """Why an index is there."""

    HOT = "hot"
    SCREEN = "screen"
    UNIQUE = "unique rule"
    DELETE = "delete"


LEAST = {Kind.HOT: 50.0, Kind.SCREEN: 10.0}
"""How many times slower the query has to be without it."""


@dataclass(frozen=True, slots=True)
class Case:
    """Why one index is there, and which screen's query shows it."""

    kind: Kind
    what: str
    """Words for the page."""
    screen: str | None = None
    """Key of SCREENS; None: no query of ours to measure."""
    also: tuple[str, ...] = ()
    """Further screens; the one that it serves most is shown."""

    @property
    def screens(self) -> tuple[str, ...]:
        """All of them."""
        return () if self.screen is None else (self.screen, *self.also)


Call = Callable[[World], Any]


def _undone(write: Callable[[World], Any]) -> Call:
    """Ask, and take back what was done; what other rows forbid is asked all the same."""

    def call(world: World) -> None:
        with suppress(IntegrityError, Conflict):
            write(world)
        db.session.rollback()

    return call


SCREENS: Mapping[str, Call] = {
    "student dashboard": lambda w: student_dashboard.get_student_dashboard(w.pupil_id, now=w.now),
    "student assignment": lambda w: student_assignment.get_student_assignment(
        w.pupil_id, w.assignment_id, now=w.now
    ),
    "taking": lambda w: list_rows(w.submission_id),
    "teacher dashboard": lambda w: teacher_dashboard.get_teacher_dashboard(
        w.teacher_id, now=w.now, zone=w.zone
    ),
    "teacher's classes": lambda w: own_classes.list_classrooms(w.teacher_id),
    "class: assignments": lambda w: taught.list_taught_assignments(w.classroom_id, now=w.now),
    "class: stream": lambda w: stream.get_stream(w.classroom_id, before="", now=w.now),
    "class: people": lambda w: roster.list_roster(w.classroom_id),
    "class: a pupil's place": lambda w: classrooms.find_place(w.classroom_id, w.pupil_id),
    "gradebook": lambda w: gradebook.get_gradebook(w.classroom_id, sort=gradebook.Sort.NAME, now=w.now),
    "a pupil's grade": lambda w: grade_history.get_grade_page(
        w.classroom_id, w.assignment_id, w.graded_pupil_id, now=w.now
    ),
    "assignment overview": lambda w: assignment_overview.get_assignment_overview(
        w.classroom_id, w.assignment_id, now=w.now
    ),
    "an assignment's questions": lambda w: assignments.list_items(w.assignment_id),
    "to grade, by question": lambda w: to_grade.get_to_grade(
        w.teacher_id, QueueFilter(w.assignment_id, w.item_id), after=None
    ),
    "a question": lambda w: question.get_question_page(w.own_question_id, w.teacher_id),
    "a question to change": _undone(
        lambda w: questions.get_question_to_change(w.own_question_id, w.teacher_id)
    ),
    "a teacher's questions": lambda w: lists.list_questions(w.teacher_id, lists.Shelf.OWN, Filters()),
    "archived questions": lambda w: lists.list_questions(w.teacher_id, lists.Shelf.ARCHIVED, Filters()),
    "pick questions": lambda w: pick_questions.get_pick_page(
        w.draft_classroom_id, w.draft_id, w.draft_teacher_id, Filters(), source=None,
        place=pick_questions.PlaceInList(), now=w.now,
    ),
    "copy an assignment": lambda w: assignments.list_newest_versions([w.revised_question_id]),
    "archive a question": _undone(
        lambda w: archive_question(
            Touched(), db.session.get_one(Question, w.own_question_id), now=w.now
        )
    ),
    "teacher dashboard, 300 pupils": lambda w: teacher_dashboard.get_teacher_dashboard(
        w.large_teacher_id, now=w.now, zone=w.zone
    ),
    "rename a teacher": lambda w: touch_person_everywhere(Touched(), w.teacher_id),
    "join by code": lambda w: classrooms.find_classroom_by_code(w.join_code),
    "sign in": lambda w: failures.get_sign_in_attempt(w.username, device=1, network=-1),
    "a failed sign-in": _undone(
        lambda w: count_failures({failures.Bucket(failures.SIGN_IN, w.pupil_id, -1): 900}, now=w.now)
    ),
    "password reset": lambda w: people.find_person_by_email(w.email),
    "account": lambda w: account.list_sign_ins(w.pupil_id, now=w.now),
    "ops: people": lambda _w: ops_people.list_people(PeopleFilter()),
    "ops: people, further on": lambda w: ops_people.list_people(PeopleFilter(), Cursor(w.pupil_id)),
    "ops: people, pupils": lambda _w: ops_people.list_people(PeopleFilter(role=Role.STUDENT)),
    "ops: people, suspended": lambda _w: ops_people.list_people(PeopleFilter(only_suspended=True)),
    "ops: classes": lambda _w: ops_classrooms.list_all_classrooms(ClassroomFilter()),
    "ops: classes, further on": lambda w: ops_classrooms.list_all_classrooms(
        ClassroomFilter(), Cursor(w.classroom_id)
    ),
    "ops: events": lambda _w: ops_events.list_events(),
    "ops: a person's events": lambda w: ops_events.list_events_of(w.subject_id, most=20),
    "every form: sent twice?": _undone(
        lambda w: once.refuse_second_sending(w.once_key, "")
    ),
    "delete a person": _undone(lambda w: unload.remove_people([w.pupil_id, w.teacher_id])),
    "delete a class": _undone(lambda w: unload.remove_classes([w.classroom_id])),
    "delete a question": _undone(lambda w: unload.remove_questions([w.revised_question_id])),
}  # fmt: skip


CASES: Mapping[str, Case] = {
    "ix_announcements_author_id": Case(Kind.DELETE, "of a person", "delete a person"),
    "ix_announcements_classroom_id_posted_at": Case(Kind.SCREEN, "announcements, newest first", "class: stream"),
    "ix_assignment_items_question_id": Case(Kind.SCREEN, "where a question is used", "archive a question"),
    "ix_assignments_classroom_id_due_at": Case(
        Kind.SCREEN, "a class's assignments by date", "gradebook", ("class: stream",)
    ),
    "ix_audit_events_actor_id": Case(Kind.DELETE, "of a person", "delete a person"),
    "ix_audit_events_classroom_id": Case(Kind.DELETE, "of a class", "delete a class"),
    "ix_audit_events_subject_id": Case(
        Kind.DELETE, "of a person; also the page of a person", "delete a person", ("ops: a person's events",)
    ),
    "ix_classrooms_name": Case(Kind.SCREEN, "classes by name", "ops: classes", ("ops: classes, further on",)),
    "ix_classrooms_teacher_id": Case(
        Kind.SCREEN, "a teacher's classes", "teacher dashboard", ("teacher dashboard, 300 pupils", "rename a teacher")
    ),
    "ix_enrolments_student_id_classroom_id": Case(Kind.HOT, "by pupil: their classes", "student dashboard"),
    "ix_failure_counts_ends_at": Case(Kind.SCREEN, "counts whose time is over go", "a failed sign-in"),
    "ix_grade_changes_changed_by_id": Case(Kind.DELETE, "of a person", "delete a person"),
    "ix_grade_changes_grade_id_changed_at": Case(Kind.SCREEN, "a grade's history", "a pupil's grade"),
    "ix_grades_student_id_assignment_id": Case(Kind.HOT, "by pupil: their grades", "student dashboard"),
    "ix_grades_submission_id": Case(Kind.DELETE, "of an attempt"),
    "ix_invitations_invited_by_id": Case(Kind.DELETE, "of a person", "delete a person"),
    "ix_questions_owner_id_archived_at": Case(Kind.SCREEN, "a teacher's own questions", "a teacher's questions"),
    "ix_questions_previous_id": Case(Kind.SCREEN, "whether there is a newer version", "a question"),
    "ix_responses_graded_by_id": Case(Kind.DELETE, "of a person", "delete a person"),
    "ix_responses_item_id": Case(Kind.SCREEN, "what became of a question's answers", "a question"),
    "ix_sessions_user_id": Case(Kind.SCREEN, "where a person is signed in", "account"),
    "ix_submissions_student_id_assignment_id": Case(Kind.HOT, "by pupil: their attempts", "student dashboard"),
    "ix_submissions_waiting": Case(Kind.SCREEN, "what waits to be graded", "teacher dashboard, 300 pupils"),
    "ix_users_family_name_given_name": Case(
        Kind.SCREEN, "everybody by name", "ops: people", ("ops: people, further on",)
    ),
    "ix_users_role_family_name_given_name": Case(Kind.SCREEN, "people of a role by name", "ops: people, pupils"),
    "ix_users_suspended": Case(Kind.SCREEN, "the suspended by name", "ops: people, suspended"),
    "uq_assignment_items_assignment_id_question_id": Case(
        Kind.HOT, "by assignment: its questions", "an assignment's questions"
    ),
    "uq_audit_events_once_key": Case(Kind.SCREEN, "a form sent twice acts once", "every form: sent twice?"),
    "uq_classrooms_join_code": Case(Kind.SCREEN, "the class of a code", "join by code"),
    "uq_enrolments_classroom_id_student_id": Case(Kind.SCREEN, "a class's roster", "class: people"),
    "uq_grades_assignment_id_student_id": Case(Kind.HOT, "by assignment: its grades", "assignment overview"),
    "uq_questions_skill_id_bank_number": Case(Kind.UNIQUE, "the bank loads twice without doubling; also by skill"),
    "uq_responses_submission_id_item_id": Case(Kind.HOT, "by submission: its answers", "taking"),
    "uq_skills_slug": Case(Kind.UNIQUE, "the bank loads by it"),
    "uq_submissions_assignment_id_student_id_attempt": Case(
        Kind.HOT, "by assignment: its attempts", "assignment overview"
    ),
    "uq_submissions_open": Case(Kind.UNIQUE, "at most one open attempt"),
    "uq_users_email": Case(Kind.SCREEN, "who has an address", "password reset"),
    "uq_users_username": Case(Kind.SCREEN, "who signs in", "sign in"),
}  # fmt: skip
