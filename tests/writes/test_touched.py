"""Which revisions each write sets: as the table says, and whatever the table says, no screen may become stale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask

from cozmic.access.clock import get_now
from cozmic.access.links import make_invitation_token
from cozmic.models import Invitation
from cozmic.rules.enums import Role
from tests.client import Client
from tests.factories import Cast, save
from tests.writes.touched_acts import ACTS, QUIZ, ROOM, Act
from tests.writes.touched_stage import Stage, make_stage

pytestmark = pytest.mark.exact_revisions


@pytest.fixture
def stage(app: Flask, cast: Cast) -> Stage:
    return make_stage(app, cast)


def test_who_comes_by_an_invitation_has_a_revision(stage: Stage) -> None:
    invited = Invitation(
        role=Role.TEACHER, given_name="Eve", family_name="", email="eve@school.example",
        invited_by_id=stage.people["root"], created_at=get_now(), expires_at=get_now() + timedelta(days=1),
    )  # fmt: skip
    save(invited)
    act = Act(
        "cleo",
        f"/invitations/{make_invitation_token(invited)}",
        {"username": "eve", "password": "three good words"},
    )
    before = stage.revisions()
    assert stage.do(act) == 303
    assert stage.revisions().keys() - before.keys() == {"person new"}


SCREENS = {
    "ben": ("/student/", "/student/assignments/", "/student/assignments/{quiz}", "/student/assignments/{held}",
            "/student/attempts/{handed_in}/result", "/student/progress", f"{ROOM}/", f"{ROOM}/assignments"),
    "emma": ("/student/", "/student/assignments/{quiz}"),
    "ada": ("/teacher/", "/teacher/classrooms", "/teacher/questions", "/teacher/to-grade", f"{ROOM}/",
            f"{ROOM}/people", f"{ROOM}/assignments", f"{ROOM}/gradebook", QUIZ, f"{ROOM}/assignments/{{fresh}}",
            f"{ROOM}/people/{{ben}}", f"{QUIZ}/grades/{{ben}}", f"{ROOM}/submissions/{{handed_in}}"),
    "dan": ("/teacher/",),
    "cleo": ("/student/",),
}  # fmt: skip
DEPENDS = {
    "ben": {"person ben", "posts room", "posts shelved"},
    "emma": {"person emma", "posts room"},
    "ada": {
        "person ada",
        *(f"{part} {room}" for part in ("posts", "work") for room in ("room", "other", "shelved")),
    },
    "dan": {"person dan", "posts dan_class", "work dan_class"},
    "cleo": {"person cleo", "posts dan_class"},
}
PERISHABLE = re.compile(
    r'<div class="flashes">.*?</div>|<input[^>]*name="(?:csrf_token|once_key)"[^>]*>', re.DOTALL
)


def read_screens(stage: Stage, clients: Mapping[str, Client]) -> dict[tuple[str, str], str]:
    """Return what everybody reads on each screen, tokens and flashes aside."""
    found = {}
    for who, paths in SCREENS.items():
        for path in paths:
            page = clients[who].get(stage.fill(path))
            if page.status_code == 200:
                main = page.text.partition("<main")[2].partition("</main>")[0]
                found[who, path] = PERISHABLE.sub("", main)
    return found


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ACTS)
def test_a_write_sets_the_revisions_that_the_law_says(stage: Stage, name: str) -> None:
    clients = {who: stage.client(who) for who in SCREENS}
    before, pages = stage.revisions(), read_screens(stage, clients)
    assert stage.do(ACTS[name]) in {200, 303}
    after = stage.revisions()
    changed = {one for one in after if after[one] != before.get(one)}
    assert changed == ACTS[name].expected
    # The table may be wrong too: no screen may say something else without a revision that it depends on.
    stale = [
        key for key, page in read_screens(stage, clients).items()
        if key in pages and page != pages[key] and not changed & {*DEPENDS[key[0]], "school"}
    ]  # fmt: skip
    assert not stale


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "name", ["hand in", "archive a class", "change the school", "add a new pupil"]
)
def test_postgresql_sets_them_too(stage: Stage, name: str) -> None:
    before = stage.revisions()
    stage.do(ACTS[name])
    after = stage.revisions()
    assert {one for one in after if after[one] != before.get(one)} == ACTS[name].expected
