"""Taking in a real browser: no answer is lost, whatever happens to the tab, the connection or the sign-in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import Assignment, GradeChange, Response, Submission, UserSession
from cozmic.rules.enums import QuestionKind
from cozmic.transaction import transaction
from tests.browser.conftest import PHONE, Browse, sign_in_browser
from tests.factories import Cast, enrol, make_assignment, make_question, make_submission, make_user
from tests.web.handing_in import items_of

pytestmark = pytest.mark.browser
KINDS = (QuestionKind.CHOICE, QuestionKind.NUMERIC, QuestionKind.TEXT, QuestionKind.ESSAY)
SAVED, OFFLINE, FAILED = "saved", "offline", "failed"


@pytest.fixture
def quiz(cast: Cast) -> int:
    """One question of each kind, in the order of KINDS."""
    return make_assignment(cast.ada_class, [make_question(kind) for kind in KINDS], title="Mixed")


@pytest.fixture
def attempt(cast: Cast, quiz: int) -> int:
    return make_submission(quiz, cast.ben)


def open_quiz(window: BrowserContext, attempt: int) -> Page:
    page = window.new_page()
    page.goto(f"/student/attempts/{attempt}")
    page.wait_for_selector(".take-state:not([hidden])")
    return page


def field(page: Page, number: int) -> Locator:
    """The control of a question that is typed into."""
    return page.locator(f"#question-{number} :is(input[type=text], textarea)")


def choose(page: Page, text: str) -> None:
    page.locator("#question-1 label", has_text=text).click()


def wait_until(page: Page, state: str) -> None:
    """Wait until the page says that all is saved, or kept on the device, or not right."""
    page.wait_for_selector(f'.autosave[data-state="{state}"]')


def press_hand_in(page: Page) -> None:
    page.locator(".hand-in > summary").click()
    page.locator("[data-hand-in]").click()


def stored(attempt: int) -> list[object]:
    db.session.rollback()
    rows = db.session.query(Response.answer).filter_by(submission_id=attempt)
    answers = [answer for (answer,) in rows.order_by(Response.item_id)]
    db.session.rollback()
    return answers


def kept(page: Page) -> list[str]:
    """What this device keeps."""
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter(n => n.startsWith('cozmic'))"
    )
    return names


def answer_elsewhere(attempt: int, number: int, answer: str) -> None:
    """Save an answer as another device would."""
    item = items_of(attempt)[number - 1]
    with transaction():
        row = db.session.query(Response).filter_by(submission_id=attempt, item_id=item).one()
        row.answer, row.version = answer, row.version + 1


def test_every_answer_is_saved_as_it_is_given(cast: Cast, browse: Browse, attempt: int) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    choose(page, "Venus")
    field(page, 2).press_sequentially("3/4")
    field(page, 4).fill("Two\ncauses")
    wait_until(page, SAVED)
    page.wait_for_function("!localStorage.length")
    assert stored(attempt) == ["b", "3/4", None, "Two\ncauses"]
    expect(page.locator("#answered")).to_have_text("3 of 4 answered")
    expect(page.locator(".question-map .is-answered")).to_have_count(3)


def test_answers_survive_a_closed_tab(cast: Cast, browse: Browse, attempt: int) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    field(page, 2).press_sequentially("42")
    page.close(run_before_unload=True)  # at once: before the pause after typing is over
    again = open_quiz(window, attempt)
    wait_until(again, SAVED)
    expect(field(again, 2)).to_have_value("42")
    assert stored(attempt)[1] == "42"


def test_answers_survive_a_crash_without_a_connection(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    window.set_offline(True)
    choose(page, "Mars")
    field(page, 3).fill("Paris")
    wait_until(page, OFFLINE)
    assert len(kept(page)) == 2
    page.close()
    window.set_offline(False)
    again = open_quiz(window, attempt)
    wait_until(again, SAVED)
    again.wait_for_function("!localStorage.length")
    assert stored(attempt) == ["a", None, "Paris", None]


def test_a_lost_connection_is_told_and_made_good(cast: Cast, browse: Browse, attempt: int) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    window.set_offline(True)
    field(page, 2).fill("7")
    wait_until(page, OFFLINE)
    expect(page.locator("#question-2 .answer-state")).to_have_text(
        "Not saved yet: kept on this device"
    )
    field(page, 2).fill("8")
    window.set_offline(False)
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "8"


def test_a_busy_server_is_asked_again(cast: Cast, browse: Browse, attempt: int) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    refusals = iter([503, 500, 429])

    def refuse_thrice(route: Route) -> None:
        status = next(refusals, None)
        route.fulfill(status=status, body="busy") if status else route.continue_()

    page.route("**/answers/*", refuse_thrice)
    field(page, 2).fill("9")
    wait_until(page, OFFLINE)
    page.wait_for_selector('.autosave[data-state="saved"]', timeout=20_000)
    assert stored(attempt)[1] == "9"


def test_a_reply_that_is_lost_is_not_taken_for_somebody_elses_answer(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    lost = iter([True])

    def lose_the_first_reply(route: Route) -> None:
        if next(lost, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/answers/*", lose_the_first_reply)
    field(page, 2).fill("1")
    wait_until(page, OFFLINE)
    field(page, 2).fill("12")
    wait_until(page, SAVED)
    assert page.locator(".conflict").count() == 0
    assert stored(attempt)[1] == "12"


def test_one_request_at_a_time_for_each_question(cast: Cast, browse: Browse, attempt: int) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    running: list[int] = [0, 0]

    def watch(route: Route) -> None:
        running[0] += 1
        running[1] = max(running)
        route.continue_()

    page.route("**/answers/*", watch)
    page.on("requestfinished", lambda _: running.__setitem__(0, running[0] - 1))
    for text in ("1", "12", "123", "1234"):
        field(page, 2).fill(text)
        field(page, 2).blur()
    wait_until(page, SAVED)
    assert running[1] == 1
    assert stored(attempt)[1] == "1234"


@pytest.mark.parametrize(
    ("button", "stands"), [("Keep what is here", "mine"), ("Take the other one", "theirs")]
)
def test_two_tabs_that_disagree_leave_the_choice_to_the_pupil(
    cast: Cast, browse: Browse, attempt: int, button: str, stands: str
) -> None:
    window = browse(cast.ben)
    page, other = open_quiz(window, attempt), open_quiz(window, attempt)
    field(other, 3).fill("theirs")
    wait_until(other, SAVED)
    other.wait_for_function("!localStorage.length")
    field(page, 3).fill("mine")
    wait_until(page, FAILED)
    conflict = page.locator("#question-3 .conflict")
    expect(conflict).to_contain_text("theirs")
    expect(conflict).to_contain_text("mine")
    assert stored(attempt)[2] == "theirs"
    conflict.get_by_role("button", name=button).click()
    wait_until(page, SAVED)
    page.wait_for_function("!localStorage.length")
    expect(field(page, 3)).to_have_value(stands)
    assert stored(attempt)[2] == stands


def test_a_choice_that_was_changed_elsewhere_is_told_in_words(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    answer_elsewhere(attempt, 1, "a")
    choose(page, "Venus")
    conflict = page.locator("#question-1 .conflict")
    expect(conflict.locator("[data-here]")).to_have_text("Venus")
    expect(conflict.locator("[data-there]")).to_have_text("Mars")


def test_handing_in_takes_what_was_typed_last_and_clears_the_device(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    choose(page, "Mars")
    field(page, 2).fill("100")
    press_hand_in(page)
    page.wait_for_url("**/result")
    assert stored(attempt) == ["a", "100", None, None]
    assert kept(page) == []
    expect(page.locator("main")).to_contain_text("of 4 points")


def test_pressing_hand_in_twice_hands_in_once(cast: Cast, browse: Browse, attempt: int) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/hand-in") else None)
    page.locator(".hand-in > summary").click()
    page.locator("[data-hand-in]").dblclick()
    page.wait_for_url("**/result")
    assert len(sent) == 1
    assert db.session.query(GradeChange).count() == 1


def test_the_question_before_handing_in_says_what_is_unanswered(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    field(page, 2).fill("1")
    page.locator(".hand-in > summary").click()
    expect(page.locator("#unanswered")).to_have_text("3 of 4 questions have no answer yet.")
    assert db.session.get_one(Submission, attempt).handed_in_at is None


def test_handing_in_without_a_connection_loses_nothing_and_works_later(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    window.set_offline(True)
    field(page, 3).fill("Paris")
    press_hand_in(page)
    expect(page.locator("#take-note")).to_contain_text("not handed in yet")
    expect(field(page, 3)).to_have_value("Paris")
    window.set_offline(False)
    page.locator("[data-hand-in]").click()
    page.wait_for_url("**/result")
    assert stored(attempt)[2] == "Paris"


def test_an_answer_changed_elsewhere_is_asked_about_before_it_is_handed_in(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    field(page, 2).fill("5")
    wait_until(page, SAVED)
    answer_elsewhere(attempt, 2, "6")
    press_hand_in(page)
    expect(page.locator("#take-note")).to_contain_text("hand in again")
    page.locator("#question-2").get_by_role("button", name="Take the other one").click()
    press_hand_in(page)
    page.wait_for_url("**/result")
    assert stored(attempt)[1] == "6"


def test_enter_in_a_field_saves_and_hands_nothing_in(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    field(page, 2).fill("5")
    field(page, 2).press("Enter")
    wait_until(page, SAVED)
    assert page.url.endswith(f"/student/attempts/{attempt}")
    assert stored(attempt)[1] == "5"


@pytest.mark.parametrize("how", ["the session has ended", "signed out in another tab"])
def test_signing_in_again_in_another_tab_sends_what_was_kept(
    app: Flask, cast: Cast, live_server: str, browse: Browse, attempt: int, how: str
) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    with transaction():
        db.session.query(UserSession).delete()
    if how == "signed out in another tab":
        window.clear_cookies()
    field(page, 2).fill("31")
    expect(page.locator("#take-note")).to_contain_text("Sign in again in a new tab")
    expect(page.locator("[data-sign-in]")).to_be_visible()
    assert len(kept(page)) == 1
    sign_in_browser(window, app, live_server, cast.ben)
    page.evaluate("dispatchEvent(new Event('focus'))")  # the pupil comes back to this tab
    wait_until(page, SAVED)
    expect(page.locator("#take-note")).to_be_hidden()
    assert stored(attempt)[1] == "31"


def test_a_page_from_before_a_new_sign_in_hands_in_all_the_same(
    app: Flask, cast: Cast, live_server: str, browse: Browse, attempt: int
) -> None:
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    window.clear_cookies()
    sign_in_browser(window, app, live_server, cast.ben)  # its token is another one
    press_hand_in(page)
    page.wait_for_url("**/result")


def test_another_pupil_on_the_same_device_neither_sees_nor_sends_what_was_kept(
    app: Flask, cast: Cast, live_server: str, browse: Browse, quiz: int, attempt: int
) -> None:
    eve = make_user(given_name="Eve")
    enrol(cast.ada_class, eve)
    hers = make_submission(quiz, eve)
    window = browse(cast.ben)
    page = open_quiz(window, attempt)
    window.set_offline(True)
    field(page, 2).fill("secret")
    wait_until(page, OFFLINE)
    window.clear_cookies()
    sign_in_browser(window, app, live_server, eve)
    window.set_offline(False)
    expect(page.locator("#take-note")).to_contain_text("Somebody else is signed in")
    page.close()
    page = open_quiz(window, hers)
    wait_until(page, SAVED)
    assert "secret" not in page.content()
    assert stored(hers) == [None] * 4
    assert stored(attempt) == [None] * 4
    assert len(kept(page)) == 1  # Ben may come back to this device
    window.clear_cookies()
    sign_in_browser(window, app, live_server, cast.ben)
    page = open_quiz(window, attempt)
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "secret"


def test_what_somebody_else_left_behind_is_cleared_after_a_week(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    page.evaluate(
        """() => {
          const entry = (days) => JSON.stringify({answer: "x", version: 0, sent: [], at: Date.now() - days * 864e5});
          localStorage.setItem("cozmic.answer.999.1.1", entry(8));
          localStorage.setItem("cozmic.answer.999.1.2", entry(6));
          localStorage.setItem("cozmic.answer.999.1.3", "not ours");
        }"""
    )
    page.reload()
    page.wait_for_selector(".take-state:not([hidden])")
    assert kept(page) == ["cozmic.answer.999.1.2"]


def test_an_answer_that_cannot_be_taken_says_why_and_stays(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    field(page, 2).evaluate("one => one.removeAttribute('maxlength')")
    field(page, 2).fill("1" * 501)
    wait_until(page, FAILED)
    expect(page.locator("#question-2 .answer-state")).to_contain_text("at most 500 characters")
    field(page, 2).fill("1")
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "1"


def test_what_was_handed_in_elsewhere_takes_no_more(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    window = browse(cast.ben)
    page, other = open_quiz(window, attempt), open_quiz(window, attempt)
    press_hand_in(other)
    other.wait_for_url("**/result")
    field(page, 2).fill("late")
    expect(page.locator("#take-note")).to_contain_text("handed in already")
    expect(page.locator(".autosave")).to_have_text("Not saved")
    expect(page.locator("#question-2 .answer-state")).to_have_text("Not saved")
    expect(page.locator(".quiz-foot button:visible, .quiz-foot summary:visible")).to_have_count(0)
    page.locator(".quiz-foot").get_by_role("link", name="See how it stands").click()
    page.wait_for_url("**/result")
    assert kept(page) == []


def test_an_attempt_that_cannot_be_reached_leads_nowhere(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    page.route("**/answers/*", lambda route: route.fulfill(status=404, json={"error": "None."}))
    field(page, 2).fill("late")
    expect(page.locator("#take-note")).to_contain_text("can no longer be reached")
    expect(page.locator(".autosave")).to_have_text("Not saved")
    expect(page.locator(".hand-in")).to_be_hidden()
    expect(page.get_by_role("link", name="See how it stands")).to_have_count(0)


def test_closing_is_told_before_and_when_it_comes(
    cast: Cast, browse: Browse, quiz: int, attempt: int
) -> None:
    with transaction():
        db.session.get_one(Assignment, quiz).closes_at = get_now() + timedelta(seconds=4)
    page = open_quiz(browse(cast.ben), attempt)
    expect(page.locator("#take-note")).to_contain_text("less than five minutes")
    field(page, 2).fill("3")
    expect(page.locator("#take-note")).to_contain_text("your teacher can collect it")
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "3"


def test_without_a_script_answers_are_saved_and_handed_in(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = browse(cast.ben, java_script_enabled=False).new_page()
    page.goto(f"/student/attempts/{attempt}")
    assert page.locator(".take-state").is_hidden()
    choose(page, "Mars")
    field(page, 2).fill("41")
    field(page, 2).press("Enter")
    expect(page.locator(".flash")).to_have_text("Your answers are saved.")
    expect(field(page, 2)).to_have_value("41")
    field(page, 2).fill("100")
    press_hand_in(page)
    page.wait_for_url("**/result")
    assert stored(attempt) == ["a", "100", None, None]


def test_without_a_script_nothing_typed_is_lost_to_an_answer_from_elsewhere(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = browse(cast.ben, java_script_enabled=False).new_page()
    page.goto(f"/student/attempts/{attempt}")
    answer_elsewhere(attempt, 2, "theirs")
    field(page, 2).fill("mine")
    field(page, 3).fill("Paris")
    press_hand_in(page)
    expect(page.locator("#question-2")).to_contain_text("theirs")
    expect(field(page, 2)).to_have_value("mine")
    expect(field(page, 3)).to_have_value("Paris")
    press_hand_in(page)
    page.wait_for_url("**/result")
    assert stored(attempt)[1:3] == ["mine", "Paris"]


def test_a_page_that_came_back_goes_on_with_the_script(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    answer_elsewhere(attempt, 2, "theirs")
    field(page, 2).evaluate("one => { one.value = 'mine'; one.form.submit(); }")  # past the script
    page.wait_for_url("**/hand-in")
    expect(page.locator("#question-2 .conflict")).to_contain_text("theirs")
    page.locator("#question-2").get_by_role("button", name="Keep what is here").click()
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "mine"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_everything_fits_and_can_be_touched(
    cast: Cast, browse: Browse, attempt: int, scheme: str
) -> None:
    window = browse(cast.ben, size=PHONE, has_touch=True, is_mobile=True, color_scheme=scheme)
    page = open_quiz(window, attempt)
    page.locator("#question-1 label").first.tap()
    field(page, 2).tap()
    field(page, 2).fill("100")
    wait_until(page, SAVED)
    page.locator(".hand-in > summary").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll("label.answer, .quiz-foot .button:not([hidden]), .hand-in summary")]
             .filter(one => one.getBoundingClientRect().height < 44).map(one => one.textContent)"""
    )
    assert small == []
    page.locator("[data-hand-in]").tap()
    page.wait_for_url("**/result")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_readers_are_told_politely_and_every_field_has_a_name(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    page = open_quiz(browse(cast.ben), attempt)
    expect(page.locator(".autosave")).to_have_attribute("role", "status")
    for number in (2, 3, 4):
        expect(field(page, number)).to_have_accessible_name(re.compile("answer", re.IGNORECASE))
    expect(page.get_by_role("group", name="Choose one answer")).to_have_count(1)


def test_what_was_typed_before_the_script_came_is_saved_too(
    cast: Cast, browse: Browse, attempt: int
) -> None:
    window = browse(cast.ben)
    page = window.new_page()

    def late(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/js/taking.js", late)
    page.goto(f"/student/attempts/{attempt}", wait_until="commit")
    field(page, 2).fill("42")
    choose(page, "Mars")
    wait_until(page, SAVED)
    assert stored(attempt)[1] == "42"
    assert stored(attempt)[0] is not None
