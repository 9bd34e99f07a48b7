"""Assignments drafted, changed, published, copied: what changes, and whose screens are touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from cozmic.access.assignments import (
    get_assignment_to_change,
    get_assignment_to_copy,
    get_untouched_assignment,
    list_items,
    list_newest_versions,
)
from cozmic.access.classrooms import get_open_classroom
from cozmic.access.clock import get_now
from cozmic.caching.touched import Touched
from cozmic.errors import Conflict, NotFound
from cozmic.extensions import db
from cozmic.models import Assignment, AssignmentItem, AuditEvent, Grade, GradeChange
from cozmic.rules.enums import LateRule, QuestionKind, Release
from cozmic.rules.schedule import Dates
from cozmic.transaction import transaction
from cozmic.writes import assignments as writes
from tests.factories import (
    LONG_AGO,
    Cast,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
    save,
)
from tests.work import find_stored_grade, hand_in_work, stored_grade, stored_submission

HOUR = timedelta(hours=1)
PLAN = writes.Plan(
    title="Fractions", instructions="Take your time.", dates=Dates(), attempts_allowed=2,
    late_rule=LateRule.ACCEPT, late_penalty_percent=0, release=Release.AUTOMATIC,
)  # fmt: skip


def stored(assignment_id: int) -> Assignment:
    db.session.rollback()
    return db.session.get_one(Assignment, assignment_id, populate_existing=True)


def plan_of(assignment_id: int) -> writes.Plan:
    one = stored(assignment_id)
    return writes.Plan(
        title=one.title, instructions=one.instructions, dates=writes.dates_of(one),
        attempts_allowed=one.attempts_allowed, late_rule=one.late_rule,
        late_penalty_percent=one.late_penalty_percent, release=one.release,
    )  # fmt: skip


def change(cast: Cast, assignment_id: int, plan: writes.Plan) -> Touched:
    now = get_now()
    with transaction() as touched:
        found = get_assignment_to_change(cast.ada, cast.ada_class, assignment_id)
        writes.change_assignment(touched, found, plan, by_id=cast.ada, now=now)
    return touched


def publish(cast: Cast, assignment_id: int) -> Touched:
    now = get_now()
    with transaction() as touched:
        found = get_assignment_to_change(cast.ada, cast.ada_class, assignment_id)
        writes.publish_assignment(touched, found, by_id=cast.ada, now=now)
    return touched


def make_late(
    cast: Cast, *, now: datetime, late_rule: LateRule = LateRule.PENALTY, percent: int = 50
) -> tuple[int, int]:
    """An assignment that was due two hours ago, with right work handed in by Ben an hour ago."""
    assignment_id = make_assignment(
        cast.ada_class, [make_question()], points=Decimal(10), due_at=now - 2 * HOUR,
        late_rule=late_rule, late_penalty_percent=percent if late_rule is LateRule.PENALTY else 0,
    )  # fmt: skip
    submission_id = hand_in_work(assignment_id, cast.ben, "100", now=now - HOUR)
    return assignment_id, submission_id


def draft(cast: Cast) -> tuple[int, Touched]:
    now = get_now()
    with transaction() as touched:
        room = get_open_classroom(cast.ada_class, cast.ada)
        draft_id = writes.draft_assignment(touched, room, PLAN, once_key="k", now=now).id
    return draft_id, touched


def test_a_draft_is_made_without_questions_and_touches_its_class(cast: Cast) -> None:
    draft_id, touched = draft(cast)
    row = stored(draft_id)
    assert (row.title, row.max_points, row.published_at) == ("Fractions", Decimal(0), None)
    assert touched.classroom_posts == {cast.ada_class}


def test_the_same_form_makes_one_draft(cast: Cast) -> None:
    draft(cast)
    with pytest.raises(Conflict):
        draft(cast)
    assert len(db.session.execute(select(Assignment.id)).all()) == 1


def test_publishing_touches_what_the_class_reads_and_its_work(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None)
    touched = publish(cast, assignment_id)
    assert touched.classroom_posts == touched.classroom_work == {cast.ada_class}
    assert stored(assignment_id).published_at is not None


def test_publishing_twice_is_the_same_as_once(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None)
    publish(cast, assignment_id)
    first = stored(assignment_id).published_at
    touched = publish(cast, assignment_id)
    assert stored(assignment_id).published_at == first
    assert touched.classroom_posts == set()


def test_without_questions_nothing_is_published(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [], published_at=None)
    with pytest.raises(Conflict, match="at least one question"):
        publish(cast, assignment_id)


@pytest.mark.parametrize("field", ["due_at", "closes_at"])
def test_what_is_over_is_not_published(cast: Cast, field: str) -> None:
    past: dict[str, Any] = {field: get_now() - HOUR}
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None, **past)
    with pytest.raises(Conflict, match="has passed"):
        publish(cast, assignment_id)


def test_a_draft_changes_without_touching_the_work(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None)
    touched = change(cast, assignment_id, PLAN)
    assert plan_of(assignment_id) == PLAN
    assert touched.classroom_posts == {cast.ada_class}
    assert touched.classroom_work == set()


def test_a_moved_due_time_touches_the_work_of_the_class(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    touched = change(cast, assignment_id, replace(PLAN, dates=Dates(due_at=get_now() + HOUR)))
    assert touched.classroom_work == {cast.ada_class}


def test_a_later_due_time_lifts_lateness_and_its_penalty(cast: Cast) -> None:
    now = get_now()
    assignment_id, submission_id = make_late(cast, now=now)
    assert stored_grade(assignment_id, cast.ben).points == Decimal(5)
    plan = replace(plan_of(assignment_id), dates=Dates(due_at=now + HOUR))
    touched = change(cast, assignment_id, plan)
    assert not stored_submission(submission_id).is_late
    assert stored_submission(submission_id).points == Decimal(10)
    assert stored_grade(assignment_id, cast.ben).points == Decimal(10)
    assert cast.ben in touched.person_ids
    history = db.session.query(GradeChange).order_by(GradeChange.id).all()
    assert [(one.to_points, one.changed_by_id) for one in history] == [
        (Decimal(5), None),
        (Decimal(10), cast.ada),
    ]
    assert history[-1].reason == "Due time or late rule changed"


def test_work_that_was_on_time_stays_on_time_when_the_due_time_moves_forward(cast: Cast) -> None:
    now = get_now()
    assignment_id = make_assignment(
        cast.ada_class, [make_question()], due_at=now + HOUR, late_rule=LateRule.PENALTY,
        late_penalty_percent=50,
    )  # fmt: skip
    submission_id = hand_in_work(assignment_id, cast.ben, "100", now=now - HOUR)
    change(cast, assignment_id, replace(plan_of(assignment_id), dates=Dates(due_at=now - 2 * HOUR)))
    assert not stored_submission(submission_id).is_late
    assert stored_grade(assignment_id, cast.ben).points == Decimal(1)


def test_another_penalty_counts_late_work_anew(cast: Cast) -> None:
    assignment_id, submission_id = make_late(cast, now=get_now(), late_rule=LateRule.ACCEPT)
    assert stored_grade(assignment_id, cast.ben).points == Decimal(10)
    plan = replace(
        plan_of(assignment_id), late_rule=LateRule.PENALTY, late_penalty_percent=33
    )  # fmt: skip
    change(cast, assignment_id, plan)
    assert stored_submission(submission_id).is_late
    assert stored_grade(assignment_id, cast.ben).points == Decimal("6.70")


def test_a_grade_set_by_hand_stays_when_lateness_is_lifted(cast: Cast) -> None:
    now = get_now()
    assignment_id, _ = make_late(cast, now=now)
    with transaction():
        grade = db.session.query(Grade).one()
        grade.is_by_hand, grade.points = True, Decimal(7)
    change(cast, assignment_id, replace(plan_of(assignment_id), dates=Dates(due_at=now + HOUR)))
    assert stored_grade(assignment_id, cast.ben).points == Decimal(7)


def test_late_work_that_waits_for_the_teacher_is_not_given_points_by_a_moved_due_time(
    cast: Cast,
) -> None:
    now = get_now()
    essay = make_question(QuestionKind.ESSAY)
    assignment_id = make_assignment(cast.ada_class, [essay], due_at=now - 2 * HOUR)
    submission_id = hand_in_work(assignment_id, cast.ben, "Because.", now=now - HOUR)
    change(cast, assignment_id, replace(plan_of(assignment_id), dates=Dates()))
    submission = stored_submission(submission_id)
    assert (submission.is_late, submission.points, submission.waiting) == (False, None, 1)


def test_another_title_leaves_late_work_and_its_history_alone(cast: Cast) -> None:
    assignment_id, submission_id = make_late(cast, now=get_now())
    touched = change(cast, assignment_id, replace(plan_of(assignment_id), title="Another"))
    assert stored_submission(submission_id).is_late
    assert len(db.session.query(GradeChange).all()) == 1
    assert touched.person_ids == set()


def test_grades_that_were_held_come_out_when_release_becomes_automatic(cast: Cast) -> None:
    assignment_id = make_assignment(
        cast.ada_class, [make_question()], release=Release.BY_TEACHER, due_at=get_now() + HOUR
    )
    hand_in_work(assignment_id, cast.ben, "100")
    assert stored_grade(assignment_id, cast.ben).released_at is None
    touched = change(
        cast, assignment_id, replace(plan_of(assignment_id), release=Release.AUTOMATIC)
    )
    assert stored_grade(assignment_id, cast.ben).released_at is not None
    assert cast.ben in touched.person_ids


def test_once_somebody_has_started_the_assignment_is_no_longer_untouched(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    key = (cast.ada, cast.ada_class, assignment_id)
    with transaction():
        assert get_untouched_assignment(*key, what="no").id == assignment_id
    make_submission(assignment_id, cast.ben)
    with pytest.raises(Conflict, match="so that is that"), transaction():
        get_untouched_assignment(*key, what="that is that")


def test_a_grade_without_an_attempt_fixes_the_questions_too(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    save(
        Grade(
            assignment_id=assignment_id, student_id=cast.ben, points=Decimal(1), is_by_hand=True,
            comment="", graded_at=LONG_AGO,
        )
    )  # fmt: skip
    with pytest.raises(Conflict), transaction():
        get_untouched_assignment(cast.ada, cast.ada_class, assignment_id, what="no")


@pytest.mark.parametrize("who", ["dan", "ben", "root"])
def test_another_persons_assignment_is_not_found(cast: Cast, who: str) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()])
    with pytest.raises(NotFound), transaction():
        get_assignment_to_change(getattr(cast, who), cast.ada_class, assignment_id)


def test_in_an_archived_class_nothing_changes_even_when_it_was_archived_this_moment(
    cast: Cast,
) -> None:
    room = make_classroom(cast.ada, archived_at=LONG_AGO)
    assignment_id = make_assignment(room, [make_question()])
    with pytest.raises(Conflict), transaction():
        get_assignment_to_change(cast.ada, room, assignment_id)


def test_a_draft_is_deleted_with_its_items(cast: Cast) -> None:
    assignment_id = make_assignment(cast.ada_class, [make_question()], published_at=None)
    now = get_now()
    with transaction() as touched:
        found = get_untouched_assignment(cast.ada, cast.ada_class, assignment_id, what="no")
        writes.delete_draft(touched, found, by_id=cast.ada, now=now)
    assert db.session.get(Assignment, assignment_id) is None
    assert db.session.query(AssignmentItem).all() == []
    assert db.session.query(AuditEvent).one().verb == "delete_draft"


def copy(cast: Cast, assignment_id: int, classroom_id: int) -> Assignment:
    now = get_now()
    with transaction() as touched:
        source = get_assignment_to_copy(cast.ada, cast.ada_class, assignment_id)
        room = get_open_classroom(classroom_id, cast.ada)
        copied = writes.copy_assignment(touched, source, room, once_key="k", now=now)
        copy_id = copied.id
    assert touched.classroom_posts == {classroom_id}
    return stored(copy_id)


def test_a_copy_has_the_questions_the_points_and_the_settings_but_no_work(cast: Cast) -> None:
    questions = [make_question(), make_question(QuestionKind.ESSAY)]
    assignment_id = make_assignment(
        cast.ada_class, questions, points=Decimal("2.5"), title="Quiz", attempts_allowed=3,
        late_rule=LateRule.PENALTY, late_penalty_percent=20, release=Release.BY_TEACHER,
        instructions="Read.", due_at=get_now() + HOUR,
    )  # fmt: skip
    make_submission(assignment_id, cast.ben)
    other = make_classroom(cast.ada)
    copied = copy(cast, assignment_id, other)
    assert (copied.title, copied.max_points, copied.published_at) == ("Quiz", Decimal(5), None)
    assert plan_of(copied.id) == plan_of(assignment_id)
    assert [item.question_id for item in list_items(copied.id)] == questions
    assert find_stored_grade(copied.id, cast.ben) is None


def test_a_copy_in_the_same_class_says_so_in_its_title_and_drops_past_dates(cast: Cast) -> None:
    assignment_id = make_assignment(
        cast.ada_class, [make_question()], title="x" * 160, due_at=LONG_AGO
    )
    copied = copy(cast, assignment_id, cast.ada_class)
    assert copied.title == f"Copy of {'x' * 160}"[:160]
    assert copied.due_at is None


def test_a_copy_takes_the_newest_version_of_each_question_once(cast: Cast) -> None:
    first = make_question(owner_id=cast.ada, archived_at=LONG_AGO)
    second = make_question(owner_id=cast.ada, archived_at=LONG_AGO, previous_id=first)
    third = make_question(owner_id=cast.ada, previous_id=second)
    withdrawn = make_question(owner_id=cast.ada, archived_at=LONG_AGO)
    assignment_id = make_assignment(
        cast.ada_class, [first, withdrawn, second], points=Decimal(2)
    )  # fmt: skip
    copied = copy(cast, assignment_id, cast.ada_class)
    assert [item.question_id for item in list_items(copied.id)] == [third, withdrawn]
    assert copied.max_points == Decimal(4)


def test_newest_versions_of_nothing_is_nothing(cast: Cast) -> None:
    assert list_newest_versions([]) == {}


def test_only_the_pupils_whose_work_was_late_are_graded_anew(cast: Cast) -> None:
    now = get_now()
    assignment_id, _ = make_late(cast, now=now)
    punctual = make_user(given_name="Punctual")
    enrol(cast.ada_class, punctual)
    hand_in_work(assignment_id, punctual, "100", now=now - 3 * HOUR)
    touched = change(cast, assignment_id, replace(plan_of(assignment_id), dates=Dates()))
    assert cast.ben in touched.person_ids
    assert punctual not in touched.person_ids
