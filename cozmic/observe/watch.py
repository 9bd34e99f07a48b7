"""Around every request: an id, a tally, and at the end of the response one log line and the metrics.

A WSGI middleware, so that it sees what Flask's hooks do not: exceptions that leave the application, streamed bodies to
their end, and visitors who hang up. Static files are served outside it, at no cost.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask

from cozmic.observe.gauges import Gauges
from cozmic.observe.metrics import HANG_UPS, count_request
from cozmic.observe.request_log import RequestLog
from cozmic.observe.sentry import report_error, report_request
from cozmic.observe.tally import NO_ENDPOINT, Tally, begin_tally
from cozmic.observe.waiting import take_wait

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENDPOINT = "cozmic.endpoint"
"""Where something that answers before Flask does leaves the endpoint for which it does."""
METHODS = frozenset({"GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH"})
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics"})
"""Asked every few seconds by machines: in the log only where they fail."""


def watch_requests(app: Flask) -> None:
    """Put the middleware around the application as it is now: what is put around it later is not watched."""
    gauges = app.extensions["gauges"] = Gauges()
    log = RequestLog() if app.config["LOG_REQUESTS"] else None
    app.wsgi_app = Watch(  # type: ignore[method-assign]
        app.wsgi_app, gauges=gauges, log=log, tells_browser=app.config["DEVELOPMENT"]
    )


class Watch:
    """The middleware. With all it does it takes about 20 us a request."""

    def __init__(
        self, app: WSGIApplication, *, gauges: Gauges, log: RequestLog | None, tells_browser: bool
    ) -> None:
        self._app = app
        self.gauges = gauges
        self.log = log
        self.tells_browser = tells_browser
        self.running: set[_Exchange] = set()
        self._has_complained = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        exchange = _Exchange(self, environ, start_response)
        self.running.add(exchange)
        try:
            exchange.body = self._app(environ, exchange.start_response)
        except BaseException as error:
            exchange.fail(error)
            exchange.end()
            raise
        return exchange

    def tell(self, exchange: _Exchange) -> None:
        """Write the line and count, once the response has ended."""
        seconds = perf_counter() - exchange.began
        endpoint, method = exchange.endpoint, exchange.asked["REQUEST_METHOD"]
        method = method if method in METHODS else "other"
        status, tally = exchange.status, exchange.tally
        if self.log is not None and (endpoint not in QUIET or status >= 400):
            self.log.write(_facts(exchange, endpoint, method, seconds * 1000))
        count_request(endpoint, method, status, seconds=seconds, tally=tally)
        if exchange.is_cut_short:
            HANG_UPS.inc()
        self.gauges.sample(is_idle=not self.running)
        if endpoint not in QUIET:
            report_request(tally, method, status, seconds)

    def complain(self, error: Exception) -> None:
        """Say once, and not at each request from then on, that telling fails."""
        if not self._has_complained:
            self._has_complained = True
            logging.getLogger(__name__).error("requests are not counted: %r", error)


class _Exchange:
    """One request and its response, which it hands on part by part."""

    __slots__ = (
        "_hand_on", "_has_ended", "_watch", "asked", "began", "body", "endpoint", "is_cut_short", "length",
        "status", "tally",
    )  # fmt: skip

    def __init__(self, watch: Watch, environ: WSGIEnvironment, hand_on: StartResponse) -> None:
        waited_s = take_wait()
        self.began = perf_counter() - waited_s
        # Always our own: an id from outside could be another request's, or anything at all.
        self.tally: Tally = begin_tally(os.urandom(8).hex())
        self.tally.wait_ms = waited_s * 1000
        self.asked = environ
        self.body: Iterable[bytes] = ()
        self.endpoint, self.status = NO_ENDPOINT, 500
        self.length: int | None = None
        self.is_cut_short = True
        self._hand_on = hand_on
        self._has_ended = False
        self._watch = watch

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Any:
        self.status = int(status[:3])
        self.endpoint = self.tally.endpoint = _endpoint_of(self.asked)
        for name, value in headers:
            if name == "Content-Length":
                self.length = int(value)
        headers.append(("X-Request-ID", self.tally.request_id))
        if self._watch.tells_browser:
            headers.append(("Server-Timing", _timing(self)))
        return (
            self._hand_on(status, headers, exc_info) if exc_info else self._hand_on(status, headers)
        )

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self.body:  # noqa: UP028  `yield from` would close the body a second time
                yield part
        except Exception as error:
            self.fail(error)
            raise
        self.is_cut_short = False

    def fail(self, error: BaseException) -> None:
        self.is_cut_short = False
        self.status = 500
        self.tally.error = type(error).__name__
        report_error(error)

    def close(self) -> None:
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        except BaseException as error:
            self.fail(error)
            raise
        finally:
            self.end()

    def end(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._watch.running.discard(self)
            try:
                self._watch.tell(self)
            except Exception as error:  # noqa: BLE001  nobody loses a page since it could not be counted
                self._watch.complain(error)


def _endpoint_of(environ: WSGIEnvironment) -> str:
    """Return Flask's name for what was asked: from the request that lies in the environ until Flask has answered."""
    request = environ.get("werkzeug.request")
    return environ.get(ENDPOINT) or getattr(request, "endpoint", None) or NO_ENDPOINT


def _facts(exchange: _Exchange, endpoint: str, method: str, ms: float) -> dict[str, Any]:
    tally = exchange.tally
    facts: dict[str, Any] = {
        "id": tally.request_id,
        "endpoint": endpoint,
        "method": method,
        "status": exchange.status,
        "ms": round(ms, 2),
        "wait_ms": round(tally.wait_ms, 2),
        "sql_n": tally.sql_n,
        "sql_ms": round(tally.sql_ms, 2),
        "redis_n": tally.redis_n,
        "cache": tally.cache,
        "bytes": exchange.length,
    }
    if tally.error:
        facts["error"] = tally.error
    if exchange.is_cut_short:
        facts["hung_up"] = True
    return facts


def _timing(exchange: _Exchange) -> str:
    tally, ms = exchange.tally, (perf_counter() - exchange.began) * 1000
    cache = f', cache;desc="{tally.cache}"' if tally.cache else ""
    return (
        f'total;dur={ms:.2f}, db;dur={tally.sql_ms:.2f};desc="{tally.sql_n}", '
        f'redis;desc="{tally.redis_n}"{cache}'
    )
