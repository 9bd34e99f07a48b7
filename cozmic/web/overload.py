"""Pages that have waited too long for a thread are not drawn any more: nobody is there to read them.

More people than the machine can serve make a queue, and a queue that is never cut makes every page slow for as long as
they stay. Saying "in a moment" costs a hundredth of a page, so the queue is gone in seconds. What is sent to be kept
is always taken; those who sign in wait longer, and not for ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, render_template

from cozmic.observe.tally import current_tally
from cozmic.observe.watch import ENDPOINT
from cozmic.serving import is_for_one
from cozmic.web.security import PLAIN_PATHS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AGAIN_AFTER_S, SPREAD_S = 4, 6
"""When to come again, spread out so that they do not all come at once."""
SIGN_IN_WITHIN_MS = 15_000
"""How long those who sign in wait for each other: who waits longer has pressed the button again, or gone."""
READING = frozenset({"GET", "HEAD"})
MESSAGE = "A great many people are here just now. Try again in a few seconds; what you read comes back by itself."


def turn_away(app: Flask) -> None:
    """Put the middleware before all that draws pages; SHED_AFTER_MS=0 leaves it out."""
    if app.config["SHED_AFTER_MS"]:
        app.wsgi_app = Overload(app, app.wsgi_app)  # type: ignore[method-assign]


class Overload:
    """The middleware."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app, self._inner = app, inner
        self._longest_ms: int = app.config["SHED_AFTER_MS"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, or answer 503 with the moment to come again."""
        if not self._is_too_late(environ):
            return self._inner(environ, start_response)
        environ[ENDPOINT] = "overload"
        again_s = str(AGAIN_AFTER_S + secrets.randbelow(SPREAD_S))
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(self._page))),
            ("Retry-After", again_s),
        ]
        if environ["REQUEST_METHOD"] in READING:  # else it would be sent again
            headers.append(("Refresh", again_s))
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [self._page if environ["REQUEST_METHOD"] == "GET" else b""]

    def _is_too_late(self, environ: WSGIEnvironment) -> bool:
        waited_ms, path = current_tally().wait_ms, environ["PATH_INFO"]
        if waited_ms <= self._longest_ms or path in PLAIN_PATHS:
            return False
        if environ["REQUEST_METHOD"] in READING:
            return True
        return waited_ms > SIGN_IN_WITHIN_MS and is_for_one(path)

    @cached_property
    def _page(self) -> bytes:
        with self._app.test_request_context():
            page = render_template(
                "error.html", status=503, title="One moment, please", message=MESSAGE, next_step="", unsaved=[],
            )  # fmt: skip
        return page.encode()
