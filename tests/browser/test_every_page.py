"""Every screen of the URL map, as a browser shows it to each of those who may see it.

The school is the demo school. A new screen is looked at as soon as it has a route and a right in tests/house/rights.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from cozmic.extensions import db
from cozmic.rules.enums import QuestionKind
from tests.apps import make_migrated_app
from tests.browser.conftest import PATIENCE_MS, sign_in_browser
from tests.browser.demo_world import DemoWorld, Values, open_demo
from tests.browser.looking import assert_well_made_everywhere
from tests.house.rights import RIGHT_OF, Reply
from tests.services.postgres import PostgresServer
from tests.world import RULES, method_of

pytestmark = pytest.mark.browser
NO_SCREENS = {"auth.home", "classroom.gradebook_csv", "health.healthz", "health.readyz"}
"""A redirect, a file, two words for machines."""
SIGNED_IN = ("ada", "ben", "root")


def list_viewers(endpoint: str) -> tuple[str, ...]:
    """Name who looks: a stranger where everybody may, since the door looks the same to all; else each who may."""
    right = RIGHT_OF[endpoint]
    if right.stranger is Reply.IN:
        return ("stranger",)
    return tuple(name for name in SIGNED_IN if getattr(right, name) is Reply.IN)


SCREENS = [
    (name, rule.endpoint)
    for rule in RULES
    if method_of(rule) == "GET" and rule.endpoint not in NO_SCREENS
    for name in list_viewers(rule.endpoint)
]
Place = tuple[str, str, Callable[[DemoWorld], Values]]
# The same screens with something else in them: who looks, at which endpoint, with which values.
STATES: dict[str, Place] = {
    "a draft": ("ada", "classroom.assignment", lambda world: world.more["draft"]),
    "one question's queue": (
        "ada", "teacher.to_grade",
        lambda world: {"assignment": world.more["queue"]["assignment_id"], "question": world.more["queue"]["id"]},
    ),
    "the starter bank": ("ada", "teacher.questions", lambda _: {"shelf": "bank"}),
    "nothing found": ("ada", "teacher.questions", lambda _: {"shelf": "own", "text": "xyzzy"}),
    "a gradebook by average": ("ada", "classroom.gradebook", lambda _: {"sort": "lowest", "removed": 1}),
    "joining signed in": ("ben", "auth.join", lambda _: {}),
    "joining as a teacher": ("ada", "auth.join", lambda _: {}),
    **{
        f"a new {kind.value}": ("ada", "teacher.new_question", lambda _, kind=kind: {"kind": kind.value})  # type: ignore[misc]
        for kind in QuestionKind
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def world(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoWorld]:
    """The demo school in a database of its own, so that it is made once."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path_factory.mktemp("demo"))
    with open_demo(app) as world:
        yield world
    with app.app_context():
        db.engine.dispose()
    postgres_server.drop_database(url)


@dataclass(slots=True)
class Window:
    """One person's window, in which one page follows the other, and what the browser said about them."""

    page: Page
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.said.append(message.text)

        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", note)

    def look(self, path: str) -> None:
        """Open a page and look at it from all sides."""
        self.said.clear()
        reply = self.page.goto(path)
        assert reply is not None
        assert reply.status == 200
        assert_headed(self.page)
        assert_well_made_everywhere(self.page)
        assert self.said == []


@pytest.fixture(scope="module")
def windows(world: DemoWorld, chromium: Browser) -> Iterator[dict[str, Window]]:
    """A window for each person."""
    opened = {name: open_window(chromium, world, name) for name in ("stranger", *SIGNED_IN)}
    yield opened
    for window in opened.values():
        window.page.context.close()


def open_window(chromium: Browser, world: DemoWorld, name: str) -> Window:
    # No motion: colours are looked at when they are at rest.
    context = chromium.new_context(base_url=world.address, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    if name in world.people:
        with world.app.app_context():
            sign_in_browser(context, world.app, world.address, world.people[name])
    return Window(context.new_page())


def assert_headed(page: Page) -> None:
    """Assert that a page says what it is: one h1, and a title of its own."""
    headings = page.locator("h1").all_inner_texts()
    assert len(headings) == 1, headings
    assert headings[0].strip()
    title = page.title()
    assert title.endswith(" – CozmicLearning")
    assert not title.startswith(("Welcome –", " –"))


def address_of(world: DemoWorld, endpoint: str, values: Values) -> str:
    """The path of a route, with what its URL names from the demo school."""
    given = {**world.values, **world.special.get(endpoint, {}), **values}
    needed = next(rule for rule in RULES if rule.endpoint == endpoint).arguments
    kept = {name: value for name, value in given.items() if name in needed or name in values}
    with world.app.test_request_context():
        return world.app.url_for(endpoint, **kept)


@pytest.mark.parametrize(("name", "endpoint"), SCREENS)
def test_a_screen_is_well_made(
    world: DemoWorld, windows: dict[str, Window], name: str, endpoint: str
) -> None:
    windows[name].look(address_of(world, endpoint, {}))


@pytest.mark.parametrize("state", STATES)
def test_a_screen_with_something_else_in_it_is_well_made(
    world: DemoWorld, windows: dict[str, Window], state: str
) -> None:
    name, endpoint, find_values = STATES[state]
    windows[name].look(address_of(world, endpoint, find_values(world)))
