"""Which requests wait in the lanes of those who hash (cozmic/serving.py): all that hash, and nothing else."""

from __future__ import annotations

import inspect
from typing import Any

from flask import Flask

from cozmic.serving import ENDINGS, LIST_ENDINGS, PREFIXES, is_for_list, is_for_one
from cozmic.web import passwords
from tests.world import RULES

HASH_NOTHING = {
    "/sign-out",
    "/sign-out-everywhere",
    "/forgot-password",
}
HASH = ("hash_chosen_password(", "hash_first_passwords(", "find_owner(")
"""The functions of cozmic/web/passwords.py."""
MANY = {"classroom.create_cards", "classroom.create_pupils"}
POSTS = {str(rule): rule.endpoint for rule in RULES if "POST" in (rule.methods or ())}


def test_whatever_signing_in_adds_waits_in_the_lane_or_says_that_it_hashes_nothing() -> None:
    posts = {path for path, endpoint in POSTS.items() if endpoint.startswith("auth.")}
    in_lane = {path for path in posts if is_for_one(path)}
    assert posts - in_lane == HASH_NOTHING


def test_every_view_that_hashes_is_in_a_lane(sqlite_app: Flask) -> None:
    for path, endpoint in POSTS.items():
        source = source_of(inspect.unwrap(sqlite_app.view_functions[endpoint]))
        if any(name in source for name in HASH):
            assert is_for_one(path) or is_for_list(path), endpoint
        elif not endpoint.startswith("auth."):
            assert not is_for_one(path), endpoint
            assert not is_for_list(path), endpoint


def source_of(view: Any) -> str:
    """The source of a view, and of the functions beside it that it calls."""
    beside = {
        f"{name}(": one
        for name, one in vars(inspect.getmodule(view)).items()
        if inspect.isfunction(one) and one.__module__ == view.__module__
    }
    source, seen = inspect.getsource(view), {view}
    while True:
        called = {one for call, one in beside.items() if call in source} - seen
        if not called:
            return source
        seen |= called
        source += "".join(inspect.getsource(one) for one in called)


def test_every_hashing_function_is_looked_for() -> None:
    own = {
        f"{name}("
        for name, one in vars(passwords).items()
        if inspect.isfunction(one) and one.__module__ == passwords.__name__
    }
    assert own == set(HASH)


def test_lists_of_pupils_have_a_lane_of_their_own() -> None:
    lists = {endpoint for path, endpoint in POSTS.items() if is_for_list(path)}
    assert lists == MANY
    assert not any(is_for_one(path) for path, endpoint in POSTS.items() if endpoint in MANY)


def test_each_pattern_stands_for_an_address() -> None:
    for prefix in PREFIXES:
        assert any(path.startswith(prefix) for path in POSTS), prefix
    for ending in (*ENDINGS, *LIST_ENDINGS):
        assert any(path.endswith(ending) for path in POSTS), ending
