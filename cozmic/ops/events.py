"""What people with power did."""

from __future__ import annotations

from cozmic.ops.blueprint import ops
from cozmic.ops.words import event_words
from cozmic.reads.ops_events import list_events
from cozmic.web.paging import neighbours, read_cursor
from cozmic.web.screens import screen


@ops.get("/events")
def events() -> str:
    """Show a page of events, newest first."""
    data = list_events(read_cursor())
    pages = neighbours("ops.events", data, {})
    return screen("ops/events.html", data, event_words=event_words, pages=pages)
