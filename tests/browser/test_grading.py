"""Marking by keyboard, without scripts, and how the teacher's pages look."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page

from cozmic.rules.enums import QuestionKind, Release
from tests.browser.conftest import DESKTOP, PHONE, Browse
from tests.browser.looking import assert_well_made
from tests.factories import Cast, enrol, make_assignment, make_question, make_submission, make_user
from tests.work import hand_in_work, list_response_ids, mark, stored_response

pytestmark = pytest.mark.browser
LONG = "Adding fractions with unlike denominators, and Donaudampfschifffahrtsgesellschaftskapitän"


@pytest.fixture
def essays(cast: Cast) -> int:
    """An essay of 3 points."""
    question = make_question(QuestionKind.ESSAY, prompt="Why?")
    return make_assignment(
        cast.ada_class, [question], title="Essays", points=Decimal(3), release=Release.BY_TEACHER
    )


@pytest.fixture
def waiting(cast: Cast, essays: int) -> list[int]:
    """Three answers that wait, oldest first."""
    pupils = [cast.ben, make_user(given_name="Emma"), make_user(given_name="Omar")]
    for pupil in pupils[1:]:
        enrol(cast.ada_class, pupil)
    return [list_response_ids(hand_in_work(essays, pupil, "Because."))[0] for pupil in pupils]


def open_desk(page: Page, response_id: int) -> None:
    page.goto(f"/teacher/grading/{response_id}")
    page.locator("[data-quick]").wait_for(state="visible")


def test_a_class_is_marked_with_one_hand(cast: Cast, waiting: list[int], browse: Browse) -> None:
    page = browse(cast.ada).new_page()
    open_desk(page, waiting[0])
    page.keyboard.press("h")
    assert page.input_value("#points") == "1.5"
    assert page.locator('[data-key="h"]').get_attribute("aria-pressed") == "true"
    page.keyboard.press("n")
    page.wait_for_url(f"**/grading/{waiting[1]}")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/grading/{waiting[2]}")
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_url("**/to-grade")
    assert page.get_by_text("All done").is_visible()
    points = [stored_response(response_id).points for response_id in waiting]
    assert points == [Decimal("1.5"), Decimal(2), Decimal(3)]


def test_no_key_acts_while_a_comment_is_typed(
    cast: Cast, waiting: list[int], browse: Browse
) -> None:
    page = browse(cast.ada).new_page()
    open_desk(page, waiting[0])
    page.keyboard.press("c")
    page.keyboard.type("no 0 half of f, s\nand n")
    assert page.input_value("#comment") == "no 0 half of f, s\nand n"
    assert page.input_value("#points") == ""
    assert page.url.endswith(f"/grading/{waiting[0]}")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.press("n")
    page.wait_for_url(f"**/grading/{waiting[1]}")
    assert stored_response(waiting[0]).comment == "no 0 half of f, s\nand n"


def test_keys_can_be_turned_off_and_stay_off(
    cast: Cast, waiting: list[int], browse: Browse
) -> None:
    page = browse(cast.ada).new_page()
    open_desk(page, waiting[0])
    page.get_by_label("Use these keys").uncheck()
    page.reload()
    page.locator("[data-quick]").wait_for(state="visible")
    assert not page.get_by_label("Use these keys").is_checked()
    page.locator("h1").click()
    page.keyboard.press("f")
    assert page.input_value("#points") == ""
    page.locator('[data-key="f"]').click()
    assert page.input_value("#points") == "3"


def test_saving_without_points_asks_for_them_and_skipping_saves_nothing(
    cast: Cast, waiting: list[int], browse: Browse
) -> None:
    page = browse(cast.ada).new_page()
    open_desk(page, waiting[0])
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "points"
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_url(f"**/grading/{waiting[1]}")
    assert stored_response(waiting[0]).points is None


def test_the_desk_works_without_scripts(cast: Cast, waiting: list[int], browse: Browse) -> None:
    page = browse(cast.ada, java_script_enabled=False).new_page()
    page.goto(f"/teacher/grading/{waiting[0]}")
    assert not page.locator("[data-quick]").is_visible()
    page.fill("#points", "2,5")
    page.click("text=Save and go on")
    page.wait_for_url(f"**/grading/{waiting[1]}")
    assert stored_response(waiting[0]).points == Decimal("2.5")


def test_two_tabs_do_not_overwrite_each_other(
    cast: Cast, waiting: list[int], browse: Browse
) -> None:
    window = browse(cast.ada)
    first, second = window.new_page(), window.new_page()
    open_desk(first, waiting[0])
    open_desk(second, waiting[0])
    first.keyboard.press("f")
    first.keyboard.press("n")
    first.wait_for_url(f"**/grading/{waiting[1]}")
    second.keyboard.press("0")
    second.keyboard.press("n")
    second.get_by_text("Marked meanwhile").wait_for()
    assert second.input_value("#points") == "0"
    assert stored_response(waiting[0]).points == Decimal(3)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_well_made(
    cast: Cast,
    essays: int,
    waiting: list[int],
    browse: Browse,
    size: tuple[int, int],
    scheme: str,
) -> None:
    mark(cast.ada, waiting[0], "2.5", "Well said.")
    long = make_user(given_name=LONG[:80], family_name=LONG[-80:], username="long")
    enrol(cast.ada_class, long)
    make_submission(essays, long)
    doubtful = make_assignment(
        cast.ada_class, [make_question(QuestionKind.TEXT, prompt=f"{LONG}?")], title=LONG
    )
    pariss = hand_in_work(doubtful, long, "Pariss")
    hand_in_work(doubtful, cast.ben, "x" * 400)
    room = f"/classrooms/{cast.ada_class}"
    submission_id = stored_response(waiting[0]).submission_id
    page = browse(cast.ada, size=size, color_scheme=scheme).new_page()
    for address in (
        "/teacher/to-grade", f"/teacher/to-grade?assignment={essays}", f"/teacher/grading/{waiting[1]}",
        f"/teacher/grading/{waiting[0]}", f"{room}/gradebook", f"{room}/assignments/{essays}/grades/{cast.ben}",
        f"{room}/submissions/{submission_id}", f"/teacher/grading/{list_response_ids(pariss)[0]}",
        f"{room}/submissions/{pariss}", f"{room}/assignments/{doubtful}/grades/{long}",
    ):  # fmt: skip
        reply = page.goto(address)
        assert reply is not None
        assert reply.status == 200
        assert_well_made(page)


def test_saving_without_points_says_what_is_missing(
    browse: Browse, cast: Cast, waiting: list[int]
) -> None:
    page = browse(cast.ada).new_page()
    open_desk(page, waiting[0])
    page.keyboard.press("n")
    points = page.locator("#points")
    said = "one => one.validationMessage"
    assert points.evaluate(said) == "Give the points first: 0 to 3."
    points.fill("2")
    assert points.evaluate(said) == ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{waiting[1]}**")
