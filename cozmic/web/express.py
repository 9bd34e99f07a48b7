"""Cached screens, answered before Flask is entered: its own ways around one cost as much as finding it.

It shares keys, limits, admission, metrics and log line with the slow way, and answers byte for byte the same. Anything
doubtful goes the slow way, together with what is done already (web/begun.py). docs/decisions/0013 has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from cozmic.access.admission import Viewer, door_of, engine_of, find_viewer
from cozmic.access.revisions import Depends
from cozmic.caching.bodies import to_ms
from cozmic.caching.stores import PageStore
from cozmic.connections import within_deadline
from cozmic.extensions import cache
from cozmic.observe.tally import current_tally
from cozmic.observe.watch import ENDPOINT
from cozmic.web.begun import BEGUN, Begun
from cozmic.web.cached_screens import CachedScreens, Screen
from cozmic.web.page_names import REVALIDATE, find_key, is_unchanged, namer, origin_of
from cozmic.web.slots import fill, find_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes]


def answer_early(app: Flask) -> None:
    """Put the middleware right before Flask; EXPRESS=0 leaves it out."""
    if app.config["EXPRESS"]:
        app.wsgi_app = Express(app, app.wsgi_app)  # type: ignore[method-assign]


class Express:
    """The middleware."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app, self._inner, self._config = app, inner, app.config
        self._cookie: str = app.config["SESSION_COOKIE_NAME"]
        self._limits: Any = app.extensions.get("page_limits")
        self._engine = engine_of(app)
        self._screens = CachedScreens(app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or hand it on."""
        if environ["REQUEST_METHOD"] == "GET" and not environ["QUERY_STRING"]:
            screen, room_id = self._find_screen(environ)
            session = screen and self._find_session(environ)
            if screen and session:
                answer = self._answer(environ, screen, room_id, session)
                if answer is not None:
                    status, headers, content = answer
                    environ[ENDPOINT] = screen.endpoint
                    start_response(status, headers)
                    return [content]
        return self._inner(environ, start_response)

    def _find_screen(self, environ: WSGIEnvironment) -> tuple[Screen | None, int | None]:
        is_redirected = self._config["FORCE_HTTPS"] and environ["wsgi.url_scheme"] != "https"
        if is_redirected or environ.get("SCRIPT_NAME") or not self._config["PAGE_CACHE"]:
            return None, None
        return self._screens.find(environ["PATH_INFO"])

    def _find_session(self, environ: WSGIEnvironment) -> dict[str, Any] | None:
        """Return what the cookie says, where it was verified lately; that one holds no message to be shown."""
        for part in environ.get("HTTP_COOKIE", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self._cookie:
                interface: Any = self._app.session_interface
                found: dict[str, Any] | None = interface.recall(value)
                return found
        return None

    def _answer(
        self, environ: WSGIEnvironment, screen: Screen, room_id: int | None, session: dict[str, Any]
    ) -> Answer | None:
        """Count and admit, as a page's limit and guard do; None, and what was done lies in the environ."""
        session_id, user_id = session.get("session_id"), session.get("user_id")
        depends = screen.depends.get(str(session.get("role")), Depends.NOTHING)
        token = find_token(str(self._app.secret_key), str(session.get("csrf_token")))
        if not (isinstance(session_id, int) and isinstance(user_id, int)):
            return None
        if depends is Depends.NOTHING or token is None:
            return None
        if self._limits is not None and self._limits.is_shut(user_id):
            return None
        environ[BEGUN] = begun = Begun(self._limits and self._limits.begin(user_id))
        door = door_of(self._app, self._engine)
        current_tally().endpoint = screen.endpoint  # for the log of slow statements
        try:
            with within_deadline():
                begun.viewer = viewer = find_viewer(
                    session_id, user_id, classroom_id=room_id, depends=depends, door=door
                )
        except Exception as error:  # noqa: BLE001  raised again where errors become pages
            begun.error = error
            return None
        if viewer is None or self._is_spent(begun) or not screen.admits(viewer):
            return None
        return self._find_page(environ, screen.endpoint, viewer, {**session, "token": token})

    def _is_spent(self, begun: Begun) -> bool:
        if begun.count is None:
            return False
        count = begun.count()
        begun.count = lambda: count
        return bool(self._limits.is_spent(count))

    def _find_page(
        self, environ: WSGIEnvironment, endpoint: str, viewer: Viewer, session: dict[str, Any]
    ) -> Answer | None:
        origin = self._config["PUBLIC_URL"] or origin_of(
            environ["wsgi.url_scheme"], environ.get("HTTP_HOST")
        )
        key = find_key(endpoint, viewer, role_hint=session["role"], origin=origin)
        if key is None:
            return None
        name = namer(key, viewer, token=session["csrf_token"], secret=str(self._app.secret_key))
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if is_unchanged(asked, viewer, name):
            current_tally().cache = "unchanged"
            return "304 NOT MODIFIED", [*_headers(asked)], b""
        store: PageStore = self._app.extensions["cache"][cache]
        body = store.find(key)
        if body is None or body.until_ms <= to_ms(viewer.now):
            environ[BEGUN].cold_key = key
            return None
        current_tally().cache = "hit"
        content = fill(body.content, {"token": session["token"], "flashes": ""}.__getitem__)
        size = ("Content-Length", str(len(content)))
        return "200 OK", [HTML, size, *_headers(name(body.until_ms))], content


def _headers(etag: str) -> Headers:
    return [("ETag", etag), ("Cache-Control", REVALIDATE), ("Vary", "Cookie")]
