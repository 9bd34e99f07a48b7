"""The school's settings, and the record of events."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from cozmic.access.clock import get_now
from cozmic.extensions import db
from cozmic.models import School, SchoolRevision
from cozmic.ops.forms import list_zones
from cozmic.transaction import transaction
from cozmic.writes.audit import record
from tests.client import Client
from tests.conftest import SignIn
from tests.factories import Cast
from tests.queries import counted_queries

SETTINGS = {"name": "Nova School", "zone": "Asia/Kolkata", "language": "en"}


def revision() -> int | None:
    return db.session.execute(select(SchoolRevision.value)).scalar_one_or_none()


def test_the_settings_change_every_page_at_once(cast: Cast, root: Client, sign_in: SignIn) -> None:
    before = revision()
    assert root.post("/ops/school", data=SETTINGS).status_code == 303
    assert revision() != before
    page = sign_in(cast.ben).get("/account/").text
    assert "Nova School" in page
    here = get_now().astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"{here:%a} {here.day} {here:%b %Y}" in page


@pytest.mark.exact_revisions
def test_saving_without_a_change_touches_nothing(cast: Cast, root: Client) -> None:
    same = {"name": "Test School", "zone": "Europe/London", "language": "en"}
    before = revision()
    assert root.post("/ops/school", data=same).status_code == 303
    assert revision() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give the school a name"),
        ({"name": "  "}, "1 to 120"),
        ({"name": "x" * 121}, "1 to 120"),
        ({"zone": "Mars/Olympus"}, "such as Europe/London"),
        ({"zone": "../../etc/passwd"}, "such as Europe/London"),
        ({"language": "xx"}, "Choose a language"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    cast: Cast, root: Client, changes: dict[str, str], words: str
) -> None:
    answer = root.post("/ops/school", data={**SETTINGS, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.get_one(School, 1).name == "Test School"


def test_a_zone_in_use_that_is_not_on_the_list_stays_on_offer(cast: Cast, root: Client) -> None:
    db.session.get_one(School, 1).zone = "Etc/GMT+5"
    db.session.commit()
    page = root.get("/ops/school").text
    assert '<option selected value="Etc/GMT+5">' in page


def test_the_zones_are_places_that_exist() -> None:
    zones = list_zones()
    assert "Europe/London" in zones
    assert "UTC" in zones
    assert len(zones) > 300
    for zone in zones:
        ZoneInfo(zone)


def test_events_are_listed_in_words_and_page_by_page(app: Flask, cast: Cast, root: Client) -> None:
    with transaction():
        record("create_admin", now=get_now(), actor_id=None, subject_id=cast.root)
        for number in range(60):
            record(
                "suspend_person",
                now=get_now(),
                actor_id=cast.root,
                subject_id=cast.ben,
                detail=f"no. {number}",
            )
        record("some_new_verb", now=get_now(), actor_id=cast.ada, classroom_id=cast.ada_class)
    with counted_queries() as queries:
        page = root.get("/ops/events").text
    assert len(queries) == 2
    assert "some new verb" in page
    assert "no. 59" in page
    assert "no. 5<" not in page
    older = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = root.get(older).text
    assert "The command line" in second
    assert "no. 5<" in second
    assert 'rel="prev"' in second
