"""What every response carries, and HTTPS before anything else."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Request, current_app, redirect, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self'; script-src 'self'; style-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# A shared computer's back button must not show the last pupil's page; a cached screen says otherwise for itself.
DEFAULTS = tuple(
    (name.lower(), (name, value))
    for name, value in {**HEADERS, "Cache-Control": "no-store"}.items()
)
READ_FOR_S, MOST_READ = 300.0, 4096
HSTS = "max-age=31536000; includeSubDomains"
PLAIN_PATHS = ("/healthz", "/readyz", "/metrics")  # asked by the host itself, without TLS


def secure(app: Flask) -> None:
    """Trust exactly the configured proxies, redirect to HTTPS where the config says so, and add the headers.

    Each proxy adds an address to X-Forwarded-For. X-Forwarded-Proto is one value however many there are: asking for
    more would find none, and the redirect would loop. X-Forwarded-Host is not believed at all, since a proxy that
    leaves it alone lets anybody choose the host in our links; the Host header must be passed on instead.
    """
    app.wsgi_app = _Headers(app.wsgi_app)  # type: ignore[method-assign]
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=1, x_host=0)  # type: ignore[method-assign]
    if app.config["FORCE_HTTPS"]:
        app.before_request(_to_https)
    app.session_interface = _Cookies()
    app.after_request(_name_no_host)


def _to_https() -> Response | None:
    if request.is_secure or request.path in PLAIN_PATHS:
        return None
    # Under PUBLIC_URL where it is set, since a Host header can be forged.
    public: str = current_app.config["PUBLIC_URL"]
    if public.startswith("https://"):
        return redirect(public + request.full_path.removesuffix("?"), code=308)
    return redirect(request.url.replace("http://", "https://", 1), code=308)


class _Cookies(SecureCookieSessionInterface):
    """Remembers what cookies say; sends one that came over TLS over TLS alone, also where a proxy redirects to it."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, tuple[dict[str, Any] | None, float]] = OrderedDict()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session. A cookie that was verified within five minutes is not verified again."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        found = self.recall(cookie)
        if found is not None:
            return self.session_class(found)
        session = super().open_session(app, request)
        # A list in it could be changed by the request that holds it: such a cookie is read anew each time.
        if session and all(isinstance(value, int | str) for value in session.values()):
            self._read[cookie] = dict(session), time.monotonic() + READ_FOR_S
            if len(self._read) > MOST_READ:
                with suppress(KeyError):  # another thread was quicker
                    self._read.popitem(last=False)
        return session

    def recall(self, cookie: str) -> dict[str, Any] | None:
        """Return what a cookie says that was verified within five minutes; None for any other. To be read only."""
        found, until = self._read.get(cookie, (None, 0.0))
        return found if until > time.monotonic() else None

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


class _Headers:
    """Adds what each response carries, outside Flask: eight headers set one by one cost more than finding the page."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_secure = environ["wsgi.url_scheme"] == "https"

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            given = {name.lower() for name, _ in headers}
            headers += [pair for name, pair in DEFAULTS if name not in given]
            if is_secure and "strict-transport-security" not in given:
                headers.append(("Strict-Transport-Security", HSTS))
            return start_response(status, headers, exc_info)

        return self._app(environ, start)


def _name_no_host(response: Response) -> Response:
    """The router's redirects name the host that was asked for, which may be forged: leave it out."""
    slashed = request.routing_exception
    if isinstance(slashed, RequestRedirect) and response.location == slashed.new_url:
        parts = urlsplit(slashed.new_url)
        response.location = urlunsplit(("", "", parts.path, parts.query, ""))
    return response
