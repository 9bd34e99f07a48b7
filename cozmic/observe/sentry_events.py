"""What Sentry is told of an error or a request: put together from a list of what may go, so nothing else can.

No address, header, cookie, form, query, name or id of a person; no variables; statements without their values. What an
exception says is kept only where it stands in our code word for word: `invalid literal for int(): 'Ben'` does not.
"""

from __future__ import annotations

import platform
import time
import uuid
from collections.abc import Iterator
from traceback import walk_tb
from types import CodeType
from typing import Any

from cozmic.observe.masking import mask_values
from cozmic.observe.tally import NO_ENDPOINT, Statement, Tally

KEPT_BACK = "(what it says is kept back; the log of the server has it under the request_id)"
LONGEST_STATEMENT = 1000
FRAME = (
    "filename", "abs_path", "module", "function", "lineno", "pre_context", "context_line", "post_context", "in_app",
)  # fmt: skip
MECHANISM = ("type", "handled", "is_exception_group", "exception_id", "parent_id")
STATUSES = {2: "ok", 3: "ok", 4: "invalid_argument", 5: "internal_error"}
Event = dict[str, Any]


def make_error_event(raw: Event, error: BaseException, tally: Tally, *, place: str) -> Event:
    """Return the event of an error; `raw` is what Sentry's library has made of the exception."""
    safe = set(_words_of_code(error))
    return {
        "level": "error",
        "transaction": place,
        "tags": _tags(tally, place),
        "exception": {"values": [_exception(one, safe) for one in raw["exception"]["values"]]},
        "breadcrumbs": {"values": [_breadcrumb(one) for one in tally.trail or ()]},
        "contexts": {"runtime": _runtime()},
    }


def make_request_event(tally: Tally, *, method: str, status: int, seconds: float) -> Event:
    """Return the event of a request that has just ended, with the statements that it asked."""
    ended_at = time.time()  # this machine's clock, as that of the log
    trace = {"trace_id": uuid.uuid4().hex, "span_id": uuid.uuid4().hex[:16]}
    figures = {
        "sql_n": tally.sql_n,
        "sql_ms": round(tally.sql_ms, 2),
        "redis_n": tally.redis_n,
        "cache": tally.cache,
    }
    return {
        "type": "transaction",
        "transaction": tally.endpoint or NO_ENDPOINT,
        "transaction_info": {"source": "route"},
        "start_timestamp": ended_at - seconds,
        "timestamp": ended_at,
        "tags": {**_tags(tally, tally.endpoint), "method": method, "status": str(status)},
        "contexts": {
            "trace": {**trace, "op": "http.server", "status": STATUSES.get(status // 100, "unknown"), "data": figures},
            "runtime": _runtime(),
        },
        "spans": [_span(one, trace) for one in tally.trail or ()],
    }  # fmt: skip


def _tags(tally: Tally, place: str) -> dict[str, str]:
    tags = {"request_id": tally.request_id, "endpoint": place}
    return {name: value for name, value in tags.items() if value}


def _runtime() -> dict[str, str]:
    return {"name": platform.python_implementation(), "version": platform.python_version()}


def _exception(raw: Event, safe: set[str]) -> Event:
    frames = (raw.get("stacktrace") or {}).get("frames", ())
    mechanism = raw.get("mechanism") or {}
    return {
        "type": raw.get("type"),
        "module": raw.get("module"),
        "value": raw["value"] if raw.get("value") in safe else KEPT_BACK,
        "mechanism": {name: mechanism[name] for name in MECHANISM if name in mechanism},
        "stacktrace": {
            "frames": [{name: one[name] for name in FRAME if name in one} for one in frames]
        },
    }


def _words_of_code(error: BaseException) -> Iterator[str]:
    """The texts that stand in the code through which the error, and those that led to it, came."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        for frame, _ in walk_tb(one.__traceback__):
            yield from _texts_of(frame.f_code)


def _texts_of(code: CodeType) -> Iterator[str]:
    return (text for text in code.co_consts if isinstance(text, str))


def _breadcrumb(statement: Statement) -> Event:
    began_at, _ = _wall_clock(statement)
    return {
        "type": "query",
        "category": "query",
        "message": _text(statement),
        "timestamp": began_at,
        "data": {"ms": round(statement.took_s * 1000, 2)},
    }


def _span(statement: Statement, trace: dict[str, str]) -> Event:
    began_at, ended_at = _wall_clock(statement)
    return {
        "op": "db",
        "description": _text(statement),
        "start_timestamp": began_at,
        "timestamp": ended_at,
        "trace_id": trace["trace_id"],
        "span_id": uuid.uuid4().hex[:16],
        "parent_span_id": trace["span_id"],
        "origin": "manual",
    }


def _text(statement: Statement) -> str:
    query = statement.query
    return mask_values(query if isinstance(query, bytes) else str(query))[:LONGEST_STATEMENT]


def _wall_clock(statement: Statement) -> tuple[float, float]:
    """When a statement, timed by the clock that only goes on, began and ended by that of this machine's calendar."""
    # Beside the log of this machine, so by its clock.
    began_at = time.time() - (time.monotonic() - statement.began_at)
    return began_at, began_at + statement.took_s
