"""Role by route by ownership, generated from the URL map."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.client import Client, anonymous, signed_in
from tests.factories import Cast
from tests.house.rights import RIGHT_OF, RIGHTS, Reply, Right
from tests.world import RULES, World, make_world, method_of

HIDDEN = {"to": "up", "direction": "up"}


def test_every_route_is_declared_and_every_declaration_is_a_route() -> None:
    assert {rule.endpoint for rule in RULES} == set(RIGHT_OF)
    assert sum(len(endpoints) for endpoints in RIGHTS.values()) == len(RIGHT_OF), "declared twice"


def test_routes_are_kebab_case_and_have_typed_ids() -> None:
    for rule in RULES:
        fixed = "".join(text for is_dynamic, text in rule._trace if not is_dynamic)
        assert fixed == fixed.lower(), rule
        assert "_" not in fixed, rule
        for name, converter in rule._converters.items():
            if name.endswith("_id"):
                assert type(converter).__name__ in {"IdConverter", "IntegerConverter"}, rule


def ask(client: Client, rule: Rule, values: dict[str, Any]) -> TestResponse:
    """Send a request of the route's own method: a form with its hidden fields, and nothing typed."""
    adapter = client.application.url_map.bind("localhost")
    path = adapter.build(
        rule.endpoint, {name: values[name] for name in rule.arguments}, method=method_of(rule)
    )
    if method_of(rule) == "PUT":
        return client.put(path, json={"answer": "x", "version": 1})
    if method_of(rule) == "POST":
        return client.post(path, data={**HIDDEN, "once_key": uuid4().hex})
    return client.get(path)


def name_reply(response: TestResponse, *, was_signed_in: bool = True) -> Reply:
    """Name what a person met."""
    assert response.status_code < 500, response.text
    is_sent_to_sign_in = response.headers.get("Location", "").partition("?")[0] == "/login"
    has_just_left = was_signed_in and response.request.path.startswith("/sign-out")
    if response.status_code == 401 or (is_sent_to_sign_in and not has_just_left):
        return Reply.LOGIN
    return {403: Reply.WRONG_ROLE, 404: Reply.UNKNOWN}.get(response.status_code, Reply.IN)


ORDER = ("stranger", "dan", "cleo", "ben", "ada", "root")
"""Those who may do least come first: an act that is carried out changes what the next one meets."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint}")
def test_each_of_the_cast_meets_what_the_design_says(app: Flask, cast: Cast, rule: Rule) -> None:
    world = make_world(cast, teacher_id=cast.ada, classroom_id=cast.ada_class, student_id=cast.ben)
    right = RIGHT_OF[rule.endpoint]
    met = {name: meet(app, world, rule, name) for name in ORDER}
    assert met == asdict(right)


def meet(app: Flask, world: World, rule: Rule, name: str) -> Reply:
    """Send one of the cast to a route."""
    is_stranger = name == "stranger"
    client = anonymous(app) if is_stranger else signed_in(app, getattr(world.cast, name))
    with client.session_transaction() as cookie:
        values = {**world.values, "session_id": cookie.get("session_id", 1)}
    return name_reply(ask(client, rule, values), was_signed_in=not is_stranger)


NESTED = [
    rule
    for rule in RULES
    if "classroom_id" in rule.arguments and rule.arguments - {"classroom_id", "user_id"}
]


@pytest.mark.parametrize("rule", NESTED, ids=lambda rule: f"{rule.endpoint}")
def test_what_is_in_another_class_is_not_found_through_ones_own(
    app: Flask, cast: Cast, rule: Rule
) -> None:
    theirs = make_world(
        cast, teacher_id=cast.dan, classroom_id=cast.dan_class, student_id=cast.cleo
    )
    values = {**theirs.values, "classroom_id": cast.ada_class}
    assert name_reply(ask(signed_in(app, cast.ada), rule, values)) is Reply.UNKNOWN


def test_a_right_names_everybody() -> None:
    assert set(Right.__slots__) == {"stranger", "ada", "dan", "ben", "cleo", "root"}
