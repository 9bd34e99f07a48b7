"""Two servers over one PostgreSQL and one Redis behave as one: sessions, limits, cached pages. And forks are safe."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from cozmic.extensions import db
from tests.apps import make_migrated_app
from tests.browsing import Visitor
from tests.factories import PASSWORD, Cast, make_cast
from tests.faults.figures import Record, tell
from tests.gunicorn_server import Server, gunicorn
from tests.services.postgres import PostgresServer
from tests.services.redis_server import RedisServer

pytestmark = [pytest.mark.database, pytest.mark.redis, pytest.mark.slow]
WORKERS = {"WEB_CONCURRENCY": "2", "RATELIMIT_ENABLED": "1"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers of one school."""

    one: Server
    two: Server
    cast: Cast


@pytest.fixture
def school(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[tuple[str, Cast]]:
    """A database with its cast."""
    url = postgres_server.new_database()
    app = make_migrated_app(url, tmp_path)
    with app.app_context():
        cast = make_cast()
        db.session.remove()
        db.engine.dispose()
    yield url, cast
    postgres_server.drop_database(url)


@pytest.fixture
def pair(school: tuple[str, Cast], redis_server: RedisServer, tmp_path: Path) -> Iterator[Pair]:
    """Two servers on ports of their own."""
    redis_server.empty()
    url, cast = school
    settings = {**WORKERS, "REDIS_URL": redis_server.url, "LIMIT_PAGES": "30 per minute"}
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with (
        gunicorn(url, folders[0], **settings) as one,
        gunicorn(url, folders[1], **settings) as two,
    ):
        yield Pair(one, two, cast)


def test_who_signs_in_on_one_is_signed_in_on_the_other_until_they_sign_out(pair: Pair) -> None:
    ada = Visitor()
    assert ada.sign_in(pair.one, "ada", PASSWORD).status == 303
    assert ada.get(pair.two, "/teacher/").status == 200
    kept = Visitor(dict(ada.cookies))
    assert ada.send(pair.one, "/sign-out", "/teacher/").status == 303
    refused = kept.get(pair.two, "/teacher/")
    assert (refused.status, refused.location.startswith("/login")) == (303, True)


def test_wrong_passwords_count_together_and_the_limit_holds_on_both(pair: Pair) -> None:
    statuses = [
        Visitor().sign_in(server, "ben", "wrong").status
        for _ in range(6)
        for server in (pair.one, pair.two)
    ]
    assert statuses == [422] * 10 + [429] * 2
    assert [
        Visitor().sign_in(server, "cleo", PASSWORD).status for server in (pair.one, pair.two)
    ] == [303] * 2


def test_pages_count_together(pair: Pair) -> None:
    ada = Visitor()
    assert ada.sign_in(pair.one, "ada", PASSWORD).status == 303
    if time.time() % 60 > 50:
        time.sleep(61 - time.time() % 60)  # the count begins anew with each minute
    statuses = [
        ada.get(server, "/account/").status for _ in range(16) for server in (pair.one, pair.two)
    ]
    assert statuses == [200] * 30 + [429] * 2


def test_what_is_written_on_one_stands_on_the_others_page_at_once(pair: Pair) -> None:
    ada, ben = Visitor(), Visitor()
    assert ada.sign_in(pair.one, "ada", PASSWORD).status == 303
    assert ben.sign_in(pair.two, "ben", PASSWORD).status == 303
    stream = f"/classrooms/{pair.cast.ada_class}/"
    for number in range(6):
        writes_on, reads_on = (pair.one, pair.two) if number % 2 else (pair.two, pair.one)
        note = f"Bring a ruler, the {number}th time"
        assert note not in ben.get(reads_on, "/student/").text
        assert ada.send(writes_on, f"{stream}announcements", stream, body=note).status == 303
        assert note in ben.get(reads_on, "/student/").text
        assert note in ben.get(reads_on, stream).text


TOUCHED_BEFORE_THE_FORK = """
from wsgi import app
from cozmic.extensions import db
from sqlalchemy import text

with app.app_context():
    connection = db.engine.connect()
    connection.execute(text("SELECT 1"))
    connection.close()
"""


def test_an_engine_used_before_the_fork_spoils_no_request(
    school: tuple[str, Cast], tmp_path: Path, record_property: Record
) -> None:
    """A connection shared by two processes mixes their answers."""
    url, _ = school
    module = tmp_path / "touched.py"
    module.write_text(TOUCHED_BEFORE_THE_FORK)
    ada = Visitor()
    with gunicorn(url, tmp_path, application="touched:app", PYTHONPATH=str(tmp_path)) as server:
        assert ada.sign_in(server, "ada", PASSWORD).status == 303
        cookies = dict(ada.cookies)
        with ThreadPoolExecutor(8) as threads:
            statuses = Counter(
                threads.map(
                    lambda _: Visitor(dict(cookies)).get(server, "/account/").status, range(200)
                )
            )
    tell(
        record_property, "A connection used before the workers were made", asked_n=200,
        failed_n=statuses.total() - statuses[200],
    )  # fmt: skip
    assert statuses == {200: 200}
