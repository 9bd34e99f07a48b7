"""The gradebook, as a page and as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.rules.enums import LateRule, QuestionKind, Release
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import (
    Cast,
    archive,
    enrol,
    make_assignment,
    make_classroom,
    make_question,
    make_submission,
    make_user,
    take_off_roster,
)
from tests.queries import counted_queries
from tests.work import hand_in_work, list_response_ids, mark

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def question(cast: Cast) -> int:
    """A question whose right answer is 100."""
    return make_question()


def path(cast: Cast, query: str = "") -> str:
    return f"/classrooms/{cast.ada_class}/gradebook{query}"


def cells(page: str, name: str) -> list[str]:
    """What a pupil's line says, signs as their words: name, average, then the cells."""
    return lines(page)[name]


def lines(page: str) -> dict[str, list[str]]:
    """Every line of the table's bodies by its pupil."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.DOTALL):
        said = re.sub(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', r" \1", row, flags=re.DOTALL)
        parts = re.split(r"</t[hd]>", said)
        texts = [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts]
        found[texts[0]] = texts[1:-1]
    return found


def read_file(client: Client, address: str) -> list[list[str]]:
    reply = client.get(address)
    assert reply.status_code == 200
    return list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_an_empty_class_says_what_to_do(cast: Cast, ada: Client) -> None:
    page = ada.get(path(cast))
    assert page.status_code == 200
    assert "Publish an assignment" in page.text


def test_each_state_has_its_own_cell(cast: Cast, ada: Client, question: int) -> None:
    now, essay = get_now(), make_question(QuestionKind.ESSAY)
    later: dict[str, Any] = {"due_at": now + DAY}
    ago: dict[str, Any] = {"due_at": now - DAY}
    ids = {
        "graded": make_assignment(cast.ada_class, [question], points=Decimal(4), **later),
        "held": make_assignment(cast.ada_class, [question], release=Release.BY_TEACHER, **later),
        "late": make_assignment(cast.ada_class, [question], **ago),
        "waits": make_assignment(cast.ada_class, [essay], **ago),
        "open": make_assignment(cast.ada_class, [question], **later),
        "missing": make_assignment(cast.ada_class, [question], **ago),
        "not yet": make_assignment(cast.ada_class, [question], opens_at=now + HOUR, **later),
        "begun": make_assignment(cast.ada_class, [question], **later),
    }
    for name in ("graded", "held"):
        hand_in_work(ids[name], cast.ben, "100")
    hand_in_work(ids["late"], cast.ben, "99")
    hand_in_work(ids["waits"], cast.ben, "Because.")
    make_submission(ids["begun"], cast.ben)
    make_assignment(cast.ada_class, [question], title="A draft", published_at=None)
    page = ada.get(path(cast)).text
    order = [
        int(found) for found in re.findall(r'<th scope="col"><a href="assignments/(\d+)"', page)
    ]
    said = dict(zip(order, cells(page, "Ben")[1:], strict=True))
    assert {name: said[id_] for name, id_ in ids.items()} == {
        "graded": "4", "held": "1 Held", "late": "0 Late", "waits": "Not graded yet Late", "open": "Not started ·",
        "missing": "Missing", "not yet": "Not open yet ·", "begun": "In progress",
    }  # fmt: skip
    assert "A draft" not in page


def test_averages_count_graded_work_only(cast: Cast, ada: Client, question: int) -> None:
    emma = make_user(given_name="Emma")
    enrol(cast.ada_class, emma)
    due: dict[str, Any] = {"due_at": get_now() - HOUR}
    one = make_assignment(cast.ada_class, [question], points=Decimal(3), **due)
    make_assignment(cast.ada_class, [question], points=Decimal(100), **due)
    two = make_assignment(cast.ada_class, [question, make_question()], points=Decimal(1))
    hand_in_work(one, cast.ben, "100")
    hand_in_work(one, emma, "99")
    hand_in_work(two, cast.ben, "99", "100")
    page = ada.get(path(cast)).text
    assert cells(page, "Ben")[0] == "80%"
    assert cells(page, "Emma")[0] == "0%"
    assert lines(page)["Average"] == ["50%", "–", "1.5 50%", "1 50%"]
    assert "graded work only" in page


def test_the_file_says_what_the_page_says(cast: Cast, ada: Client, question: int) -> None:
    emma = make_user(given_name="Emma", family_name="Ťažká")
    enrol(cast.ada_class, emma)
    now, essay = get_now(), make_question(QuestionKind.ESSAY)
    due: dict[str, Any] = {"due_at": now - HOUR}
    quiz = make_assignment(cast.ada_class, [question], points=Decimal("2.5"), **due)
    waits = make_assignment(cast.ada_class, [essay], **due)
    held = make_assignment(cast.ada_class, [question], release=Release.BY_TEACHER, **due)
    hand_in_work(quiz, cast.ben, "100")
    hand_in_work(waits, cast.ben, "Because.")
    hand_in_work(held, emma, "99")
    page, file = ada.get(path(cast)).text, read_file(ada, path(cast, ".csv"))
    words = {"Missing": "missing", "Not graded yet Late": "not graded yet"}
    for name, line in lines(page).items():
        if name == "Average":
            continue
        (row,) = (row for row in file if row[0] == name)
        shown = [words.get(said, said.partition(" ")[0]) for said in line[1:]]
        assert row[3:-1] == shown
        assert row[2] == line[0].removesuffix("%").replace("–", "")
    assert {"missing", "not graded yet"} <= {cell for row in file for cell in row}
    average = lines(page)["Average"]
    assert file[-1][2] == average[0].removesuffix("%")
    assert file[-1][3:-1] == [said.partition(" ")[0].replace("–", "") for said in average[1:]]
    assert file[1][3:-1] == [
        f"{worth}" for worth in re.findall(r"<small>of ([\d.]+)</small>", page)
    ]


def test_the_file_is_named_for_class_and_day(cast: Cast, ada: Client) -> None:
    reply = ada.get(path(cast, ".csv"))
    day = f"{get_now():%Y-%m-%d}"
    assert (
        reply.headers["Content-Disposition"]
        == f"attachment; filename=gradebook-ada-s-class-{day}.csv"
    )
    assert reply.headers["Content-Type"].startswith("text/csv")
    assert reply.data.startswith(b"\xef\xbb\xbf")


def test_the_files_name_bears_any_classes_name(cast: Cast, sign_in: SignIn) -> None:
    for name in ('Třída 5"B\r\nX: y', "五年级", "…/…", "💫"):
        room = make_classroom(cast.ada, name)
        header = sign_in(cast.ada).get(f"/classrooms/{room}/gradebook.csv").headers
        assert "X" not in header
        assert header["Content-Disposition"].startswith("attachment; filename=")


def test_names_and_titles_in_the_file_are_no_formulas(
    cast: Cast, ada: Client, question: int
) -> None:
    enrol(cast.ada_class, make_user(given_name="=cmd|' /C calc'!A0"))
    make_assignment(cast.ada_class, [question], title="+SUM(1,2)")
    file = read_file(ada, path(cast, ".csv"))
    assert file[0][3] == "'+SUM(1,2)"
    assert "'=cmd|' /C calc'!A0" in {row[0] for row in file}


def test_pupils_are_sorted_by_name_or_average(cast: Cast, ada: Client, question: int) -> None:
    quiz = make_assignment(cast.ada_class, [question, make_question()])
    for name, family, answers in (
        ("Zoe", "adams", ("100", "100")), ("Amy", "Young", ("100", "1")), ("Kim", "", ("1", "1")),
    ):  # fmt: skip
        pupil = make_user(given_name=name, family_name=family)
        enrol(cast.ada_class, pupil)
        hand_in_work(quiz, pupil, *answers)
    by_name = ["Zoe adams", "Ben", "Kim", "Amy Young", "Average"]
    assert list(lines(ada.get(path(cast)).text)) == by_name
    assert list(lines(ada.get(path(cast, "?sort=nonsense")).text)) == by_name
    highest = list(lines(ada.get(path(cast, "?sort=highest")).text))
    assert highest == ["Zoe adams", "Amy Young", "Kim", "Ben", "Average"]
    lowest = list(lines(ada.get(path(cast, "?sort=lowest")).text))
    assert lowest == ["Kim", "Amy Young", "Zoe adams", "Ben", "Average"]
    assert [row[0] for row in read_file(ada, path(cast, ".csv?sort=lowest"))[2:-1]] == lowest[:-1]


def test_two_emmas_are_told_apart(cast: Cast, ada: Client, question: int) -> None:
    for number in (1, 2):
        emma = make_user(given_name="Emma", family_name="Low", username=f"emma.l{number}")
        enrol(cast.ada_class, emma)
    quiz = make_assignment(cast.ada_class, [question])
    overview = ada.get(f"/classrooms/{cast.ada_class}/assignments/{quiz}").text
    for page in (ada.get(path(cast)).text, overview):
        assert "<small>emma.l1</small>" in page
        assert "<small>emma.l2</small>" in page
        assert "<small>ben</small>" not in page


def test_removed_pupils_stand_apart_and_in_no_average(
    cast: Cast, ada: Client, question: int
) -> None:
    gone = make_user(given_name="Gone")
    quiz = make_assignment(cast.ada_class, [question])
    enrol(cast.ada_class, gone)
    hand_in_work(quiz, gone, "100")
    hand_in_work(quiz, cast.ben, "99")
    take_off_roster(gone)
    page = ada.get(path(cast)).text
    assert "Gone" not in page
    assert "Show 1 pupil no longer in the class" in page
    page = ada.get(path(cast, "?removed=1")).text
    assert page.index("No longer in the class") < page.index(">Gone<")
    assert lines(page)["Average"][0] == "0%"
    assert [row[0] for row in read_file(ada, path(cast, ".csv"))][2:-1] == ["Ben"]
    assert read_file(ada, path(cast, ".csv?removed=1"))[3][-1] == "no longer in the class"


def test_the_best_attempt_and_the_late_penalty_count(
    cast: Cast, ada: Client, question: int
) -> None:
    quiz = make_assignment(
        cast.ada_class, [question], points=Decimal(5), due_at=get_now() - HOUR, attempts_allowed=3,
        late_rule=LateRule.PENALTY, late_penalty_percent=10,
    )  # fmt: skip
    hand_in_work(quiz, cast.ben, "99")
    hand_in_work(quiz, cast.ben, "100", attempt=2)
    assert cells(ada.get(path(cast)).text, "Ben") == ["90%", "4.5 Late"]


def test_every_cell_leads_to_its_grade(cast: Cast, ada: Client, question: int) -> None:
    quiz = make_assignment(cast.ada_class, [question])
    page = ada.get(path(cast)).text
    assert f'href="assignments/{quiz}/grades/{cast.ben}"' in page
    grade = f"/classrooms/{cast.ada_class}/assignments/{quiz}/grades/{cast.ben}"
    assert ada.get(grade).status_code == 200


def test_only_the_classes_teacher_gets_in(
    cast: Cast, sign_in: SignIn, stranger: Client, question: int
) -> None:
    make_assignment(cast.ada_class, [question])
    for end in ("", ".csv"):
        for person, status in (
            (cast.dan, 404),
            (cast.ben, 403),
            (cast.cleo, 404),
            (cast.root, 403),
        ):
            assert sign_in(person).get(path(cast, end)).status_code == status
        assert stranger.get(path(cast, end)).status_code == 303


def test_an_archived_class_is_read(cast: Cast, ada: Client, question: int) -> None:
    make_assignment(cast.ada_class, [question])
    archive(cast.ada_class)
    assert "This class is archived" in ada.get(path(cast)).text
    assert ada.get(path(cast, ".csv")).status_code == 200


def test_markup_in_names_and_titles_stays_text(cast: Cast, ada: Client, question: int) -> None:
    enrol(cast.ada_class, make_user(given_name="<b>x</b>"))
    make_assignment(cast.ada_class, [question], title='"><i>t</i>')
    page = ada.get(path(cast)).text
    assert "<b>x" not in page
    assert "<i>t" not in page


def test_the_page_asks_the_same_with_3_and_30_pupils(
    app: Flask, cast: Cast, ada: Client, question: int
) -> None:
    essay = make_question(QuestionKind.ESSAY)
    quizzes = [make_assignment(cast.ada_class, [question, essay]) for _ in range(2)]
    counts = []
    for more in (2, 27):
        for _ in range(more):
            pupil = make_user()
            enrol(cast.ada_class, pupil)
            mark(cast.ada, list_response_ids(hand_in_work(quizzes[0], pupil, "100", "So."))[1], "1")
            hand_in_work(quizzes[1], pupil, "100", "So.")
        for end in ("", ".csv"):
            with counted_queries() as statements:
                assert ada.get(path(cast, end)).status_code == 200
            counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 6
