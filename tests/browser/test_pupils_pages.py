"""A pupil's pages as a browser shows them: wide and narrow, light and dark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Grade, Response
from cozmic.rules.enums import LateRule, QuestionKind, Release
from cozmic.transaction import transaction
from tests.browser.conftest import DESKTOP, PHONE, Browse
from tests.browser.looking import assert_well_made
from tests.client import signed_in
from tests.factories import Cast, make_assignment, make_question, make_skill
from tests.web.handing_in import answer_and_hand_in, fields_of, start

pytestmark = pytest.mark.browser
SOON = datetime(2099, 5, 1, 12, 0, tzinfo=UTC)
LONG = "Adding and subtracting fractions with unlike denominators, and Donaudampfschifffahrtsgesellschaft"


def make_school(app: Flask, cast: Cast) -> list[str]:
    """Put Ben's work into every state; return his pages."""
    ben = signed_in(app, cast.ben)
    skill = make_skill(name=LONG)
    questions = [
        make_question(kind, skill_id=skill, prompt=f"{LONG}?") for kind in list(QuestionKind)[:3]
    ]
    essay = make_question(QuestionKind.ESSAY)

    def give(*more: int, **fields: object) -> int:
        return make_assignment(cast.ada_class, [*questions, *more], points=Decimal("2.5"), **fields)

    give(title=LONG, opens_at=SOON)
    give(title="Missing", due_at=get_now() - timedelta(days=1))
    waiting = answer_and_hand_in(ben, give(essay), "a", "1", "Paris", "Two\n\ncauses " * 40)
    held = answer_and_hand_in(ben, give(release=Release.BY_TEACHER), "a", "1", "Paris")
    late = give(
        due_at=get_now() - timedelta(hours=1), late_rule=LateRule.PENALTY, late_penalty_percent=15
    )
    graded = answer_and_hand_in(ben, late, "b", "100")
    with transaction():
        for row in db.session.query(Response).filter_by(submission_id=graded):
            row.comment = LONG
        db.session.query(Grade).filter_by(submission_id=graded).one().comment = LONG
    again = give(attempts_allowed=3)
    answer_and_hand_in(ben, again, "b")
    answer_and_hand_in(ben, again, "a")
    open_one = give(essay, due_at=SOON, title=LONG, instructions=f"{LONG}\n" * 3)
    attempt = start(ben, open_one)
    ben.post(f"/student/attempts/{attempt}/answers", data=fields_of(attempt, "b", "1" * 120))
    for _ in range(21):
        answer_and_hand_in(ben, give())
    ids = (
        f"/student/assignments/{open_one}",
        f"/student/assignments/{again}",
        f"/student/assignments/{late}",
    )
    results = [f"/student/attempts/{one}/result" for one in (waiting, held, graded)]
    return [
        "/student/assignments/",
        *ids,
        f"/student/attempts/{attempt}",
        *results,
        "/student/progress",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
def test_every_page_fits_and_has_no_fault_that_axe_finds(
    app: Flask, cast: Cast, browse: Browse, size: tuple[int, int], scheme: str
) -> None:
    paths = make_school(app, cast)
    page = browse(cast.ben, size=size, color_scheme=scheme).new_page()
    for path in paths:
        page.goto(path)
        assert_well_made(page)


def test_the_question_before_handing_in_and_a_conflict_have_no_fault_either(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    attempt = start(signed_in(app, cast.ben), make_assignment(cast.ada_class, [make_question()]))
    page = browse(cast.ben, size=PHONE).new_page()
    page.goto(f"/student/attempts/{attempt}")
    with transaction():
        row = db.session.query(Response).one()
        row.answer, row.version = "theirs", 1
    page.locator("#question-1 input[type=text]").fill("mine")
    page.wait_for_selector(".conflict")
    page.locator(".hand-in > summary").click()
    assert_well_made(page)
