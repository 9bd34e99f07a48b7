"""Nothing that anybody sends breaks a page: every field, address and body with hostile values, as everybody.

What a route reads is found by watching it, so that a new field is covered without a word here. A new route whose fields
need other good values than there are in GOOD says that nobody gets in.
"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cozmic.extensions import db
from tests.client import Client, anonymous, signed_in
from tests.factories import PASSWORD
from tests.house.rights import RIGHT_OF, Reply
from tests.house.test_rights import ORDER
from tests.web.hostile_world import Values, make_hostile_world
from tests.world import RULES, method_of

SCRIPT = "<script>alert(1)</script>"
MIXED = f"a\0\x1b\u202eb\ufeff\r\nSet-Cookie: stolen=1\r\n\r\n{SCRIPT}{{{{7*7}}}}%s'\"--"
TEXTS: dict[str, Any] = {
    "mixed": MIXED, "no UTF-8": b"a\xff\xed\xa0\x80", "huge": "9" * 40, "long": "x y" * 10_000,
}  # fmt: skip
"""Sent in place of each field in turn, the others being as they should be."""
ODD: dict[str, Any] = {
    "nothing": "", "NUL": "\0", "below": "-1", "no digit": "²", "no number": "1e999", "endless": "9" * 5_000,
    "first day": "0001-01-01T00:00", "last day": "9999-12-31T23:59", "twice": ["1", "a"], "a file": "a file",
    "left out": None,
}  # fmt: skip
"""The same where it does not hang on the database."""
GOOD = {
    "given_name": "Emma", "family_name": "Thompson", "username": "emma.thompson", "email": "emma@school.example",
    "password": PASSWORD, "current_password": PASSWORD, "name": "5B", "grade": "5", "title": "Quiz",
    "attempts_allowed": "2", "late_rule": "penalty", "late_penalty_percent": "10", "release": "automatic",
    "opens_at": "", "due_at": "2090-01-01T10:00", "closes_at": "", "instructions": "", "points": "1", "text": "Emma T",
    "reason": "Because", "comment": "Good", "body": "Hello", "layout": "names", "role": "teacher", "language": "en",
    "zone": "Europe/London", "prompt": "How many?", "explanation": "So.", "difficulty": "2", "skill": "",
    "answer": "5", "tolerance": "0", "unit": "", "direction": "up", "try": "1",
    "answer-0": "5", "is_checked": "y", "everybody": "1",
}  # fmt: skip
LISTED = ("points-", "answer-", "version-")
"""How names begin of which a view reads as many as it is sent."""
Asked = dict[tuple[str, str], set[str]]
PARTS = sorted({rule.endpoint.partition(".")[0] for rule in RULES} - {"health"})


class Watched(ImmutableMultiDict[str, str]):
    """Fields, or the parts of an address, that remember what they were asked for."""

    asked: set[str]

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.asked.add(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.asked.add(key)
        return super().getlist(key, *args, **kwargs)

    def items(self, *args: Any, **kwargs: Any) -> Any:
        self.asked.update(name for name in self if name.startswith(LISTED))
        return super().items(*args, **kwargs)


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What each endpoint has read of its form ("form") and its address ("args") so far."""
    found: Asked = defaultdict(set)

    class WatchedRequest(Request):
        def _load_form_data(self) -> None:
            if "form" not in self.__dict__:
                super()._load_form_data()
                self.__dict__["form"] = self.watched(self.form, "form")

        @property
        def args(self) -> Any:
            return self.watched(super().args, "args")

        def watched(self, values: Any, where: str) -> Watched:
            watch = Watched(values)
            watch.asked = found[self.endpoint or "", where]
            return watch

    monkeypatch.setattr(app, "request_class", WatchedRequest)
    return found


class Attack:
    """Sends hostile values, and notes what did not stand them."""

    def __init__(self, app: Flask, asked: Asked) -> None:
        self.app = app
        self.asked = asked
        self.fallen: list[str] = []
        self.world = make_hostile_world()

    def on_fields(self, rule: Rule, texts: dict[str, Any]) -> None:
        """Send each text in place of each field that the route reads, by somebody who may use it."""
        way_in = self._find_way_in(rule)
        if way_in is None:
            self.fallen.append(f"{rule.endpoint}: nobody gets in with good values")
            return
        client, values = way_in
        where = "form" if method_of(rule) == "POST" else "args"
        for name in sorted(self.asked[rule.endpoint, where] - {"csrf_token"}):
            for label, text in texts.items():
                data = {**self._good(rule, values), name: text}
                self.send(client, rule, values, data, f"{name}: {label}")

    def as_everybody(self, rule: Rule) -> None:
        """Send every field with hostile text at once, as each of the cast."""
        names = self.asked[rule.endpoint, "form"] | {"once_key"}
        for who in ORDER:
            client = self._client(who)
            self.send(
                client, rule, self.world.sets[0], dict.fromkeys(names, MIXED), f"{who}: mixed"
            )

    def send(
        self, client: Client, rule: Rule, values: Values, data: Values, what: str
    ) -> TestResponse | None:
        """Send a request of the route's method; None where it did not stand it."""
        path = build(self.app, rule, self.world.now(rule.endpoint, {"session_id": 1, **values}))
        fields = {name: value for name, value in data.items() if value is not None}
        try:
            if method_of(rule) == "POST":
                files = {
                    name: (BytesIO(b"a\0"), "pupils.csv")
                    for name, value in fields.items()
                    if value == "a file"
                }
                response = client.post(path, data={**fields, **files})
            elif method_of(rule) == "PUT":
                response = client.put(path, json=fields)
            else:
                response = client.get(path, query_string=fields)
            assert response.status_code < 500, response.status
            assert response.mimetype != "text/html" or SCRIPT not in response.text, (
                "drew the markup"
            )
        except Exception as error:  # noqa: BLE001  all of them are wanted, not the first
            self.fallen.append(
                f"{rule.endpoint}, {what}: {type(error).__name__}: {str(error)[:120]}"
            )
            db.session.rollback()
            return None
        return response

    def _find_way_in(self, rule: Rule) -> tuple[Client, Values] | None:
        """Return who gets where with good values; an act before may have closed the way, so try a new world, too."""
        for is_new in (False, True):
            if is_new:
                self.world = make_hostile_world()
            for values in self.world.sets:
                client = self._client(who_is_in(rule))
                response = self.send(client, rule, values, self._good(rule, values), "good values")
                if response is not None and is_let_in(response):
                    return self._client(who_is_in(rule)), values
        return None

    def _client(self, who: str) -> Client:
        if who == "stranger":
            return anonymous(self.app)
        return signed_in(self.app, getattr(self.world.cast, who))

    def _good(self, rule: Rule, values: Values) -> Values:
        if method_of(rule) != "POST":
            return {}
        item = values["item_id"]
        listed = {f"points-{item}": "1", f"answer-{item}": "", f"version-{item}": "0"}
        world = self.world.fields(rule.endpoint, values)
        return {**GOOD, **world, **listed, "once_key": uuid4().hex}


def who_is_in(rule: Rule) -> str:
    """Return one of the cast who may use a route, a stranger where strangers may, or where it is for nobody of them."""
    order = ("stranger", "ada", "ben", "root")
    may = (who for who in order if getattr(RIGHT_OF[rule.endpoint], who) is Reply.IN)
    return next(may, "stranger")


def is_let_in(response: TestResponse) -> bool:
    """Whether a request was carried out."""
    is_sent_away = response.headers.get("Location", "").startswith("/login?")
    return response.status_code in {200, 303} and not is_sent_away


def build(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """Return the address of a route."""
    adapter = app.url_map.bind("localhost")
    return adapter.build(
        rule.endpoint, {name: values[name] for name in rule.arguments}, method=method_of(rule)
    )


@pytest.mark.parametrize("part", PARTS)
def test_no_field_and_no_address_breaks_a_page(app: Flask, asked: Asked, part: str) -> None:
    attack = Attack(app, asked)
    texts = {**TEXTS, **ODD} if db.engine.dialect.name == "sqlite" else TEXTS
    for rule in RULES:
        if rule.endpoint.startswith(f"{part}.") and method_of(rule) != "PUT":
            attack.on_fields(rule, texts)
            attack.as_everybody(rule)
    assert not attack.fallen, "\n".join(attack.fallen)
