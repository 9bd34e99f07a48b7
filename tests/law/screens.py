"""Every cached screen, found in the URL map, and its page as it is told from the cache and without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cozmic.access.revisions import Depends
from cozmic.web.guards import TEACHERS_ONLY
from cozmic.web.viewer import DEPENDS
from tests.client import Client

OF_THIS_RESPONSE = re.compile(
    r'name="csrf_token" value="[^"]*"|<script src="[^"]*fresh[^"]*"></script>\s*'
)


def list_cached_rules(app: Flask) -> list[Rule]:
    """Every route whose screen is cached for somebody."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], DEPENDS)
    ]
    return sorted(found, key=lambda rule: rule.rule)


def list_cached_paths(app: Flask, role: str, classroom_ids: Iterable[int]) -> list[str]:
    """The addresses of the screens that are cached for a role, in these classes.

    A screen that is named by anything but its class has no address here: KeyError, so that it is not forgotten.
    """
    adapter, found = app.url_map.bind("localhost"), []
    for rule in list_cached_rules(app):
        view = app.view_functions[rule.endpoint]
        is_closed = getattr(view, TEACHERS_ONLY, False) and role != "teacher"
        if is_closed or getattr(view, DEPENDS)[role] is Depends.NOTHING:
            continue
        if not rule.endpoint.startswith((f"{role}.", "classroom.")):
            continue
        rooms = [{"classroom_id": one} for one in classroom_ids] if rule.arguments else [{}]
        for values in rooms:
            named = {name: values[name] for name in rule.arguments}
            found.append(adapter.build(rule.endpoint, named))
    return found


@contextmanager
def uncached(app: Flask) -> Iterator[None]:
    """Let every page be drawn anew meanwhile."""
    app.config["PAGE_CACHE"] = False
    try:
        yield
    finally:
        app.config["PAGE_CACHE"] = True


def told(client: Client, path: str) -> tuple[int, str]:
    """What a person meets: status, and the page without what belongs to one response."""
    answer = client.get(path)
    return answer.status_code, told_by(answer)


def told_by(answer: TestResponse) -> str:
    """The page of an answer without what belongs to it alone."""
    return OF_THIS_RESPONSE.sub("", answer.text)
