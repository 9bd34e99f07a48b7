"""Screens from the cache: finished pages, never stale, each one person's. DESIGN: the cache law.

Every request is admitted by the database first, and learns there at which revision the page stands; the cache is
asked for that revision alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from cozmic.access.admission import Viewer
from cozmic.access.revisions import Depends
from cozmic.caching.bodies import Body, to_ms
from cozmic.caching.single_flight import find_or_compute
from cozmic.caching.stores import get_page_store
from cozmic.observe.tally import current_tally
from cozmic.rules.enums import Role
from cozmic.rules.wall_clock import start_of_day
from cozmic.web.begun import find_begun
from cozmic.web.page_names import REVALIDATE, find_key, is_unchanged, namer, origin_of
from cozmic.web.slots import cut, fill, has_flashes, marked_slots
from cozmic.web.viewer import DEPENDS, current_viewer

P = ParamSpec("P")
TTL_MS = 3600 * 1000
"""How long a page is kept at most. What is no longer asked for, since its revision is past, goes by this."""


def cached(
    depends: Depends, *, pupils: Depends | None = None, is_timeless: bool = False
) -> Callable[[Callable[P, str]], Callable[P, str | Response]]:
    """Cache a GET screen by what it depends on, which may be something else for pupils.

    The view draws it with screen(template, data), and data.changes_at says when the clock alone changes it (None:
    never); a timeless screen's data need not. Asked with a query it is drawn anew each time.
    """

    def decorate(view: Callable[P, str]) -> Callable[P, str | Response]:
        @wraps(view)
        def from_cache(*args: P.args, **kwargs: P.kwargs) -> str | Response:
            viewer = current_viewer()
            key = _key(viewer)
            if key is None:
                return view(*args, **kwargs)
            name = namer(
                key, viewer, token=session.get("csrf_token", ""), secret=str(current_app.secret_key)
            )
            asked = request.headers.get("If-None-Match", "")
            if not has_flashes() and is_unchanged(asked, viewer, name):
                current_tally().cache = "unchanged"
                return _respond(b"", asked, status=304)
            begun = find_begun(request.environ)
            body, how = find_or_compute(
                get_page_store(), key, now_ms=to_ms(viewer.now), ttl_ms=TTL_MS,
                is_cold=begun is not None and begun.cold_key == key,
                compute=lambda: _draw(lambda: view(*args, **kwargs), viewer, is_timeless=is_timeless),
            )  # fmt: skip
            current_tally().cache = how
            etag = "" if has_flashes() else name(body.until_ms)
            return _respond(fill(body.content), etag)

        by_role = {role.value: depends for role in Role}
        setattr(from_cache, DEPENDS, {**by_role, Role.STUDENT.value: pupils or depends})
        return from_cache

    return decorate


def _key(viewer: Viewer) -> str | None:
    return find_key(request.endpoint or "", viewer, role_hint=session.get("role"), origin=_origin())


def _origin() -> str:
    public: str = current_app.config["PUBLIC_URL"]
    return public or origin_of(request.scheme, request.headers.get("Host"))


def _draw(view: Callable[[], str], viewer: Viewer, *, is_timeless: bool) -> Body:
    with marked_slots() as marks:
        g.drawn = None
        content = cut(view(), marks)
        drawn = g.pop("drawn")
    changes_at: datetime | None = None if is_timeless else drawn.changes_at
    midnight = start_of_day(viewer.now, viewer.tz, days=1)
    return Body(content, to_ms(min(midnight, changes_at or midnight)))


def _respond(content: bytes, etag: str, *, status: int = 200) -> Response:
    response = Response(content, status=status, mimetype="text/html")
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = REVALIDATE
    return response
