"""A real browser in front of a live server.

`live_server` is the address of the application that the `app` fixture emptied, so a test arranges and looks at rows
as everywhere else. `browse(user_id)` opens a window of somebody who is signed in. What the browser reports on its
console as an error of the page's own scripts, or as a breach of the content policy, fails the test.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from cozmic.extensions import db
from tests.client import signed_in
from tests.services.chromium import FLAGS

PATIENCE_MS = 10_000
DESKTOP = (1100, 800)
PHONE = (360, 740)
Browse = Callable[..., BrowserContext]


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log(self, *_args: Any) -> None:
        """Keep the test's output to the test."""


class Server(ThreadedWSGIServer):
    """Waits at its end for what is under way, so that the next test finds rest."""

    daemon_threads = False


@pytest.fixture(params=["postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """One database is enough for what happens in a browser: the one that a school runs."""
    from tests.conftest import empty_database  # noqa: PLC0415  its own `app` is hidden by this one

    application: Flask = request.getfixturevalue("postgres_app")
    application.config["CLOCK_OFFSET_S"] = 0.0
    with application.app_context():
        empty_database()
        yield application
        db.session.remove()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address at which the application answers."""
    db.session.rollback()
    with serving(app) as address:
        yield address


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Let an application answer at an address, in threads of this process, until the block ends."""
    server = Server("127.0.0.1", 0, app, handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """One browser for all tests; each has windows of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def browse(app: Flask, chromium: Browser, live_server: str) -> Iterator[Browse]:
    """Return a function that opens a window, a device of its own, of a person (None: nobody).

    Keywords go to the browser: viewport, java_script_enabled, color_scheme ... `size` is short for a viewport.
    """
    windows: list[BrowserContext] = []
    faults: list[str] = []

    def note(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note_violation)

    def note_violation(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_window(
        user_id: int | None = None, *, size: tuple[int, int] = DESKTOP, **options: Any
    ) -> BrowserContext:
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        window = chromium.new_context(base_url=live_server, viewport=viewport, **options)
        window.set_default_timeout(PATIENCE_MS)
        window.on("page", note)
        windows.append(window)
        if user_id is not None:
            sign_in_browser(window, app, live_server, user_id)
        return window

    yield open_window
    for window in windows:
        window.close()
    assert faults == []


def sign_in_browser(window: BrowserContext, app: Flask, live_server: str, user_id: int) -> None:
    """Give a window the cookie of a new sign-in, as the sign-in form would."""
    cookie = signed_in(app, user_id).get_cookie("cozmic")
    assert cookie is not None
    window.add_cookies([{"name": "cozmic", "value": cookie.value, "url": live_server}])
    db.session.rollback()
