"""After each thing that can be done, each cached screen equals its uncached self: both lists whole by construction."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import pytest
from flask import Flask

import cozmic.writes
from cozmic.caching.touched import Touched
from cozmic.observe.tally import current_tally
from tests.client import Client
from tests.factories import make_cast
from tests.law.deeds import CHANGES_NOTHING, DEEDS, Deed
from tests.law.screens import list_cached_paths, list_cached_rules, told, uncached
from tests.law.snapshot import Rows, put_back, put_back_sessions, read_rows
from tests.world import method_of
from tests.writes.touched_stage import Stage, make_stage

ONLOOKERS = {"ada": "teacher", "dan": "teacher", "ben": "student", "emma": "student", "cleo": "student",
             "gone": "student"}  # fmt: skip
"""The teacher, another one, two pupils of the class, one elsewhere, and one who has been removed."""
Pages = dict[tuple[str, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody with every cached screen of theirs, drawn and stored as the stage stands."""

    stage: Stage
    clients: dict[str, Client]
    paths: list[tuple[str, str]]
    rows: Rows
    before: Pages

    def keep_only(self, *names: str) -> None:
        """Let these look on, and nobody else."""
        self.paths[:] = [(who, path) for who, path in self.paths if who in names]
        for key in self.before.keys() - set(self.paths):
            del self.before[key]

    def read(self) -> Pages:
        """What everybody reads on every screen."""
        return {(who, path): told(self.clients[who], path) for who, path in self.paths}

    def after(self, deed: Deed) -> tuple[Pages, Pages]:
        """Do it on the stage as it was, with all pages in the store; return the pages from the cache and without it.

        What the cache did not know was drawn just now and is its own uncached self: only what it knew is drawn again.
        """
        put_back(self.rows)
        assert deed(self.stage) in {200, 303}
        put_back_sessions(self.rows)
        cached, drawn = {}, {}
        for who, path in self.paths:
            cached[who, path] = drawn[who, path] = told(self.clients[who], path)
            if current_tally().cache in {"hit", "waited"}:
                with uncached(self.stage.app):
                    drawn[who, path] = told(self.clients[who], path)
        return cached, drawn


@pytest.fixture
def audience(law_app: Flask) -> Audience:
    stage = make_stage(law_app, make_cast())
    clients = {who: stage.client(who) for who in ONLOOKERS}
    paths = [
        (who, path)
        for who, role in ONLOOKERS.items()
        for path in list_cached_paths(law_app, role, stage.classes.values())
    ]
    found = Audience(stage, clients, paths, read_rows(), {})
    # A page that is not found is looked at where somebody may come to see it: Ada's class, by others.
    pages, room = found.read(), f"/classrooms/{stage.classes['room']}/"
    found.paths[:] = [key for key in paths if pages[key][0] == 200 or key[1].startswith(room)]
    found.before.update({key: pages[key] for key in found.paths})
    return found


def differences(one: Pages, other: Pages) -> list[str]:
    return [f"{who} {path}" for (who, path) in one if one[who, path] != other[who, path]]


@dataclass(slots=True)
class Reached:
    """The code that ran, and the routes that were asked."""

    codes: set[CodeType] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)

    @contextmanager
    def watching(self, app: Flask) -> Iterator[None]:
        """Note what is called meanwhile in this thread."""
        before, view_functions = sys.getprofile(), app.view_functions
        by_code = {inspect.unwrap(view).__code__: name for name, view in view_functions.items()}

        def note(frame: FrameType, event: str, _arg: Any) -> None:
            if event == "call":
                self.codes.add(frame.f_code)
                if frame.f_code in by_code:
                    self.endpoints.add(by_code[frame.f_code])

        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(before)


def list_writes() -> dict[str, CodeType]:
    """Every public function in cozmic/writes that is given what it touches."""
    found = {}
    for module in pkgutil.iter_modules(cozmic.writes.__path__, "cozmic.writes."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if not inspect.isfunction(one) or one.__module__ != module.name or name[0] == "_":
                continue
            if "touched" in inspect.signature(one).parameters:
                found[f"{module.name}.{name}"] = one.__code__
    return found


@pytest.mark.slow
def test_after_every_act_every_cached_screen_equals_its_uncached_self(audience: Audience) -> None:
    app, reached, stale, changed = audience.stage.app, Reached(), [], []
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        audience.keep_only("ada", "ben")  # what differs there is the SELECT for each role
    for name, deed in DEEDS.items():

        def watched(stage: Stage, deed: Deed = deed) -> int:
            with reached.watching(app):
                return deed(stage)

        cached, drawn = audience.after(watched)
        stale += [f"after {name!r}: {one}" for one in differences(cached, drawn)]
        changed += [f"{name}: {one}" for one in differences(audience.before, drawn)]
    assert not stale
    assert len(changed) > len(DEEDS), "the acts hardly change what is looked at"
    unreached = [name for name, code in list_writes().items() if code not in reached.codes]
    assert not unreached, "writes that no deed reaches: add one to tests/law/deeds.py"
    routes = {
        rule.endpoint for rule in app.url_map.iter_rules() if method_of(rule) not in {"GET", "HEAD"}
    }
    assert routes - reached.endpoints == CHANGES_NOTHING


def test_every_cached_screen_is_looked_at(audience: Audience) -> None:
    with uncached(audience.stage.app):
        assert not differences(audience.before, audience.read())
    app = audience.stage.app
    adapter = app.url_map.bind("localhost")
    seen = {adapter.match(path)[0] for _, path in audience.paths}
    assert seen == {rule.endpoint for rule in list_cached_rules(app)}
    assert sum(status == 200 for status, _ in audience.before.values()) >= 25


@pytest.mark.parametrize("law_app", ["sqlite-memory"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "deed"),
    [("posts", "announce"), ("work", "hand in"), ("person", "start"), ("school", "change the school")],
)  # fmt: skip
def test_a_forgotten_revision_would_be_found(
    audience: Audience, monkeypatch: pytest.MonkeyPatch, kind: str, deed: str
) -> None:
    monkeypatch.setattr(Touched, kind, lambda *_args: None)
    cached, drawn = audience.after(DEEDS[deed])
    assert differences(cached, drawn)
