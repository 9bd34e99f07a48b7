"""docs/reference/routes.md, from the URL map and the rights that tests hold it to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from werkzeug.routing import Rule

from tests.apps import make_app
from tests.house import rights

INTRODUCTION = """\
# Routes

<!-- Written by `make docs` from the URL map. Change the views, not this page. -->

{count} routes. A GET shows something and changes nothing. A POST acts, in one transaction, and answers with a redirect
(303), or with the form again and what is wrong with it (422); the one PUT, by which a quiz page saves an answer, speaks
JSON. Addresses are in kebab-case; an id is a positive number. *Who* is what
[`tests/house/rights.py`](../../tests/house/rights.py) declares and a test tries for everybody: a stranger is sent to
sign in, a wrong role meets 403, and what is missing or somebody else's meets 404, both alike.
"""
CONVERTER = re.compile(r"<[^<>]+:")
TITLES = {
    "auth": ("Signing in, and one's own account", "cozmic/auth"),
    "student": ("Pupils", "cozmic/student"),
    "classroom": ("A class", "cozmic/classroom"),
    "teacher": ("Teachers", "cozmic/teacher"),
    "ops": ("Admins", "cozmic/ops"),
    "health": ("For monitors", "cozmic/ops"),
}
WHO = {
    rights.OPEN: "everybody",
    rights.MACHINES: "whoever holds the token",
    rights.SIGNED_IN: "whoever is signed in",
    rights.PUPILS: "pupils",
    rights.OWN_WORK: "the pupil whose work it is",
    rights.TEACHERS: "teachers",
    rights.OWN_AS_TEACHER: "the teacher whose it is",
    rights.CLASS: "the teacher and the pupils of the class",
    rights.CLASS_TEACHER: "the teacher of the class",
    rights.ADMINS: "admins",
}


def build() -> dict[str, str]:
    """Return the page by its file name; raise LookupError for a blueprint or a right without words."""
    with TemporaryDirectory() as folder:
        app = make_app("", Path(folder))
    return {"routes.md": "\n".join(_page(app))}


def _page(app: Flask) -> Iterator[str]:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, _method(rule)))
    yield INTRODUCTION.format(count=len(rules))
    by_blueprint: dict[str, list[Rule]] = {name: [] for name in TITLES}
    for rule in rules:
        by_blueprint[rule.endpoint.partition(".")[0]].append(rule)
    for name, (title, folder) in TITLES.items():
        yield f"## {title}\n\n`{folder}`\n"
        yield "| | address | what it does | who | endpoint |\n|---|---|---|---|---|"
        yield from (_row(app, rule) for rule in by_blueprint[name])
        yield ""


def _row(app: Flask, rule: Rule) -> str:
    purpose = (app.view_functions[rule.endpoint].__doc__ or "").strip().splitlines()
    if not purpose:
        raise LookupError(f"the view {rule.endpoint} has no docstring")
    who = WHO[rights.RIGHT_OF[rule.endpoint]]
    address = CONVERTER.sub("<", rule.rule)
    what = purpose[0].replace("|", "\\|").replace("<", "&lt;")
    cells = (
        _method(rule),
        f"`{address}`",
        what,
        who,
        f"`{rule.endpoint}`",
    )
    return f"| {' | '.join(cells)} |"


def _method(rule: Rule) -> str:
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
