"""A large school to prove indices on, and ids of typical people and work in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from cozmic.extensions import db

# What a school in use has and a load has not: sign-ins, failed ones, invitations,
# people who are suspended, and the keys of forms that were sent.
FILL = (
    """INSERT INTO sessions (id, user_id, created_at, expires_at, device)
    SELECT id, id, created_at, now() + interval '6 hours', 'Firefox on Linux' FROM users""",
    """INSERT INTO invitations (role, given_name, family_name, email, invited_by_id, created_at, expires_at)
    SELECT 'teacher', 'A', 'B', 'invited' || id || '@load.invalid', id, now(), now()
    FROM users WHERE role = 'teacher'""",
    """INSERT INTO failure_counts (kind, subject, place, failures, ends_at)
    SELECT 'sign-in', id, -id, 2, now() + interval '10 minutes' FROM users""",
    "UPDATE users SET suspended_at = now() WHERE id % 97 = 0",
    "UPDATE audit_events SET once_key = md5(id::text)",
    """UPDATE audit_events SET subject_id = (SELECT max(student_id) FROM enrolments
    WHERE enrolments.classroom_id = audit_events.classroom_id) WHERE verb = 'announce'""",
)
# A teacher in the middle of the list who has work waiting, one of their assignments, and what hangs on it.
PICK = """
SELECT classrooms.teacher_id, classrooms.id AS classroom_id, classrooms.join_code, assignments.id AS assignment_id,
       submissions.id AS submission_id, submissions.student_id AS pupil_id, responses.item_id,
       assignment_items.question_id
FROM submissions
JOIN assignments ON assignments.id = submissions.assignment_id
JOIN classrooms ON classrooms.id = assignments.classroom_id
JOIN responses ON responses.submission_id = submissions.id AND responses.points IS NULL
JOIN assignment_items ON assignment_items.id = responses.item_id
JOIN enrolments ON enrolments.classroom_id = classrooms.id AND enrolments.student_id = submissions.student_id
WHERE submissions.waiting > 0 AND enrolments.removed_at IS NULL
  AND submissions.id > (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM submissions)
ORDER BY submissions.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class World:
    """Ids to ask the screens for."""

    teacher_id: int
    classroom_id: int
    join_code: str
    assignment_id: int
    submission_id: int
    pupil_id: int
    item_id: int
    question_id: int
    own_question_id: int
    revised_question_id: int
    graded_pupil_id: int
    """A pupil with a grade on the assignment."""
    subject_id: int
    """A person whom events are about."""
    draft_id: int
    """An assignment that nobody has started, in draft_classroom_id, of draft_teacher_id."""
    draft_classroom_id: int
    draft_teacher_id: int
    large_teacher_id: int
    """Who teaches one class of 300 pupils."""
    username: str
    email: str
    once_key: str
    now: datetime
    zone: ZoneInfo


def fill() -> None:
    """Add what a load leaves out, and let the server see to its tables as autovacuum would."""
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in FILL:
            connection.execute(text(statement))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("RESET statement_timeout"))


def pick(now: datetime, *, large_teacher_id: int) -> World:
    """Return ids of typical people and work."""
    row = dict(db.session.execute(text(PICK)).mappings().one())

    def one(statement: str, **values: Any) -> Any:
        return db.session.execute(text(statement), values).scalars().first()

    draft = db.session.execute(
        text(
            "SELECT assignments.id, classroom_id, teacher_id FROM assignments "
            "JOIN classrooms ON classrooms.id = classroom_id WHERE published_at IS NULL ORDER BY 1 LIMIT 1"
        )
    ).one()
    world = World(
        **row,
        own_question_id=one(
            "SELECT id FROM questions WHERE owner_id = :id ORDER BY archived_at IS NOT NULL, id", id=row["teacher_id"]
        ),
        revised_question_id=one("SELECT previous_id FROM questions WHERE previous_id IS NOT NULL ORDER BY id LIMIT 1"),
        graded_pupil_id=one(
            "SELECT student_id FROM grades WHERE assignment_id = :id ORDER BY id", id=row["assignment_id"]
        ),
        subject_id=one("SELECT subject_id FROM audit_events WHERE subject_id IS NOT NULL ORDER BY id LIMIT 1"),
        draft_id=draft[0], draft_classroom_id=draft[1], draft_teacher_id=draft[2],
        large_teacher_id=large_teacher_id,
        username=one("SELECT username FROM users WHERE id = :id", id=row["pupil_id"]),
        email=one("SELECT email FROM users WHERE id = :id", id=row["teacher_id"]
        ),
        once_key=one("SELECT once_key FROM audit_events LIMIT 1"),
        now=now,
        zone=ZoneInfo(one("SELECT zone FROM school")),
    )  # fmt: skip
    db.session.rollback()
    return world
