"""Every verb that a write records is put into words for the admins' pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cozmic.config import ROOT
from cozmic.ops.words import EVENT_PLACES, EVENT_WORDS


def list_modules() -> Iterator[ast.Module]:
    for path in (ROOT / "cozmic").rglob("*.py"):
        yield ast.parse(path.read_text())


CONSTANTS = {
    node.targets[0].id: node.value.value
    for module in list_modules()
    for node in module.body
    if isinstance(node, ast.Assign)
    and isinstance(node.targets[0], ast.Name)
    and isinstance(node.value, ast.Constant)
    and isinstance(node.value.value, str)
}


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
                verbs.add(text_of(node.args[place]))
    return {verb for verb in verbs if verb}


def text_of(given: ast.expr) -> str:
    """The text that an argument gives, as it stands or by the name of a constant; nothing for a variable."""
    if isinstance(given, ast.Constant):
        return str(given.value)
    return CONSTANTS.get(given.id, "") if isinstance(given, ast.Name) else ""


def test_every_verb_has_its_words_and_no_words_are_kept_for_nothing() -> None:
    verbs = recorded_verbs()
    assert len(verbs) > 20
    assert verbs == set(EVENT_WORDS)


def test_places_are_given_to_known_verbs() -> None:
    assert set(EVENT_PLACES) <= set(EVENT_WORDS)
