"""What somebody wrote into a form that could not be taken: shown to them again, so that no error costs their words."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

SHORTEST = 10
MOST_TEXTS, LONGEST = 6, 20_000


def list_unsaved() -> list[str]:
    """Return the texts of a form that was sent from one of our own pages, the first one first.

    A text is of two words or more: ids, dates and tokens are none. Passwords are left out. A form from another site is
    left out too, since its words would stand in a page of ours.
    """
    if request.method != "POST" or not is_from_here():
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:  # too large, or not a form at all
        return []
    texts = [text.strip()[:LONGEST] for name, text in fields if "password" not in name]
    return [text for text in texts if len(text) >= SHORTEST and len(text.split()) > 1][:MOST_TEXTS]


def find_page_before() -> str | None:
    """Return the path of our page that this request came from, if it can be opened again; None for any other."""
    if not is_from_here():
        return None
    before = _referrer()
    try:
        current_app.url_map.bind("").match(before.path, method="GET")
    except HTTPException:  # pages that answer a POST alone, too
        return None
    return f"{before.path}?{before.query}" if before.query else before.path


def is_from_here() -> bool:
    """Whether a page of ours sent this request, as the browser says."""
    before = _referrer()
    return before.netloc == request.host and before.path.startswith("/")


def _referrer() -> SplitResult:
    try:
        return urlsplit(request.referrer or "")
    except ValueError:  # no address at all, such as http://[
        return urlsplit("")
