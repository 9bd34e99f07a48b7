"""The platform with a planted fault: "leak" gives people another person's first page, "loss" forgets what it has kept.

Served by `make load ARGS="--plant leak"` and the like alone, to see the load test fail.
"""

from __future__ import annotations

import os
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


class Loss:
    """Says of each third answer that it is kept, and does not keep it."""

    def __init__(self, real: WSGIApplication) -> None:
        self._real = real
        self._count = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] == "PUT":
            self._count += 1
            if self._count % EVERY == 0:
                start_response("200 OK", [("Content-Type", "application/json")])
                return [b'{"version": 1}']
        return self._real(environ, start_response)


PLANTS: dict[str, Any] = {"leak": Leak, "loss": Loss}
app.wsgi_app = PLANTS[os.environ["LOAD_PLANT"]](app.wsgi_app)  # type: ignore[method-assign]
