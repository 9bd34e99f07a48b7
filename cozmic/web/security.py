"""What every response carries, and HTTPS before anything else."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, current_app, redirect, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

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
HSTS = "max-age=31536000; includeSubDomains"
PLAIN_PATHS = ("/healthz", "/readyz", "/metrics")  # asked by the host itself, without TLS


def secure(app: Flask) -> None:
    """Trust exactly the configured proxies, redirect to HTTPS where the config says so, and add the headers.

    Each proxy adds an address to X-Forwarded-For. X-Forwarded-Proto is one value however many there are: asking for
    more would find none, and the redirect would loop. X-Forwarded-Host is not believed at all, since a proxy that
    leaves it alone lets anybody choose the host in our links; the Host header must be passed on instead.
    """
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=1, x_host=0)  # type: ignore[method-assign]
    if app.config["FORCE_HTTPS"]:
        app.before_request(_to_https)
    app.session_interface = _Cookies()
    app.after_request(_add_headers)


def _to_https() -> Response | None:
    if request.is_secure or request.path in PLAIN_PATHS:
        return None
    # Under PUBLIC_URL where it is set, since a Host header can be forged.
    public: str = current_app.config["PUBLIC_URL"]
    if public.startswith("https://"):
        return redirect(public + request.full_path.removesuffix("?"), code=308)
    return redirect(request.url.replace("http://", "https://", 1), code=308)


class _Cookies(SecureCookieSessionInterface):
    """Sends a cookie that came over TLS over TLS alone, also where a proxy and not we redirect to it."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


def _add_headers(response: Response) -> Response:
    slashed = request.routing_exception
    if isinstance(slashed, RequestRedirect) and response.location == slashed.new_url:
        # The router names the host that was asked for, which may be forged.
        parts = urlsplit(slashed.new_url)
        response.location = urlunsplit(("", "", parts.path, parts.query, ""))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint != "static":
        # A shared computer's back button must not show the last pupil's page.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
