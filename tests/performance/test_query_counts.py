"""Every screen: at most six queries, the admitting one among them, and the same number when the data doubles."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from tests.client import Client, signed_in
from tests.factories import Cast
from tests.house.rights import RIGHT_OF, Reply
from tests.performance.crowd import Crowd
from tests.queries import counted_queries
from tests.world import RULES, World, make_world

MOST = 6
NO_SCREENS = {"health.readyz", "health.healthz"}
"""For monitors, not for people."""
SCREENS = [
    rule for rule in RULES if "GET" in (rule.methods or set()) and rule.endpoint not in NO_SCREENS
]


def count_all(app: Flask, world: World) -> dict[str, int]:
    """Open every screen as the first of the cast who may, and count."""
    clients = {name: signed_in(app, getattr(world.cast, name)) for name in ("ada", "ben", "root")}
    counts = {}
    for rule in SCREENS:
        for name, client in clients.items():
            if getattr(RIGHT_OF[rule.endpoint], name) is Reply.IN:
                counts[f"{name}: {rule.endpoint}"] = count_one(client, rule, world)
    return counts


def count_one(client: Client, rule: Rule, world: World) -> int:
    adapter = client.application.url_map.bind("localhost")
    path = adapter.build(rule.endpoint, {name: world.values[name] for name in rule.arguments})
    client.get(path)  # what a worker remembers is remembered now
    with counted_queries() as statements:
        response = client.get(path)
    assert response.status_code < 500, (path, response.status_code)
    return len(statements)


def test_no_screen_asks_more_than_six_times_or_more_when_the_data_doubles(
    app: Flask, cast: Cast
) -> None:
    world = make_world(cast, teacher_id=cast.ada, classroom_id=cast.ada_class, student_id=cast.ben)
    crowd = Crowd(cast)
    crowd.grow(3)
    before = count_all(app, world)
    crowd.grow(3)
    after = count_all(app, world)
    for screen, count in sorted(after.items()):
        print(f"{count} queries  {screen}")
    assert {screen: count for screen, count in after.items() if count > MOST} == {}
    assert after == before
