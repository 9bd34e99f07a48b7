"""Who may use which route: written from the rules of the design, not from what the code does.

Every endpoint stands here under one right. Whoever adds a route adds it here, or the matrix fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reply(StrEnum):
    """What a person meets at a route."""

    IN = "in"  # whatever the view answers
    LOGIN = "login"  # sent to sign in
    WRONG_ROLE = "403"
    UNKNOWN = "404"  # missing, or not theirs: both look alike


@dataclass(frozen=True, slots=True)
class Right:
    """What each of the cast meets where Ada teaches Ben, and all things in the URL are Ada's or Ben's."""

    stranger: Reply
    ada: Reply
    """The teacher whose class, question or pupil it is."""
    dan: Reply
    """Another teacher."""
    ben: Reply
    """The pupil whose class or work it is."""
    cleo: Reply
    """A pupil elsewhere."""
    root: Reply
    """The admin."""


IN, LOGIN, ROLE, UNKNOWN = Reply.IN, Reply.LOGIN, Reply.WRONG_ROLE, Reply.UNKNOWN
OPEN = Right(IN, IN, IN, IN, IN, IN)
MACHINES = Right(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)  # without their token
SIGNED_IN = Right(LOGIN, IN, IN, IN, IN, IN)
PUPILS = Right(LOGIN, ROLE, ROLE, IN, IN, ROLE)
OWN_WORK = Right(LOGIN, ROLE, ROLE, IN, UNKNOWN, ROLE)
TEACHERS = Right(LOGIN, IN, IN, ROLE, ROLE, ROLE)
OWN_AS_TEACHER = Right(LOGIN, IN, UNKNOWN, ROLE, ROLE, ROLE)
CLASS = Right(LOGIN, IN, UNKNOWN, IN, UNKNOWN, ROLE)
CLASS_TEACHER = Right(LOGIN, IN, UNKNOWN, ROLE, UNKNOWN, ROLE)
ADMINS = Right(LOGIN, ROLE, ROLE, ROLE, ROLE, IN)

RIGHTS: dict[Right, tuple[str, ...]] = {
    OPEN: (
        "auth.login", "auth.sign_in", "auth.join", "auth.join_class", "auth.forgot", "auth.send_reset",
        "auth.reset", "auth.reset_password", "auth.reset_sent", "auth.invitation", "auth.accept_invitation",
        "health.healthz", "health.readyz",
    ),
    MACHINES: ("health.metrics",),
    SIGNED_IN: (
        "auth.home", "auth.sign_out", "auth.sign_out_everywhere", "auth.account",
        "auth.change_password", "auth.change_email", "auth.end_session", "auth.joined",
    ),
    PUPILS: ("student.dashboard", "student.assignments", "student.progress"),
    OWN_WORK: (
        "student.assignment", "student.start", "student.take", "student.save_answer", "student.save_answers",
        "student.hand_in", "student.result",
    ),
    TEACHERS: (
        "teacher.dashboard", "teacher.classrooms", "teacher.new_classroom", "teacher.create_classroom",
        "teacher.questions", "teacher.new_question", "teacher.create_question", "teacher.preview_new_question",
        "teacher.to_grade",
    ),
    OWN_AS_TEACHER: (
        "teacher.question", "teacher.edit_question", "teacher.save_question", "teacher.archive_question",
        "teacher.restore_question", "teacher.copy_question", "teacher.preview_question",
        "teacher.grade_response", "teacher.give_points",
    ),
    CLASS: ("classroom.stream", "classroom.assignments"),
    CLASS_TEACHER: (
        "classroom.announce", "classroom.take_back_announcement", "classroom.people", "classroom.add_pupil",
        "classroom.create_pupil", "classroom.paste_pupils", "classroom.preview_pupils", "classroom.create_pupils",
        "classroom.remove_pupil", "classroom.bring_back_pupil",
        "classroom.reset_pupil_password", "classroom.rename_pupil", "classroom.choose_for_cards",
        "classroom.create_cards", "classroom.pupil", "classroom.settings", "classroom.rename",
        "classroom.archive", "classroom.restore", "classroom.rotate_code", "classroom.new_assignment",
        "classroom.create_assignment", "classroom.assignment", "classroom.edit_assignment",
        "classroom.save_assignment", "classroom.pick_questions", "classroom.add_items", "classroom.remove_item",
        "classroom.move_item", "classroom.set_item_points", "classroom.publish", "classroom.unpublish",
        "classroom.delete_draft", "classroom.preview_assignment", "classroom.copy_to", "classroom.make_copy",
        "classroom.release_grades", "classroom.hold_grades", "classroom.collect_open_work",
        "classroom.gradebook", "classroom.gradebook_csv", "classroom.grade", "classroom.set_grade",
        "classroom.use_attempts", "classroom.comment_grade", "classroom.release_grade", "classroom.hold_grade",
        "classroom.submission",
    ),
    ADMINS: (
        "ops.home", "ops.people", "ops.person", "ops.change_name", "ops.change_email", "ops.classroom",
        "ops.suspend", "ops.reinstate", "ops.reset_password", "ops.classrooms",
        "ops.hand_over_classroom", "ops.invitations", "ops.invite", "ops.withdraw_invitation",
        "ops.school", "ops.save_school", "ops.events",
    ),
}  # fmt: skip
RIGHT_OF = {endpoint: right for right, endpoints in RIGHTS.items() for endpoint in endpoints}
