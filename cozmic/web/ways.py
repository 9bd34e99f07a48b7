"""The ways on from an error page: the same page again, the same form once more, or the page that it was sent from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import HTTPException

from cozmic.web.unsaved import find_page_before, is_from_here

PASSING = {429, 500, 503}
"""What may be over when the same is asked for again."""
REFUSED_BEFORE_ALL = {429, 503}
"""Of a form that was answered so, nothing was done: sending it again does it once."""
MOST_FIELDS, LONGEST = 400, 200_000


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent, apart from its token."""

    path: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where to go on; the start page is offered beside them."""

    again: str | None = None
    """The page that was asked for."""
    form: Form | None = None
    """What was sent."""
    before: str | None = None
    """The page that it was sent from."""
    other: tuple[str, str] | None = None
    """Another way that helps here: its words and its address."""
    wait_s: int | None = None
    """When the first of them is open again."""


def find_ways(
    status: int, *, wait_s: int | None = None, other: tuple[str, str] | None = None
) -> Ways:
    """Return the ways on from a request that was answered with an error."""
    if request.method != "POST":
        is_again = status in PASSING and request.method == "GET"
        return Ways(again=_own_path() if is_again else None, other=other, wait_s=wait_s)
    if other:
        return Ways(other=other, wait_s=wait_s)
    form = _find_form() if status in REFUSED_BEFORE_ALL else None
    return Ways(form=form, before=find_page_before(), wait_s=wait_s)


def _find_form() -> Form | None:
    """Return what was sent from one of our own pages, to be sent once more; None where that could not be all of it.

    A password would stand in the page, and a file cannot be sent from it.
    """
    if not is_from_here():
        return None
    try:
        fields = tuple(
            field for field in request.form.items(multi=True) if field[0] != "csrf_token"
        )
        has_files = bool(request.files)
    except HTTPException:  # too large, or not a form at all
        return None
    is_too_much = len(fields) > MOST_FIELDS or sum(len(text) for _, text in fields) > LONGEST
    if has_files or is_too_much or any("password" in name for name, _ in fields):
        return None
    return Form(_own_path(), fields)


def _own_path() -> str:
    """The path that was asked for, as an address; with one slash in front, or it would name another host."""
    path = "/" + quote(request.path.lstrip("/"))
    asked = quote(request.query_string, safe=";/?:@&=+$,%!*'()")
    return f"{path}?{asked}" if asked else path
