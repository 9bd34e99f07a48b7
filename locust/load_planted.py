"""The platform with a planted fault: now and then somebody is given the first page that another person asked for.

Served by `make load ARGS="--plant leak"` alone, to see the load test fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from wsgi import app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EVERY = 3


class Leak:
    """Gives each third visitor of a pupil's first page the one that was drawn before, in the same process."""

    def __init__(self, real: WSGIApplication) -> None:
        self._real = real
        self._before: tuple[Any, ...] | None = None
        self._count = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] != "/student/":
            return self._real(environ, start_response)
        self._count += 1
        if self._before and self._count % EVERY == 0:
            status, headers, body = self._before
            start_response(status, headers)
            return [body]
        said: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            said[:] = [status, list(headers)]
            return (
                start_response(status, headers, exc_info)
                if exc_info
                else start_response(status, headers)
            )

        parts = self._real(environ, listen)
        body = b"".join(parts)
        if said and said[0].startswith("200"):
            self._before = (*said, body)
        if hasattr(parts, "close"):
            parts.close()
        return [body]


app.wsgi_app = Leak(app.wsgi_app)  # type: ignore[method-assign]
