"""From signing in to the result by keyboard alone, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cozmic.rules.enums import QuestionKind
from tests.browser.conftest import PHONE, Browse
from tests.factories import PASSWORD, Cast, make_assignment, make_question

pytestmark = pytest.mark.browser
KINDS = (QuestionKind.CHOICE, QuestionKind.NUMERIC, QuestionKind.TEXT, QuestionKind.ESSAY)
FARTHEST = 40
"""Presses of the Tab key: whoever needs more has lost the way."""
WHERE_WE_ARE = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const around = one.closest("label") ? getComputedStyle(one.closest("label")) : style;
  return {
    words: [one.innerText, one.value, one.name, one.getAttribute("aria-label")].join(" "),
    isSeen: [style, around].some((it) => it.outlineStyle !== "none" && parseFloat(it.outlineWidth) >= 2),
  };
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words; wherever it stops, it can be seen."""
    passed = []
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE_WE_ARE)
        passed.append(here["words"].strip())
        assert here["isSeen"], f"nothing shows that the focus is here: {passed[-1]}"
        if re.search(words, passed[-1]):
            return
    pytest.fail(f"{words!r} is not reached: {passed}")


def press(page: Page, words: str) -> None:
    """Go to a link or button and press Enter there."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def sign_in(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type("ben")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Mixed")


def answer(page: Page) -> None:
    """Answer one question of each kind; the arrow keys choose."""
    tab_to(page, "answer-")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Mars")).to_be_checked()
    for text in ("100", "Paris", "Rain\nand wind"):
        tab_to(page, "answer-")
        page.keyboard.type(text)


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [(1100, 800), PHONE], ids=["wide", "narrow"])
def test_a_quiz_is_taken_with_the_keyboard_alone(
    cast: Cast, browse: Browse, size: tuple[int, int], *, java_script_enabled: bool
) -> None:
    make_assignment(cast.ada_class, [make_question(kind) for kind in KINDS], title="Mixed")
    page = browse(size=size, java_script_enabled=java_script_enabled).new_page()
    sign_in(page)
    press(page, "Have a look")
    expect(page.locator("main")).to_contain_text("Attempts left")
    press(page, "Start")
    expect(page.locator(".take-item")).to_have_count(4)
    answer(page)
    press(page, "^Hand in")
    press(page, "Hand in now")
    expect(page.get_by_text("Handed in, not graded yet.")).to_be_visible()
    expect(page.get_by_label("Mars")).to_be_checked()
    expect(page.locator("main")).to_contain_text("Rain")


def test_the_first_tab_skips_to_the_main_part(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ben).new_page()
    page.goto("/student/progress")
    press(page, "Skip to the main part")
    assert page.evaluate("document.activeElement.id") == "main"
