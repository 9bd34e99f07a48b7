"""Progress by skill: over released work, and over nothing else."""

from __future__ import annotations

from decimal import Decimal

from cozmic.extensions import db
from cozmic.models import Grade
from cozmic.rules.enums import QuestionKind, Release, Subject
from cozmic.transaction import transaction
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast, make_assignment, make_question, make_skill
from tests.queries import counted_queries
from tests.web.handing_in import answer_and_hand_in


def test_points_are_summed_by_skill_under_their_subject(cast: Cast, ben: Client) -> None:
    fractions = make_skill(name="Adding fractions")
    maps = make_skill(name="Maps", subject=Subject.GEOGRAPHY)
    questions = [make_question(skill_id=fractions) for _ in range(2)]
    questions.append(make_question(skill_id=maps))
    one = make_assignment(cast.ada_class, questions, points=Decimal("2.5"))
    answer_and_hand_in(ben, one, "100", "99", "100")
    page = ben.get("/student/progress").text
    assert page.index("Geography") < page.index("Maps") < page.index("Mathematics")
    assert "50%<small>2.5 of 5</small>" in page
    assert "100%<small>2.5 of 2.5</small>" in page


def test_only_the_attempt_that_counts_is_summed(cast: Cast, ben: Client) -> None:
    one = make_assignment(
        cast.ada_class, [make_question(skill_id=make_skill())], attempts_allowed=3
    )
    for answer in ("1", "100", "2"):
        answer_and_hand_in(ben, one, answer)
    assert "1 of 1" in ben.get("/student/progress").text


def test_held_and_half_graded_work_does_not_count(cast: Cast, ben: Client) -> None:
    skill = make_skill()
    number, essay = make_question(skill_id=skill), make_question(QuestionKind.ESSAY)
    held = make_assignment(cast.ada_class, [number], release=Release.BY_TEACHER)
    waiting = make_assignment(cast.ada_class, [number, essay])
    answer_and_hand_in(ben, held, "100")
    answer_and_hand_in(ben, waiting, "100", "Words")
    assert "Nothing to show yet" in ben.get("/student/progress").text
    with transaction():
        db.session.query(Grade).filter_by(assignment_id=waiting).one().points = Decimal(1)
    assert "Nothing to show yet" in ben.get("/student/progress").text


def test_queries_do_not_grow_with_the_work(cast: Cast, ben: Client) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            questions = [make_question(skill_id=make_skill()) for _ in range(3)]
            answer_and_hand_in(ben, make_assignment(cast.ada_class, questions), "100", "99")
        with counted_queries() as asked:
            ben.get("/student/progress")
        counts.append(len(asked))
    assert counts == [2, 2]


def test_only_pupils_have_progress(cast: Cast, sign_in: SignIn, stranger: Client) -> None:
    assert stranger.get("/student/progress").status_code == 303
    for person in (cast.ada, cast.root):
        assert sign_in(person).get("/student/progress").status_code == 403
