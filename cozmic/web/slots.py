"""The places in a cached page that each response fills for itself: its token, and what is flashed to it.

A page is drawn with a mark in each place, which nobody can guess; it is cut there, and stored as what stands between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from flask import Flask, current_app, g, get_flashed_messages, render_template, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

TOKEN, FLASHES = b"\0t", b"\0f"
"""A NUL stands in no page: browsers refuse it, and forms drop it."""
SLOTS = {"token": TOKEN, "flashes": FLASHES}
MOST_TOKENS = 4096
_tokens: dict[tuple[str, str], str] = {}
NAMES = {sign[1:]: name for name, sign in SLOTS.items()}


def open_slots(app: Flask) -> None:
    """Give templates `slot(name)`, and a csrf_token() that refuses to stand in what is cached."""
    app.jinja_env.globals["slot"] = slot
    app.jinja_env.globals["csrf_token"] = _csrf_token
    app.context_processor(_context)


def _context() -> dict[str, object]:
    """What base.html asks; Flask-WTF puts a csrf_token of its own here, which would stand in a cached page."""
    return {"csrf_token": _csrf_token, "is_cached": g.get("slot_marks") is not None}


def slot(name: str) -> Markup:
    """Draw what belongs to this response alone; while a page is drawn for the cache, a mark."""
    marks: dict[str, str] | None = g.get("slot_marks")
    if marks is not None:
        return Markup(marks[name])  # noqa: S704  hexadecimal digits of ours
    return Markup(_draw(name))  # noqa: S704  a token of ours, or a template's output


@contextmanager
def marked_slots() -> Iterator[dict[str, str]]:
    """Draw marks instead of slots meanwhile; yield them by name."""
    marks = {name: secrets.token_hex(16) for name in SLOTS}
    g.slot_marks = marks
    try:
        yield marks
    finally:
        g.slot_marks = None


def cut(page: str, marks: dict[str, str]) -> bytes:
    """Return a page as it is stored: a two-byte sign in the place of each mark."""
    content = page.replace("\0", "").encode()
    for name, mark in marks.items():
        content = content.replace(mark.encode(), SLOTS[name])
    return content


def fill(content: bytes, draw: Callable[[str], str] | None = None) -> bytes:
    """Return the page for this response, its slots drawn as given. One pass: a page of 16 KB takes 5 us."""
    draw = draw or _draw
    first, *others = content.split(b"\0")
    parts = [first]
    for other in others:
        parts.append(draw(NAMES[other[:1]]).encode())
        parts.append(other[1:])
    return b"".join(parts)


def has_flashes() -> bool:
    """Whether a message waits to be shown, without taking it."""
    return bool(session.get("_flashes"))


def _draw(name: str) -> str:
    if name == "token":
        return session_token()
    if not has_flashes():
        return ""
    messages = get_flashed_messages(with_categories=True)
    return render_template("parts/flashes.html", messages=messages)


def session_token() -> str:
    """Return a CSRF token of this session; signed once for a session, since it has no time limit."""
    raw = session.get("csrf_token")
    if not isinstance(raw, str):
        token: str = generate_csrf()
        return token
    secret = str(current_app.secret_key)
    known = find_token(secret, raw)
    if known is None:
        known = generate_csrf()
        if len(_tokens) >= MOST_TOKENS:
            _tokens.clear()
        _tokens[secret, raw] = known
    return known


def find_token(secret: str, raw: str) -> str | None:
    """Return the token of a session, if this process has signed one for it."""
    return _tokens.get((secret, raw))


def _csrf_token() -> str:
    if g.get("slot_marks") is not None:
        _refuse_token()
    return session_token()


def _refuse_token() -> NoReturn:
    message = (
        "A cached page holds no token: its form belongs on a page of its own, or in the frame."
    )
    raise RuntimeError(message)
