"""The ten-minute tour: a class learns, from the teacher's first sign-in to her dashboard, through the real pages.

The pictures in docs/images are made anew by
    COZMIC_TOUR_IMAGES=docs/images .venv/bin/python -m pytest tests/browser/test_tour.py
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import School
from cozmic.rules.enums import Role
from cozmic.seed.bank import load_bank
from cozmic.transaction import transaction
from tests.browser.album import Album
from tests.browser.conftest import Browse
from tests.browser.looking import assert_well_made
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.browser
SIZE, PHONE = (1280, 880), (390, 844)
PUPILS = ("Emma Taylor", "Emma Thompson", "Lucas Novak", "Noah Okoye", "Priya Shah", "Zoë Carter")
SKILL = "Solids, liquids and gases"
TITLE = "Where does the water go?"
GAS, BOIL, TRAY, CHANGE, GLASS = (
    "Which of these is a gas", "does pure water boil", "shallow metal tray", "from a gas to a liquid",
    "A glass of ice-cold water",
)  # fmt: skip
EMMAS_ESSAY = (
    "The water was in the air of the kitchen all the time, as water vapour. The cold glass cooled the air "
    "next to it, and so drops came on the outside."
)
FEEDBACK = "You know where it came from! What is the name of that change?"


@pytest.fixture
def album(tmp_path: Path) -> Album:
    """Pictures go to the folder that COZMIC_TOUR_IMAGES names, or nowhere that lasts."""
    folder = Path(os.environ.get("COZMIC_TOUR_IMAGES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("tour-*.png"):
        old.unlink()
    return Album(folder)


@pytest.fixture
def school(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A teacher, the starter bank, and nothing else."""
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learn.orion.example")
    make_user(Role.TEACHER, "Grace", family_name="Whitfield", username="grace")
    with transaction() as touched:
        load_bank(touched, get_now())
        db.session.get_one(School, 1).name = "Orion Primary School"
        touched.school()


@pytest.mark.long
@pytest.mark.usefixtures("school")
def test_a_class_learns_from_end_to_end(browse: Browse, album: Album) -> None:
    teacher = browse(
        size=SIZE, permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce"
    ).new_page()
    phone = browse(size=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    laptop = browse(size=SIZE, reduced_motion="reduce").new_page()

    sign_in(teacher, "grace", PASSWORD, album)
    make_class(teacher)
    cards = add_pupils(teacher, album)
    code = copy_code(teacher)
    emma = phone.new_page()
    sign_in(emma, *cards["Emma Thompson"])
    join_by_code(laptop, code, album)

    write_question(teacher, album)
    make_assignment(teacher, album)
    start(emma, album)
    emma = close_and_come_back(emma, album)
    finish(emma)
    hand_in_quickly(laptop)

    grade_by_keyboard(teacher, album)
    look_at_gradebook(teacher, album)
    look_at_result(emma, album)
    look_at_progress(emma, album)
    look_at_dashboard(teacher, album)


def sign_in(page: Page, username: str, password: str, album: Album | None = None) -> None:
    """Sign in with the password; whoever has nothing to do yet is told what comes first."""
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    if album:
        album.add(page, "sign in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".account")).to_be_visible()


def make_class(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Welcome, Grace")
    page.get_by_role("link", name="Make a class").click()
    page.get_by_label("Name of the class").fill("Science 5B")
    page.get_by_label("Grade").select_option(label="Grade 5")
    page.get_by_role("button", name="Open the class").click()
    expect(page.get_by_text("No pupils yet")).to_be_visible()


def add_pupils(page: Page, album: Album) -> dict[str, tuple[str, str]]:
    """Paste the roster; return each pupil's user name and password as the cards say them."""
    page.get_by_role("link", name="Add pupils").click()
    page.locator("#text").fill("\n".join(PUPILS))
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    expect(page.locator(".roster-preview tbody tr")).to_have_count(len(PUPILS))
    album.add(page, "check the list")
    page.get_by_role("button", name=f"Add {len(PUPILS)} pupils").click()
    expect(page.get_by_text("These passwords are shown this once")).to_be_visible()
    album.add(page, "login cards")
    cards = dict(read_card(card) for card in page.locator(".login-card").all())
    assert tuple(cards) == PUPILS
    assert cards["Emma Taylor"][0] == "emma.t"
    assert cards["Emma Thompson"][0] == "emma.t2"
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="6 pupils")).to_be_visible()
    return cards


def read_card(card: Locator) -> tuple[str, tuple[str, str]]:
    username, password = card.locator("code").all_inner_texts()
    return card.locator("h2").inner_text(), (username, password)


def copy_code(page: Page) -> str:
    page.get_by_role("link", name="Stream").click()
    page.locator(".join-code button").click()
    expect(page.locator(".join-code button")).to_have_text("Copied")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".join-code code").inner_text()
    return copied


def join_by_code(page: Page, code: str, album: Album) -> None:
    """Come in without an account: a name and a password of one's own are enough."""
    page.goto("/")
    page.get_by_role("link", name="I have a class code").click()
    page.locator("#code").fill(code.lower())
    page.locator("#given_name").fill("Omar")
    page.locator("#family_name").fill("Haddad")
    page.locator("#password").fill("seven green kites")
    album.add(page, "join by code")
    page.get_by_role("button", name="Join the class").click()
    expect(page.locator("h1")).to_have_text("Welcome, Omar!")
    expect(page.locator(".join-code code")).to_have_text("omar.h")
    page.get_by_role("link", name="I have written it down").click()
    expect(page.locator("h1")).to_have_text("All done, Omar!")
    expect(page.get_by_role("link", name="Science 5B")).to_be_visible()


def write_question(page: Page, album: Album) -> None:
    """Write a question of one choice, see it as pupils will, and save it."""
    page.get_by_role("link", name="Questions").click()
    page.get_by_text("New question").click()
    page.get_by_role("link", name="One choice").click()
    page.get_by_label("Question", exact=True).fill(f"{GAS} at room temperature?")
    for place, text in enumerate(("Iron", "Oxygen", "Olive oil", "Table salt")):
        page.locator(f"#choice_{place}").fill(text)
    page.get_by_label("B is right").check()
    page.locator("#difficulty").select_option(label="1 – very easy")
    page.locator("#skill").select_option(label=f"{SKILL} (grade 5)")
    page.get_by_label("Explanation").fill(
        "Oxygen is part of the air. The others are solid or liquid at 20 °C."
    )
    page.get_by_role("button", name="Preview").last.click()
    preview = page.locator("#preview")
    expect(preview.get_by_label("Oxygen")).to_be_visible()
    expect(preview.get_by_text("Nothing has been saved.")).to_be_visible()
    album.add(page, "write a question")
    page.get_by_role("button", name="Save question").click()
    expect(page.locator("main")).to_contain_text("yours, written")


def make_assignment(page: Page, album: Album) -> None:
    """Make a draft due tomorrow, pick the own question and the bank's of every kind, weigh the essay, publish."""
    page.get_by_role("link", name="Classes").click()
    page.get_by_role("link", name="Science 5B").click()
    page.get_by_role("link", name="Assignments").click()
    page.get_by_role("link", name="New assignment").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Instructions").fill(
        "Read each question twice, then answer in your own words."
    )
    page.locator("#due_at").fill(f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}T16:00")
    page.get_by_role("button", name="Make the draft").click()
    pick_questions(page, album)
    essay = page.locator(".item", has_text=GLASS)
    essay.locator("input").fill("3")
    page.get_by_role("button", name="Save points").click()
    expect(page.get_by_text("7 points in all")).to_be_visible()
    album.add(page, "ready to publish")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".stats")).to_contain_text("0 of 7")


def pick_questions(page: Page, album: Album) -> None:
    if page.locator("h1").inner_text() != "Pick questions":
        page.get_by_role("link", name="Pick questions").click()
    page.locator("#skill").select_option(label=f"{SKILL} (grade 5)")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("skill="))
    for prompt in (GAS, BOIL, TRAY, CHANGE, GLASS):
        page.locator(".pick", has_text=prompt).get_by_role("checkbox").check()
    album.add(page, "pick questions")
    page.get_by_role("button", name="Add ticked").click()
    expect(page.locator("main")).to_contain_text("5 questions")
    page.get_by_role("link", name="Done").click()
    expect(page.locator(".item")).to_have_count(5)


def asked(page: Page, prompt: str) -> Locator:
    """One question of a quiz."""
    return page.locator(".take-item", has_text=prompt)


def start(page: Page, album: Album) -> None:
    """See what is new, start it, and answer a first part; every answer is saved as it is given."""
    page.goto("/")
    expect(page.locator("h1")).to_have_text(TITLE)
    album.add(page, "a pupil's first page")
    page.get_by_role("link", name="Have a look").tap()
    expect(page.locator("main")).to_contain_text("Read each question twice")
    page.get_by_role("button", name="Start").tap()
    asked(page, GAS).get_by_text("Oxygen").tap()
    asked(page, BOIL).get_by_role("textbox").fill("100")
    expect(page.locator("#answered")).to_have_text("2 of 5 answered")
    expect(page.locator(".autosave")).to_have_text("All saved")


def close_and_come_back(page: Page, album: Album) -> Page:
    """Close the tab, open another, and find the answers there."""
    window = page.context
    page.close(run_before_unload=True)
    page = window.new_page()
    page.goto("/")
    page.get_by_role("link", name="Continue").tap()
    expect(asked(page, GAS).get_by_label("Oxygen")).to_be_checked()
    expect(asked(page, BOIL).get_by_role("textbox")).to_have_value("100")
    expect(page.locator(".autosave")).to_have_text("All saved")
    album.add(page, "taking it on a phone")
    return page


def finish(page: Page) -> None:
    """Answer the rest and hand in; what a rule can mark waits for the essay."""
    asked(page, TRAY).get_by_text("In the sunlight").tap()
    asked(page, CHANGE).get_by_role("textbox").fill("Condensation")
    asked(page, GLASS).get_by_role("textbox").fill(EMMAS_ESSAY)
    hand_in(page)


def hand_in(page: Page) -> None:
    page.locator(".hand-in > summary").click()
    expect(page.locator("#unanswered")).to_have_text("Every question has an answer.")
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_text("Handed in, not graded yet.")).to_be_visible()


def hand_in_quickly(page: Page) -> None:
    """Do the same at a desk, as the one who joined by code."""
    page.goto("/")
    page.get_by_role("link", name="Have a look").click()
    page.get_by_role("button", name="Start").click()
    asked(page, GAS).get_by_text("Oxygen").click()
    asked(page, BOIL).get_by_role("textbox").fill("90")
    asked(page, TRAY).get_by_text("In the air").click()
    asked(page, CHANGE).get_by_role("textbox").fill("condensing")
    asked(page, GLASS).get_by_role("textbox").fill(
        "Vapour from the air condenses on the cold glass."
    )
    hand_in(page)


def grade_by_keyboard(page: Page, album: Album) -> None:
    """Two essays wait: points, a comment, and on to the next, without the mouse."""
    page.goto("/")
    page.get_by_role("link", name="Grade 2 answers").click()
    expect(page.locator("main")).to_contain_text(TITLE)
    page.get_by_role("link", name="Start with the oldest").click()
    expect(page.locator("h1")).to_have_text("Emma Thompson")
    expect(page.get_by_text(EMMAS_ESSAY)).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.type(FEEDBACK)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    album.add(page, "grade by keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Omar Haddad")
    page.keyboard.press("f")
    page.keyboard.press("n")
    expect(page.get_by_text("All done")).to_be_visible()


def look_at_gradebook(page: Page, album: Album) -> None:
    page.get_by_role("link", name="Classes").click()
    page.get_by_role("link", name="Science 5B").click()
    page.get_by_role("link", name="Gradebook").click()
    points = {name: page.get_by_role("row", name=name).locator("td").last for name in PUPILS}
    expect(points["Emma Thompson"]).to_have_text("5")
    expect(page.get_by_role("row", name="Omar Haddad").locator("td").last).to_have_text("6")
    expect(points["Priya Shah"]).to_have_text(re.compile("Not started"))
    album.add(page, "gradebook")


def look_at_result(page: Page, album: Album) -> None:
    """See the grade, the teacher's words and the right answers."""
    page.goto("/")
    page.get_by_role("link", name=TITLE).tap()
    expect(page.locator(".grade-figure")).to_have_text("5 of 7 points")
    expect(page.get_by_text("In the air, as water vapour")).to_be_visible()
    essay = page.locator(".question", has_text=GLASS)
    expect(essay.locator(".comment")).to_contain_text(FEEDBACK)
    assert_well_made(page)
    page.locator(".comment").scroll_into_view_if_needed()
    album.add_as_it_stands(page, "grade and feedback")


def look_at_progress(page: Page, album: Album) -> None:
    page.get_by_role("link", name="Progress").tap()
    expect(page.get_by_role("row", name=SKILL)).to_contain_text("5 of 7")
    album.add(page, "progress")


def look_at_dashboard(page: Page, album: Album) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Hello, Grace")
    expect(page.get_by_text("1 class, 7 pupils")).to_be_visible()
    expect(page.get_by_text("2 of 7 in")).to_be_visible()
    album.add(page, "teacher's dashboard")
