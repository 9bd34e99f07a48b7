"""How many pages somebody may ask for: per person when signed in, since a whole school shares one address.

Flask-Limiter holds the configuration, the storage, the strategy and the exemptions; its own hook is left out, since it
costs as much again as the count itself. docs/decisions/0007.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import Flask, g, request, session
from flask_limiter import ExemptionScope
from limits import RateLimitItem
from limits.strategies import RateLimiter

from cozmic.caching.limit_storage import LimitStorage
from cozmic.errors import TooMany
from cozmic.extensions import limiter
from cozmic.rules.addresses import network_of
from cozmic.rules.waits import wait_in_words
from cozmic.web.begun import find_begun
from cozmic.web.viewer import admit

View = TypeVar("View", bound=Callable[..., object])
WHOLE_CLASS = "_is_whole_class"
MOST_SPENT = 10_000
# The strategy is part of each key: another one on the same Redis would stumble over these counts.
PREFIX = "cozmic:fixed-window"
PAGES_SPENT = "You have asked for a great many pages in a short time. Try again {wait}."
VISITS_SPENT = "A great many pages have been asked for from your network. Try again {wait}."
WHOLE_CLASS_SPENT = (
    "You have done this for whole classes many times in a short while. Try again {wait}."
)


def whole_class(view: View) -> View:
    """Mark a view that works on a whole class or list at once, of which one may do few a minute."""
    setattr(view, WHOLE_CLASS, True)
    return view


def limit_pages(app: Flask) -> None:
    """Bind the limiter to the application and count each request before anything else of it runs."""
    # Flask-Limiter adds its hooks to an application that it does not know yet.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
    if app.config["RATELIMIT_ENABLED"]:
        limits = app.extensions["page_limits"] = PageLimits(app, limiter.limiter)
        app.before_request(limits.check)


def count_fallbacks() -> int:
    """Return how many counts this process made in memory because Redis did not answer, for the metrics."""
    storage = limiter.storage if limiter.initialized else None
    return storage.fallbacks if isinstance(storage, LimitStorage) else 0


class PageLimits:
    """The limits of one application."""

    def __init__(self, app: Flask, counts: RateLimiter) -> None:
        """Take the application, for its settings and views, and where to count."""
        self._app = app
        self._counts = counts
        self._pages: RateLimitItem = app.config["LIMIT_PAGES"]
        self._visits: RateLimitItem = app.config["LIMIT_VISITORS"]
        self._whole_class: RateLimitItem = app.config["LIMIT_WHOLE_CLASS"]
        self._exempt: dict[str | None, bool] = {}
        # Two schools may share a Redis, and both have a person 1.
        secret = str(app.secret_key).encode()
        self._prefix = (
            f"{PREFIX}:{hashlib.blake2b(secret, digest_size=4, person=b'limits').hexdigest()}"
        )
        self._spent: dict[int, float] = {}  # until when, by the monotonic clock
        storage: Any = counts.storage
        self._storage: LimitStorage = storage

    def check(self) -> None:
        """Count this request; raise TooMany where its limit is spent. One Redis command, two on whole-class actions.

        Who asks is read from the signed cookie. The count of a person's pages is sent now and looked at by the guard,
        after the database has answered: waiting for both in turn costs a tenth of a cached page. Whoever was refused
        once is refused from then on before anything is asked, by this process's own memory.
        """
        endpoint = request.endpoint
        is_exempt = self._exempt.get(endpoint)
        if is_exempt is None:
            is_exempt = self._exempt[endpoint] = self._is_exempt(endpoint)
        if is_exempt:
            return
        user_id = session.get("user_id")
        if isinstance(user_id, int):
            self._begin(user_id)
            # No guard comes after, or a form's token is looked at before.
            if endpoint is None or request.method not in {"GET", "HEAD"}:
                finish_count()
            is_whole_class = hasattr(self._app.view_functions.get(endpoint or ""), WHOLE_CLASS)
            if is_whole_class and admit() is not None:
                self._count(self._whole_class, "whole-class", str(user_id), WHOLE_CLASS_SPENT)
        else:
            self._count_visit()

    def _count_visit(self) -> None:
        self._count(self._visits, "visits", network_of(request.remote_addr), VISITS_SPENT)

    def _begin(self, user_id: int) -> None:
        """Send the count of a person's pages, and look at it when the database has said who they are."""
        if self.is_shut(user_id):
            self._refuse(PAGES_SPENT, self._spent[user_id] - time.monotonic())
        key = self._key(user_id)
        begun = find_begun(request.environ)
        count = (begun and begun.count) or self.begin(user_id)

        def finish() -> None:
            spent = count()
            if (
                admit() is None
            ):  # a cookie outlives its session, and whoever kept one is not who it names
                self._storage.take_back(key)
                self._count_visit()
            elif self.is_spent(spent):
                wait_s = self._storage.get_expiry(key) - time.time()  # the storage's clock
                if len(self._spent) >= MOST_SPENT:
                    self._spent.clear()
                self._spent[user_id] = time.monotonic() + wait_s
                self._refuse(PAGES_SPENT, wait_s)

        g.finish_count = finish

    def is_shut(self, user_id: int) -> bool:
        """Whether somebody was refused and is still to wait, as far as this process knows."""
        return self._spent.get(user_id, 0.0) > time.monotonic()

    def begin(self, user_id: int) -> Callable[[], int]:
        """Send the count of a person's pages, and return what waits for it."""
        return self._storage.begin(self._key(user_id), self._pages.get_expiry())

    def is_spent(self, count: int) -> bool:
        """Whether so many pages in a window are too many."""
        return count > self._pages.amount

    def _key(self, user_id: int) -> str:
        return self._pages.key_for(self._prefix, "pages", str(user_id))

    def _is_exempt(self, endpoint: str | None) -> bool:
        scope = limiter.limit_manager.exemption_scope(self._app, endpoint, request.blueprint)
        return ExemptionScope.APPLICATION in scope

    def _count(self, limit: RateLimitItem, name: str, whose: str, message: str) -> None:
        if self._counts.hit(limit, self._prefix, name, whose):
            return
        # The storage keeps its windows by this machine's clock, so the wait is told by it too.
        ends_at = self._counts.storage.get_expiry(limit.key_for(self._prefix, name, whose))
        self._refuse(message, ends_at - time.time())  # the same clock

    @staticmethod
    def _refuse(message: str, wait_s: float) -> NoReturn:
        whole_s = max(1, math.ceil(wait_s))
        raise TooMany(message.format(wait=wait_in_words(whole_s)), retry_after_s=whole_s)


def finish_count() -> None:
    """Look at the count that this request began; raise TooMany where the limit is spent."""
    finish: Callable[[], None] | None = g.pop("finish_count", None)
    if finish is not None:
        finish()
