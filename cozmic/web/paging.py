"""Which page of a long list is asked for, and the addresses of its neighbours."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from cozmic.reads.paging import START, Cursor, Page
from cozmic.web.ids import read_id


def read_cursor() -> Cursor:
    """Return the cursor in the address; the start of the list for none, or for nonsense."""
    for name in ("after", "before"):
        row_id = read_id(request.args.get(name, ""))
        if row_id is not None:
            return Cursor(row_id, is_backwards=name == "before")
    return START


def neighbours(endpoint: str, page: Page[Any], query: dict[str, str]) -> dict[str, str | None]:
    """Return the addresses of the pages before and after, for ui.pagination; None where there is none."""
    return {
        "before": page.before and url_for(endpoint, **query, before=page.before),  # type: ignore[arg-type,dict-item]
        "after": page.after and url_for(endpoint, **query, after=page.after),  # type: ignore[arg-type,dict-item]
    }
