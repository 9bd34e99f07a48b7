"""Loads are like a school at work, keep every rule of the models, and leave without a trace."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from cozmic.access.clock import get_now
from cozmic.errors import Conflict
from cozmic.extensions import db
from cozmic.models import (
    Announcement,
    Assignment,
    AssignmentItem,
    AuditEvent,
    Classroom,
    ClassroomRevision,
    Enrolment,
    FailureCount,
    Grade,
    GradeChange,
    PersonRevision,
    Question,
    Response,
    SchoolRevision,
    Submission,
    User,
)
from cozmic.rules.enums import Release
from cozmic.rules.kinds import grade
from cozmic.rules.scoring import points_for, total
from cozmic.seed import unload as unloading
from cozmic.seed.bank import load_bank
from cozmic.seed.load import Loaded, load_school
from cozmic.seed.load_people import is_of_load
from cozmic.seed.load_plan import BadShape, LoadShape
from cozmic.seed.unload import unload_school
from cozmic.transaction import transaction
from tests.conftest import SignIn
from tests.credentials import find_user_by_credentials
from tests.factories import (
    Cast,
    enrol,
    make_assignment,
    make_question,
    make_submission,
    save,
)

SMALL = LoadShape(students=200, responses=2000)
NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)


def load(shape: LoadShape = SMALL, now: datetime | None = None) -> Loaded:
    return load_school(shape, now or get_now())


def checksums() -> dict[str, str]:
    """A digest of each table's rows, whatever their order; the revision of the school changes with every load."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        rows = sorted(map(repr, db.session.execute(select(table)).all()))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    del found["school_revision"]
    return found


def all_of(model: type[Any]) -> list[Any]:
    return list(db.session.execute(select(model)).scalars())


@pytest.mark.usefixtures("app")
def test_a_load_is_like_a_school_at_work() -> None:
    loaded = load()
    assert_people_and_classes(loaded)
    assert_work_of_all_sorts()
    assert_answers_are_worth_what_the_rules_say()
    assert_grades_are_those_of_their_attempts()
    assert_everything_has_its_revisions()


def assert_people_and_classes(loaded: Loaded) -> None:
    assert loaded.counts["users"] == len(loaded.people.pupil_ids) + len(loaded.people.teacher_ids)
    assert len(loaded.people.pupil_ids) == 200
    assert 2000 <= loaded.counts["responses"] < 2400
    on_roster = Counter(row.student_id for row in all_of(Enrolment))
    assert set(on_roster) == set(loaded.people.pupil_ids)
    assert set(on_roster.values()) == {1, 2, 3}
    assert all(10 <= len(one.pupil_ids) <= 32 for one in loaded.classes)
    taught = Counter(one.teacher_id for one in loaded.classes)
    assert set(taught.values()) <= {2, 3, 4, 5, 6}
    for username in (loaded.people.pupil_name(-1), loaded.people.teacher_name(0)):
        assert find_user_by_credentials(username, loaded.password) is not None
    assert len({row.password_hash for row in all_of(User)}) == 1


def assert_work_of_all_sorts() -> None:
    now = get_now()
    assignments, attempts, grades = all_of(Assignment), all_of(Submission), all_of(Grade)
    assert {one.published_at is None for one in assignments} == {True, False}
    assert {(one.opens_at > now, one.due_at > now) for one in assignments} == {
        (True, True), (False, True), (False, False),
    }  # fmt: skip
    assert {one.handed_in_at is None for one in attempts} == {True, False}
    assert {one.is_late for one in attempts} == {True, False}
    assert any(one.waiting for one in attempts)
    assert {one.attempt for one in attempts} == {1, 2}
    assert {one.released_at is None for one in grades if one.points is not None} == {True, False}
    assert {one.is_by_hand for one in grades} == {True, False}
    assert all(
        at is None or at <= now
        for one in attempts
        for at in (one.started_at, one.saved_at, one.handed_in_at)
    )
    assert all(one.posted_at < now for one in all_of(Announcement))
    assert {one.verb for one in all_of(AuditEvent)} >= {"open_classroom", "publish_assignment"}


def assert_answers_are_worth_what_the_rules_say() -> None:
    """Points add up, from the answer to the attempt; so many wait as the attempt says."""
    statement = (
        select(Response, AssignmentItem, Question, Submission, Assignment)
        .join(AssignmentItem, AssignmentItem.id == Response.item_id)
        .join(Question, Question.id == AssignmentItem.question_id)
        .join(Submission, Submission.id == Response.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(AssignmentItem.assignment_id == Submission.assignment_id)
    )
    rows = db.session.execute(statement).all()
    assert len(rows) == len(all_of(Response))
    by_attempt: dict[int, list[Any]] = defaultdict(list)
    for response, item, question, submission, assignment in rows:
        by_attempt[submission.id].append((response, submission, assignment))
        if submission.handed_in_at is None:
            assert (response.outcome, response.points, response.graded_at) == (None, None, None)
            continue
        verdict = grade(question.kind, question.body, response.answer).outcome
        if response.graded_by_id is None:
            assert (response.outcome, response.points) == (
                verdict,
                points_for(verdict, item.points),
            )
        else:
            assert verdict.waits
            assert response.points is not None
            assert 0 <= response.points <= item.points
    for responses in by_attempt.values():
        _, submission, assignment = responses[0]
        points = [response.points for response, _, _ in responses]
        if submission.handed_in_at is not None:
            assert submission.waiting == points.count(None)
            assert submission.points == total(
                points, is_late=submission.is_late, late_rule=assignment.late_rule,
                penalty_percent=assignment.late_penalty_percent,
            )  # fmt: skip
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for item in all_of(AssignmentItem):
        sums[item.assignment_id] += item.points
    assert {one.id: one.max_points for one in all_of(Assignment)} == sums


def assert_grades_are_those_of_their_attempts() -> None:
    handed_in: dict[tuple[int, int], list[Submission]] = defaultdict(list)
    for one in all_of(Submission):
        if one.handed_in_at is not None:
            handed_in[one.assignment_id, one.student_id].append(one)
    grades = {(one.assignment_id, one.student_id): one for one in all_of(Grade)}
    history: dict[int, list[GradeChange]] = defaultdict(list)
    for change in sorted(all_of(GradeChange), key=lambda one: (one.changed_at, one.id)):
        history[change.grade_id].append(change)
    assert set(handed_in) <= set(grades)
    releases = {one.id: one.release for one in all_of(Assignment)}
    for key, given in grades.items():
        graded = [one for one in handed_in[key] if one.points is not None]
        best = max(graded, key=lambda one: (one.points, -one.attempt), default=None)
        assert given.submission_id == (best.id if best else None)
        if not given.is_by_hand:
            assert given.points == (best.points if best else None)
        points = None
        for change in history[given.id]:
            assert change.from_points == points
            points = change.to_points
        assert points == given.points
        assert (given.graded_at is None) == (given.points is None)
        if releases[given.assignment_id] is Release.AUTOMATIC and points is not None:
            assert given.released_at is not None


def assert_everything_has_its_revisions() -> None:
    assert len(all_of(PersonRevision)) == len(all_of(User))
    assert len(all_of(ClassroomRevision)) == 2 * len(all_of(Classroom))


@pytest.mark.usefixtures("app")
def test_the_same_shape_gives_the_same_school() -> None:
    first, second = tell_school(load(now=NOON)), tell_school(load(now=NOON))
    assert first == second
    assert len(first) > 500
    other = load(LoadShape(students=200, responses=2000, seed=2), now=NOON)
    assert tell_school(other) != first


def tell_school(loaded: Loaded) -> list[Any]:
    """All attempts of a load, by what is in them and not by their ids."""
    statement = (
        select(
            User.given_name, User.family_name, Assignment.title, Assignment.due_at, Submission.handed_in_at,
            Submission.points, func.count(Response.points),
        )
        .join(User, User.id == Submission.student_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Response, Response.submission_id == Submission.id)
        .where(Assignment.classroom_id.in_([one.id for one in loaded.classes]))
        .group_by(Submission.id, User.id, Assignment.id)
    )  # fmt: skip
    return sorted(map(repr, db.session.execute(statement).all()))


@pytest.mark.usefixtures("app")
def test_a_second_load_goes_on_numbering_and_both_leave_together() -> None:
    with transaction() as touched:
        load_bank(touched, get_now())
    before = checksums()
    load()
    second = load(LoadShape(students=60, responses=360, class_size=30, assignments=4))
    assert second.people.pupil_name(0) == "load..s000201"
    assert [len(one.pupil_ids) for one in second.classes] == [30, 30]
    assert len({one.teacher_username for one in second.classes}) == 2
    for one in second.classes:
        published = db.session.query(Assignment).filter_by(classroom_id=one.id).all()
        assert [assignment.published_at is None for assignment in published] == [False] * 4
    unload_school()
    assert checksums() == before


def test_unloading_takes_what_was_gathered_since_and_nothing_else(
    cast: Cast, sign_in: SignIn
) -> None:
    with transaction() as touched:
        load_bank(touched, get_now())
    sign_in(cast.ben)
    question = make_question(owner_id=cast.ada)
    given = make_assignment(cast.ada_class, [question])
    before = checksums()
    loaded = load()
    one = loaded.classes[0]
    pupil = one.pupil_ids[0]
    enrol(cast.ada_class, pupil)
    make_submission(given, pupil)
    enrol(one.id, cast.ben)
    theirs = db.session.query(Assignment.id).filter_by(classroom_id=one.id).first()
    assert theirs is not None
    make_submission(theirs[0], cast.ben)
    with transaction():
        db.session.execute(
            insert(FailureCount).values(
                kind="sign-in", subject=pupil, place=-7, failures=2, ends_at=get_now()
            )
        )
    for user_id in (pupil, one.teacher_id):
        sign_in(user_id)
        save(
            AuditEvent(happened_at=NOON, verb="x", detail="", actor_id=user_id, subject_id=cast.ben)
        )
        save(
            AuditEvent(
                happened_at=NOON, verb="x", detail="", actor_id=cast.root, subject_id=user_id
            )
        )
    unload_school()
    assert checksums() == before


def test_marks_of_load_teachers_in_a_class_handed_over_stay_without_their_name(cast: Cast) -> None:
    loaded = load()
    class_id, load_teacher = loaded.classes[0].id, loaded.classes[0].teacher_id
    question = make_question(owner_id=load_teacher)
    given = make_assignment(class_id, [question])
    attempt = make_submission(given, cast.ben)
    with transaction() as touched:
        touched.school()
        db.session.get_one(Classroom, class_id).teacher_id = cast.dan
        db.session.query(Response).filter_by(
            submission_id=attempt
        ).one().graded_by_id = load_teacher
    unload_school()
    assert db.session.get_one(Question, question).owner_id == cast.dan
    assert db.session.query(Response).filter_by(submission_id=attempt).one().graded_by_id is None
    assert db.session.query(Submission).filter_by(student_id=cast.ben).one().id == attempt
    assert not db.session.query(User).filter(is_of_load()).count()


def test_a_real_class_in_the_hands_of_a_load_teacher_is_not_deleted(cast: Cast) -> None:
    loaded = load()
    name = db.session.get_one(Classroom, cast.ada_class).name
    with transaction() as touched:
        touched.school()
        db.session.get_one(Classroom, cast.ada_class).teacher_id = loaded.people.teacher_ids[0]
        db.session.add(
            AuditEvent(
                happened_at=NOON, verb="hand_over_classroom", detail="", classroom_id=cast.ada_class
            )
        )
    before = checksums()
    with pytest.raises(Conflict, match=f"“{name}” was handed over to load..t00001"):
        unload_school()
    assert checksums() == before


@pytest.mark.usefixtures("app")
def test_a_pupil_whose_name_is_load_s_is_not_of_the_load(cast: Cast) -> None:
    namesake = save(
        User(
            role="student", username="load.s000001", given_name="Load", family_name="S.",
            password_hash="", created_at=NOON,
        )
    )  # fmt: skip
    load()
    unload_school()
    assert db.session.get(User, namesake) is not None


def test_pages_of_a_load_open(app: Flask, sign_in: SignIn) -> None:
    one = load().classes[0]
    for user_id, paths in {
        one.pupil_ids[0]: ["/student/", "/student/progress"],
        one.teacher_id: ["/teacher/", "/teacher/to-grade", f"/classrooms/{one.id}/gradebook"],
    }.items():
        client = sign_in(user_id)
        assert [client.get(path).status_code for path in paths] == [200] * len(paths)


def test_the_commands_tell_the_password_once_and_what_they_did(app: Flask) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["seed", "load", "--students", "40", "--responses", "200"])
    assert made.exit_code == 0, made.output
    password = made.output.partition("shown this once: ")[2].split()[0]
    assert find_user_by_credentials("load..s000040", password) is not None
    gone = runner.invoke(args=["seed", "unload"])
    assert "40 users" not in gone.output
    assert "users, and all that hung on them" in gone.output
    assert "There is no load" in runner.invoke(args=["seed", "unload"]).output
    few = runner.invoke(args=["seed", "load", "--students", "10", "--responses", "9999"])
    assert " 1 teacher, load" in few.output
    assert " 1 class, " in few.output
    assert "Asked for were 9,999 responses: 10 pupils answer no more in a term." in few.output
    assert "Asked for" not in made.output
    odd = runner.invoke(args=["seed", "load", "--students", "40", "--class-size", "30"])
    assert odd.exit_code == 1
    assert "multiple of the class size" in odd.output


@pytest.mark.usefixtures("app")
def test_a_load_and_an_unload_set_the_revision_of_the_school() -> None:
    values = []
    for act in (load, unload_school):
        act()
        db.session.rollback()
        values.append(db.session.execute(select(SchoolRevision.value)).scalar_one())
    assert len(set(values)) == 2


def test_every_table_that_hangs_on_people_or_classes_is_taken_care_of() -> None:
    """A new table with such a foreign key fails here: give it its place in seed/unload.py."""
    handled = {one for one in vars(unloading).values() if hasattr(one, "__tablename__")}
    names = {one.__tablename__ for one in handled}
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in names:
                assert table.name in names, f"{table.name} hangs on {key.column.table.name}"


@pytest.mark.usefixtures("app")
def test_practice_is_open_to_all_ten_times_and_leaves_the_rest_alone() -> None:
    shape = LoadShape(students=60, responses=300, class_size=20, assignments=2, practice=3)
    load(shape)
    now = get_now()
    practice = [one for one in all_of(Assignment) if one.title.startswith("Open practice ")]
    assert len(practice) == 3 * 3
    assert all(one.opens_at < now < one.due_at and one.attempts_allowed == 10 for one in practice)
    begun = {one.assignment_id for one in all_of(Submission)}
    assert begun.isdisjoint(one.id for one in practice)
    sizes = Counter(one.assignment_id for one in all_of(AssignmentItem))
    assert {sizes[one.id] for one in practice} == {4}
    assert len(all_of(Assignment)) == 3 * (2 + 3)


def test_more_practice_than_a_page_can_hold_is_refused() -> None:
    with pytest.raises(BadShape, match="practice"):
        LoadShape(students=1, responses=0, practice=21)
