"""The domain's errors, and HTTP's, as pages: in one place, and without the database."""

from __future__ import annotations

from traceback import format_tb

from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from cozmic.access.admission import Viewer
from cozmic.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    LockedOut,
    NotFound,
    NotSignedIn,
    TooMany,
)
from cozmic.observe.sentry import report_error
from cozmic.observe.tally import current_tally, note_error
from cozmic.transaction import end_reading
from cozmic.web.database_words import words_for
from cozmic.web.role_words import a_role
from cozmic.web.unsaved import list_unsaved
from cozmic.web.ways import Ways, find_ways

TITLES = {
    400: "That request could not be read",
    403: "This page belongs to others",
    404: "Not found",
    405: "That cannot be done here",
    409: "Something has changed",
    413: "Too large",
    429: "A little slower, please",
    500: "Something went wrong on our side",
    503: "Busy just now",
}
NOT_YOU = "If that is not you, sign out and sign in as yourself."
READ_ONLY = "25006"
"""PostgreSQL: a write on a server that takes none, such as a standby that is about to take over."""
Answer = Response | tuple[str, int] | tuple[Response, int] | tuple[str, int, dict[str, str]]


def wants_json() -> bool:
    """Whether the page's own script is asking."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def answer(
    status: int, message: str, *, title: str = "", next_step: str = "", ways: Ways | None = None
) -> tuple[Response, int] | tuple[str, int]:
    """Return an error as the page, or as JSON for a script."""
    if wants_json():
        return jsonify(error=message), status
    title = title or TITLES.get(status, "That did not work")
    return render_template(
        "error.html", status=status, title=title, message=message, next_step=next_step,
        unsaved=list_unsaved(), ways=ways or find_ways(status),
    ), status  # fmt: skip


def register_errors(app: Flask) -> None:
    """Bind every kind of error to its page."""
    app.register_error_handler(NotFound, lambda error: answer(404, str(error)))
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Conflict, lambda error: answer(409, str(error)))
    app.register_error_handler(Invalid, lambda error: answer(400, error.message))
    app.register_error_handler(TooMany, lambda error: _later(429, error))
    app.register_error_handler(LockedOut, _locked_out)
    app.register_error_handler(Busy, lambda error: _later(503, error))
    app.register_error_handler(NotSignedIn, _sign_in_first)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(DBAPIError, _statement)
    app.register_error_handler(Exception, _fault)
    app.teardown_appcontext(_give_back_connection)


def _sign_in_first(_error: NotSignedIn) -> Answer:
    if wants_json():
        return answer(
            401, "You are signed out. Sign in again; what you typed is kept on this device."
        )
    if list_unsaved():
        return answer(
            401, "So this could not be saved. Sign in again, then send it once more.",
            title="You are signed out",
        )  # fmt: skip
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=target), code=303)


def _forbidden(error: Forbidden) -> Answer:
    viewer: Viewer | None = g.get("viewer")
    whose = viewer and f"You are signed in as {viewer.name}, {a_role(viewer.role)}."
    return answer(403, str(error), next_step=f"{whose} {NOT_YOU}" if whose else "")


def _later(status: int, error: TooMany | Busy) -> Answer:
    return _wait(status, str(error), error.retry_after_s)


def _wait(
    status: int, message: str, wait_s: int, *, title: str = "", next_step: str = "",
    other: tuple[str, str] | None = None,
) -> Answer:  # fmt: skip
    ways = find_ways(status, wait_s=wait_s, other=other)
    body, code = answer(status, message, title=title, next_step=next_step, ways=ways)
    return body, code, {"Retry-After": str(wait_s)}  # type: ignore[return-value]


def _locked_out(error: LockedOut) -> Answer:
    """Another try would be refused as well: what helps is a new password."""
    other = None if g.get("viewer") else ("I forgot my password", url_for("auth.forgot"))
    return _wait(
        429, str(error), error.retry_after_s, title="Too many wrong passwords",
        next_step=error.next_step, other=other,
    )  # fmt: skip


def _csrf(_error: CSRFError) -> Answer:
    return answer(
        400,
        "It was open when you signed out or in again. Open it anew and send it once more.",
        title="That page is out of date",
    )


def _http(error: HTTPException) -> Answer:
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.response  # type: ignore[return-value]  # a redirect made by the router
    message = {
        404: "There is no such page, or it is not yours to see.",
        413: "That is larger than the 2 MB we take. Send less at a time.",
        429: "You have asked for a great deal in a short time. Wait a minute, then try again.",
    }.get(status, error.description or "")
    body, code = answer(status, message)
    headers = dict(error.get_headers())
    kept = {name: value for name, value in headers.items() if name in {"Allow", "Retry-After"}}
    return body, code, kept  # type: ignore[return-value]


def _database(error: Exception) -> Answer:
    note_error(error)
    words = words_for(error)
    current_app.logger.error("%s", words.log)
    return _wait(503, words.message, words.retry_after_s, title=words.title)


def _statement(error: DBAPIError) -> Answer:
    """What the database refused: the connection is gone, or it takes no writes just now, or the fault is ours."""
    is_away = error.connection_invalidated or getattr(error.orig, "pgcode", None) == READ_ONLY
    return _database(error) if is_away else _fault(error)


def _fault(error: Exception) -> Answer:
    if current_app.testing or current_app.debug:
        raise error
    note_error(error)
    report_error(error)
    request_id = current_tally().request_id
    if isinstance(error, DBAPIError):  # its words hold values: Key (email)=(…) already exists
        where = "".join(format_tb(error.__traceback__))
        names = type(error).__name__, type(error.orig).__name__
        current_app.logger.error("unhandled error in %s: %s, %s\n%s", request_id, *names, where)
    else:
        current_app.logger.error("unhandled error in %s", request_id, exc_info=error)
    return answer(500, "We have noted it. Nothing you had saved is lost. Try again in a moment.")


def _give_back_connection(_error: BaseException | None) -> None:
    """A connection that was closed meanwhile costs nobody a page that is ready to be sent."""
    problem = end_reading()
    if problem:
        current_app.logger.warning("a connection ended before its time: %s", words_for(problem).log)
