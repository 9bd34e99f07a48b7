"""What writing, changing and archiving questions changes, and what it leaves alone."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.access.questions import get_question_to_change
from cozmic.access.work import get_assignment_to_start
from cozmic.caching.touched import Touched
from cozmic.errors import Invalid
from cozmic.extensions import db
from cozmic.models import AssignmentItem, Question, Response
from cozmic.rules.enums import QuestionKind
from cozmic.transaction import transaction
from cozmic.writes.attempts import start_attempt
from cozmic.writes.questions import (
    QuestionDraft,
    archive_question,
    change_question,
    write_question,
)
from tests.factories import Cast, make_assignment, make_classroom, make_question, make_submission

DRAFT = QuestionDraft(
    kind=QuestionKind.TEXT, prompt="New?", body={"accepted": ["New"], "case_sensitive": False},
    explanation="", hints=[], difficulty=3, skill_id=None,
)  # fmt: skip


def change(question_id: int, teacher_id: int, draft: QuestionDraft = DRAFT) -> tuple[int, Touched]:
    with transaction() as touched:
        row = get_question_to_change(question_id, teacher_id)
        kept_id = change_question(touched, row, draft, now=get_now()).id
    return kept_id, touched


def question_on(assignment_id: int) -> int:
    statement = select(AssignmentItem.question_id).where(
        AssignmentItem.assignment_id == assignment_id
    )
    return db.session.execute(statement).scalar_one()


def test_a_new_version_takes_its_place_where_nobody_has_started(cast: Cast) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    other_class = make_classroom(cast.ada)
    begun = make_assignment(cast.ada_class, [question])
    published = make_assignment(other_class, [question])
    draft = make_assignment(cast.ada_class, [question], published_at=None)
    make_submission(begun, cast.ben)
    newer, touched = change(question, cast.ada)
    assert newer != question
    assert [question_on(one) for one in (begun, published, draft)] == [question, newer, newer]
    assert touched.classroom_posts == {cast.ada_class, other_class}
    assert touched.person_ids == {cast.ada}


def test_each_change_of_a_met_question_points_to_the_version_before(cast: Cast) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    make_submission(make_assignment(cast.ada_class, [question]), cast.ben)
    second, _ = change(question, cast.ada)
    third, _ = change(second, cast.ada, replace(DRAFT, prompt="Newer?"))
    assert third == second  # nobody has met the second version
    row = db.session.get_one(Question, second)
    assert (row.previous_id, row.prompt, row.archived_at) == (question, "Newer?", None)


def test_a_body_that_no_rule_can_judge_is_never_kept(cast: Cast) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    bad = replace(DRAFT, body={"accepted": [], "case_sensitive": False})
    with pytest.raises(Invalid):
        change(question, cast.ada, bad)
    with pytest.raises(Invalid), transaction() as touched:
        write_question(touched, cast.ada, bad, once_key="k", now=get_now())
    assert db.session.query(Question).count() == 1


def test_archiving_touches_the_classes_that_have_it(cast: Cast) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    make_assignment(cast.ada_class, [question])
    with transaction() as touched:
        archive_question(touched, get_question_to_change(question, cast.ada), now=get_now())
    assert touched.classroom_posts == {cast.ada_class}
    assert touched.person_ids == {cast.ada}


def test_nobody_starts_while_a_question_of_theirs_is_being_changed(app: Flask, cast: Cast) -> None:
    question = make_question(QuestionKind.TEXT, owner_id=cast.ada)
    begun, waiting = (make_assignment(cast.ada_class, [question]) for _ in range(2))
    make_submission(begun, cast.ben)
    started = threading.Event()

    def start() -> None:
        with app.app_context():
            with transaction() as touched:
                assignment = get_assignment_to_start(cast.ben, waiting)
                start_attempt(touched, assignment, cast.ben, now=get_now())
            started.set()

    pupil = threading.Thread(target=start)
    with transaction() as touched:
        row = get_question_to_change(question, cast.ada)
        newer = change_question(touched, row, DRAFT, now=get_now())
        db.session.flush()
        pupil.start()
        assert not started.wait(0.4)
        newer_id = newer.id
    pupil.join(10)
    assert started.is_set()
    met = select(AssignmentItem.question_id).join(Response, Response.item_id == AssignmentItem.id)
    assert set(db.session.execute(met).scalars()) == {question, newer_id}
