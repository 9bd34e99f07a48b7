"""Every verb that a write records is put into words for the admins' pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cozmic.config import ROOT
from cozmic.ops.words import EVENT_WORDS


def list_modules() -> Iterator[ast.Module]:
    for path in (ROOT / "cozmic").rglob("*.py"):
        yield ast.parse(path.read_text())


def recorded_verbs() -> set[str]:
    """The texts given for a parameter called `verb`: in calls of record(), and of what modules wrap around it."""
    verbs = set()
    for module in list_modules():
        nodes = list(ast.walk(module))
        places = {"record": 0}
        for node in nodes:
            if isinstance(node, ast.FunctionDef):
                names = [arg.arg for arg in node.args.args]
                places |= {node.name: names.index("verb")} if "verb" in names else {}
        for node in nodes:
            place = places.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
            if place is not None and isinstance(node, ast.Call) and len(node.args) > place:
                given = node.args[place]
                verbs |= {given.value} if isinstance(given, ast.Constant) else set()
    return {str(verb) for verb in verbs}


def test_every_verb_has_its_words_and_no_words_are_kept_for_nothing() -> None:
    verbs = recorded_verbs()
    assert len(verbs) > 20
    assert verbs == set(EVENT_WORDS)
